# shellcheck shell=sh
#
# Nine servers of Valkey or Redis, three on each host, with three addresses of
# loopback as hosts; demo/hosts sources this.  docs/HOSTS.md shows the same by
# hand.

plant_hosts='1 2 3'
plant_servers='1 2 3'


plant_address() {
    echo "127.0.3.$1"
}


# plant_port SERVER; that of the cluster's bus is three above.

plant_port() {
    echo $((port + 1 + $1))
}


# Debian's packages of tools hold the server, too, and start no service: it goes
# by the name that it is called by.

find_programs() {
    plant_program=${WHATSAUTH_VALKEY-}
    plant_cli=

    for name in valkey redis; do
        [ -n "$plant_cli" ] || ! command -v $name-cli >"$folder/output" || {
            plant_cli=$name-cli
            ln -sf "$(command -v $name-check-rdb)" "$folder/$name-server"
            : "${plant_program:=$folder/$name-server}"
        }
    done

    [ -n "$plant_cli" ] || fail 'neither valkey-tools nor redis-tools is there'
}


# start_plant: leaves the processes of each host in $servers_1 to $servers_3.

start_plant() {
    for host in $plant_hosts; do
        for n in $plant_servers; do
            make_server "$host" "$n"
        done
        start_servers "$host"
    done

    nodes=$(plant_nodes)
    for node in $nodes; do
        await answers "$node" || fail "the server $node does not answer"
    done

    # shellcheck disable=SC2086
    ask_plant --cluster create $nodes --cluster-replicas 2 --cluster-yes \
        >"$folder/cluster.log" 2>&1 || fail 'the servers form no cluster'
    await is_whole || fail 'the cluster is not whole'
}


plant_nodes() {
    for host in $plant_hosts; do
        for n in $plant_servers; do
            echo "$(plant_address "$host"):$(plant_port "$n")"
        done
    done
}


# make_server HOST N

make_server() {
    data=$folder/valkey-$1-$2
    rm -rf "$data"
    mkdir "$data"

    sed -e "s,@HOST@,$(plant_address "$1"),g" -e "s,@FOLDER@,$data,g" \
        -e "s,@PORT@,$(plant_port "$2"),g" \
        -e "s,@BUS_PORT@,$(($(plant_port "$2") + 3)),g" \
        -e "s,@STORE_PASSWORD@,$(cat "$folder/store_password"),g" \
        -e "s,@ADMIN_PASSWORD@,$(cat "$folder/admin_password"),g" \
        "$top/demo/valkey.conf" >"$data/valkey.conf"
}


# start_servers HOST

start_servers() {
    pids=
    for n in $plant_servers; do
        data=$folder/valkey-$1-$n
        "$plant_program" "$data/valkey.conf" >>"$data/valkey.log" 2>&1 &
        pids="$pids $!"
    done

    eval "servers_$1=\$pids"
}


# ask_plant ARGUMENT...: as the user who looks after the servers.

ask_plant() {
    REDISCLI_AUTH=$(cat "$folder/admin_password") \
        "$plant_cli" --user admin "$@"
}


answers() {
    [ "$(ask_plant -h "${1%:*}" -p "${1##*:}" PING 2>>"$folder/output")" \
        = PONG ]
}


# Each server has found all others, and each replica follows its primary.

is_whole() {
    for node in $(plant_nodes); do
        ask_plant -h "${node%:*}" -p "${node##*:}" CLUSTER INFO \
            | tr -d '\r' >"$folder/output"
        grep -qx cluster_state:ok "$folder/output" \
            && grep -qx cluster_known_nodes:9 "$folder/output" || return 1

        ask_plant -h "${node%:*}" -p "${node##*:}" INFO replication \
            | tr -d '\r' >"$folder/output"
        grep -qx -e connected_slaves:2 -e master_link_status:up \
            "$folder/output" || return 1
    done
}


show_plant() {
    for host in $plant_hosts; do
        printf '    %s ' "$(plant_address "$host")"
        for n in $plant_servers; do
            printf ' %s %s' "$(plant_port "$n")" "$(role_of "$host" "$n")"
        done
        echo
    done
}


role_of() {
    ask_plant -h "$(plant_address "$1")" -p "$(plant_port "$2")" ROLE \
        2>>"$folder/output" | sed -n '1 { s/master/primary/
            s/slave/replica/
            p
        }' | grep . || echo lost
}
