# shellcheck shell=sh
#
# What ./dev run does for one host and for several.  demo/run and demo/hosts
# set $top, and source this.

port=${WHATSAUTH_PORT-8080}
once=${CI-}
server=


# take_arguments NAME [ARGUMENT...]: the folder is build/NAME.

take_arguments() {
    folder=$top/build/$1
    shift

    case ${1-} in
        --once) once=true ;;
        '')     ;;
        *)      echo 'usage: ./dev run [--hosts] [--once]' >&2; exit 2 ;;
    esac

    case $port in
        8080)          ;;
        '' | *[!0-9]*) echo "WHATSAUTH_PORT is not a number: $port" >&2
                       exit 2 ;;
        *)             folder=$folder-$port ;;
    esac

    shown=build/${folder##*/}
}


refuse_taken_port() {
    perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(Listen => 1,
        LocalAddr => "127.0.0.1", LocalPort => shift, ReuseAddr => 1)' \
        "$1" && return 0

    echo "Port $1 of 127.0.0.1 is taken; who has it:" \
        "ss -ltnp 'sport = :$1'" >&2
    echo "Free it, or take another: WHATSAUTH_PORT=9080 ./dev run" >&2
    exit 1
}


make_secrets() {
    umask 077
    mkdir -p "$folder"

    for name in token app_secret verify_token access_token; do
        [ -s "$folder/$name" ] || openssl rand -hex 20 >"$folder/$name"
    done

    [ -s "$folder/callback_secret" ] \
        || echo "whsec_$(openssl rand -base64 32)" >"$folder/callback_secret"
}


# start_server URL: it takes a free port, and says which.

start_server() {
    rm -f "$folder/server_port"
    "$top/demo/server" "$folder" "$1" 2>"$folder/server.log" &
    server=$!

    await [ -s "$folder/server_port" ] || fail 'demo/server does not start'
    server_port=$(cat "$folder/server_port")
}


# make_config FOLDER PORT STORE: nginx.conf in FOLDER; STORE has the arguments
# of whatsauth_store.  The workers stay root where root runs this: nginx's own
# user may not be allowed into this folder.

make_config() {
    user=
    [ "$(id -u)" -ne 0 ] || user='user root;'

    sed -e "s,@TOP@,$top,g" -e "s|@STORE@|$3|g" -e "s,@PORT@,$2,g" \
        -e "s,@MODULE@,$top/build/ngx_http_whatsauth_module.so,g" \
        -e "s,@USER@,$user,g" -e "s,@SERVER_PORT@,$server_port,g" \
        "$top/demo/nginx.conf" >"$1/nginx.conf"
}


# start_nginx FOLDER URL: leaves its process in $nginx.

start_nginx() {
    setsid nginx -p "$1/" -e "$1/error.log" -c "$1/nginx.conf" \
        -g 'daemon off;' &
    nginx=$!

    await settled "$2"
    is_alive "$nginx" || fail 'nginx does not start'
}


settled() {
    curl -s -o "$folder/probe" "$1/login/" || ! is_alive "$nginx"
}


is_alive() {
    kill -0 "$1" 2>>"$folder/output"
}


# await COMMAND...: until it succeeds, for ten seconds.

await() {
    tries=100
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}


# stop_processes PID...

stop_processes() {
    for pid in "$@"; do
        kill -TERM "$pid" 2>>"$folder/output" || :
        wait "$pid" || :
    done
}


# step TEXT COMMAND-LINE: the command line as it is, for a user to repeat.

step() {
    echo "$1"
    echo
    echo "\$ $2"
}


# issue URL TEXT: leaves $code, $link and $claim.

issue() {
    step "$2" \
        "curl -i -H \"Authorization: Bearer \$(cat $shown/token)\" \\
    '$1/api/v1/verification_code?claim=1'"

    answer=$(curl -s -S -i -H "Authorization: Bearer $(cat "$folder/token")" \
        "$1/api/v1/verification_code?claim=1")
    echo "$answer"
    echo

    code=$(echo "$answer" | sed -n 's/.*"code":"\([0-9a-f]\{10\}\)".*/\1/p')
    link=$(echo "$answer" | sed -n 's/.*"link":"\([^"]*\)".*/\1/p')
    claim=$(echo "$answer" | sed -n 's/^whatsauth-claim: \(wac_[^ ]*\).*/\1/p' \
        | tr -d '\r')
    [ -n "$code" ] || fail 'no code was issued'
    [ -n "$claim" ] || fail 'no claim was issued'
}


# send_message URL TEXT

send_message() {
    step "$2" "demo/whatsauth-simulate --verbose \\
    --secret file:$shown/app_secret \\
    $1/api/v1/messages '$link'"

    "$top/demo/whatsauth-simulate" --verbose \
        --secret "file:$folder/app_secret" "$1/api/v1/messages" "$link" \
        || fail 'the message was not accepted'
}


# collect URL TEXT

collect() {
    step "$2" "curl -H \"Authorization: Bearer \$(cat $shown/token)\" \\
    -d claim=$claim \\
    $1/api/v1/claim"

    curl -s -S -H "Authorization: Bearer $(cat "$folder/token")" \
        -d "claim=$claim" "$1/api/v1/claim" \
        | grep "\"verification_code\":\"$code\"" || fail 'nothing was collected'
    echo
}


# await_callback URL TEXT

await_callback() {
    step "$2" "curl $1/site/callbacks"

    await called "$1" || fail 'no callback arrived'
    echo
}


called() {
    curl -s "$1/site/callbacks" | grep "$code"
}


# The logs, but for those of the requests.

fail() {
    logs=$(find "$folder" -name '*.log' -not -name access.log)
    echo "$1, see" "$logs" >&2
    # shellcheck disable=SC2086
    tail -n 5 $logs >&2
    exit 1
}
