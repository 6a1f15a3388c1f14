# asan [FILE...]
#     the unit tests with threads under ThreadSanitizer, and the tests under
#     AddressSanitizer and UBSan, in an nginx that has the module linked in

san='-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined'
units=$build/asan/units
unit_flags=$san

# nginx itself passes NULL with length 0 to memcpy() and the like.  The two
# macros make one malloc() of each piece of a pool, which AddressSanitizer can
# watch.
nginx_flags="$san -fno-sanitize=nonnull-attribute"
nginx_flags="$nginx_flags -DNGX_DEBUG_PALLOC=1 -DNGX_DEBUG_MALLOC=1"
nginx_link='-fsanitize=address,undefined'


before_suites() {
    run_threads

    say 'the tests under AddressSanitizer and UBSan'

    # nginx leaves the configuration, and main()'s own pool, to exit().
    suppressions=$build/asan/lsan.supp
    printf 'leak:%s\n' ngx_event_process_init ngx_init_cycle ngx_create_pool \
        >"$suppressions"

    # Test::Nginx adds the block's name to log_path, up to a comma.
    log=log_path=$reports/report
    export TEST_NGINX_TIMEOUT=10
    export ASAN_OPTIONS="$log,detect_stack_use_after_return=1"
    # A clock that the test moves comes before the sanitizer's library.
    export ASAN_OPTIONS="$ASAN_OPTIONS,verify_asan_link_order=0"
    export UBSAN_OPTIONS="$log:print_stacktrace=1"
    export LSAN_OPTIONS="suppressions=$suppressions:print_suppressions=0"
}


# ThreadSanitizer sees the order of things within one process, and the processes
# of commit_ring_kill hand operations to one another.

run_threads() {
    say 'unit tests with threads under ThreadSanitizer'

    threaded=$(grep -l '<pthread.h>' t/unit/*.c | grep -v commit_ring_kill)
    # shellcheck disable=SC2046,SC2086
    make_units "$build/tsan" "-g -O1 -fsanitize=thread $warnings" \
        $(echo $threaded | sed "s,t/\(unit/[a-z0-9_]*\)\.c,$build/tsan/\1,g")
    # shellcheck disable=SC2086
    TSAN_OPTIONS=halt_on_error=1 run_prove "$build/tsan" $threaded
}


run_suites "$@"
