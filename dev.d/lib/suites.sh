# The one loop of all verbs that run tests.
#
# run_suites [OPTION|FILE]...: builds, and proves FILE, or without one $files.
# A verb is a row of these, and of what it exports for the tests:
#
#     files           what runs without FILE
#     units           the folder of the unit tests and the tool
#     unit_flags      how they are compiled
#     nginx_flags     how an nginx is compiled that has the module linked in;
#     nginx_link      without them the installed nginx loads the module
#     before_suites   a function that is called when everything is built
#     after_suites    a function that is called at the end, and may fail
#
# A file that a process writes into the folder $reports is shown, and the verb
# fails.

all_suites='t/[0-9]*/*.t'

files="t/unit/*.c $all_suites"
units=$build/units
unit_flags='-g -O2'
nginx_flags=
nginx_link=
reports=$build/$verb/reports


before_suites() {
    :
}


after_suites() {
    :
}


run_suites() {
    needs @test ${nginx_flags:+@source}
    needs_test_nginx
    build_all

    # shellcheck disable=SC2086
    names_file "$@" || set -- "$@" $files
    build_units "$@"
    [ -z "$nginx_flags" ] || build_nginx

    rm -rf "$reports"
    mkdir -p "$reports"
    before_suites

    status=0
    run_prove "$units" "$@" || status=$?
    after_suites || status=$?
    show_reports || status=$?

    return $status
}


names_file() {
    for arg in "$@"; do
        case $arg in
            -*) ;;
            *)  return 0 ;;
        esac
    done

    return 1
}


build_units() {
    case " $*" in
        *' t/unit/'*) target='tool tests' ;;
        *)            target=tool ;;
    esac

    # shellcheck disable=SC2086
    make_units "$units" "$unit_flags $warnings" $target
    export WHATSAUTH_STORE="$units/whatsauth-store"
}


build_nginx() {
    make_static_nginx "$build/$verb/nginx" "$nginx_flags" "$nginx_link"
    export TEST_NGINX_BINARY="$build/$verb/nginx/nginx"
    export TEST_NGINX_LOAD_MODULES=
}


# run_prove UNITS [OPTION|FILE]...: every test file takes a free slot of ports
# and a folder of its own under build/t, so that files may run side by side.

run_prove() {
    folder=$1
    shift

    for arg in "$@"; do
        shift
        case $arg in
            t/unit/*.c) arg=$folder/unit/$(basename "$arg" .c) ;;
        esac
        set -- "$@" "$arg"
    done

    mkdir -p "$build/t"
    CMOCKA_MESSAGE_OUTPUT=TAP prove -j "$(nproc)" --failures --comments \
        -I t/lib "$@"
}


show_reports() {
    shown=0
    for report in "$reports"/*; do
        [ -s "$report" ] || continue
        cat "$report" >&2
        shown=1
    done

    return $shown
}
