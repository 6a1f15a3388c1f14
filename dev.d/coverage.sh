# coverage [FILE...]
#     the tests with lines counted: a table, build/coverage with the lines that
#     nothing ran, and a failure below 90 %; FILE adds to the counts of earlier
#     runs

units=$build/coverage/units
unit_flags='-g -O0 --coverage -fprofile-update=atomic'
nginx_flags="$unit_flags -DNGX_DEBUG_PALLOC=1"
nginx_link=--coverage
export TEST_NGINX_TIMEOUT=10

# Without FILE the counts begin anew.
names_file "$@" || find "$build" -path '*/coverage/*.gcda' -delete


# A process writes its counts when it exits, also one of another user; what
# signal 9 ends counts nothing.

before_suites() {
    find "$build/coverage" -type d -exec chmod a+rwx '{}' +
    umask 0
}


after_suites() {
    umask 022
    mkdir -p "$build/coverage/html"

    status=0
    gcovr --root "$top" --object-directory "$source" \
        --filter '(protocol|ledger|lmdb_store|valkey_store)/' \
        --filter ngx_http_whatsauth_module/ --exclude-unreachable-branches \
        --txt "$build/coverage/lines" \
        --html-details "$build/coverage/html/index.html" \
        --fail-under-line 90 "$units" "$build/coverage/nginx/addon" || status=$?
    cat "$build/coverage/lines"

    return $status
}


needs gcovr
run_suites "$@"
