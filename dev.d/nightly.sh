# nightly [VERB...]
#     every verb that proves something, or only VERB, one after the other, each
#     with its log in build/nightly; takes hours, and ends with one table.
#     NGINX_TESTS is the folder of nginx's own tests, for harmless.

logs=$build/nightly


# run_verb VERB: writes one line of the table.  A verb that fails does not keep
# the others from running.

run_verb() {
    log=$logs/${1%% *}.log
    begun=$(date +%s)
    result=passed

    # shellcheck disable=SC2086
    ./dev $1 >"$log" 2>&1 </dev/null || result=FAILED

    printf '%-16s %8d  %-7s %.70s\n' "${1%%/*}" \
        $((($(date +%s) - begun + 30) / 60)) "$result" \
        "$(grep '[[:alnum:]]' "$log" | tail -n 1)"
}


if [ $# -eq 0 ]; then
    set -- lint test browser static hup leak asan valgrind fault coverage deb \
        matrix 'fuzz 600' soak reloads 'hosts 600' 'hostile 1800' bench \
        ${NGINX_TESTS:+"harmless $NGINX_TESTS"}
fi

rm -rf "$logs"
mkdir -p "$logs"

for one in "$@"; do
    say "$one"
    run_verb "$one" >>"$logs/table"
done

printf '\n%-16s %8s  %-7s %s\n' verb minutes result 'its last words'
cat "$logs/table"

failed=$(grep -c ' FAILED ' "$logs/table") || :
echo "$(($# - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
