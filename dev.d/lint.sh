# lint
#     compilers, static analysis and rules of style

# A subshell after || would ignore its own set -e.

check() {
    say "$1"
    title=$1
    shift

    set +e
    (set -e; "$@")
    status=$?
    set -e

    [ $status -eq 0 ] || failures="$failures $title;"
}


# nginx's own callbacks have parameters that one of them does not need.

lint_compiler() {
    make_units "$build/lint/$1" "-O2 $warnings" tool tests bench fuzz_objects \
        CC="$1"
    make_units "$build/lint/$1-module" \
        "-O2 $warnings -Wno-unused-parameter $(module_includes)" objects \
        SRCS="$(sources | tr '\n' ' ')" CC="$1"
}


lint_clang_tidy() {
    # shellcheck disable=SC2046
    sources | xargs -P "$(nproc)" -I '{}' clang-tidy --quiet '{}' -- \
        -std=gnu11 -I. $(module_includes) 2>"$build/clang-tidy.log"
}


# scan-build names its compiler in the environment of make.

lint_scan_build() {
    rm -rf "$build/lint/scan" "$build/scan-build"
    scan-build -o "$build/scan-build" --status-bugs \
        make -s -j "$(nproc)" -f dev.d/lib/units.mk OUT="$build/lint/scan" \
        CFLAGS="$(module_includes)" SRCS="$(sources | tr '\n' ' ')" objects \
        >"$build/scan-build.log" 2>&1 || {
        cat "$build/scan-build.log"
        return 1
    }
}


lint_cppcheck() {
    # shellcheck disable=SC2086
    cppcheck --quiet --enable=warning,performance,portability --inline-suppr \
        --std=c11 --error-exitcode=1 -j "$(nproc)" -I. \
        --suppress=missingInclude --suppress=unknownMacro $rooms
}


# Another release of Debian has another Unicode.

lint_unicode() {
    table=protocol/unicode_table.h
    make_unicode_table
    if [ "$(sed -n 's/^#define//p' $table)" \
         = "$(sed -n 's/^#define//p' "$build/unicode_table.h")" ]; then
        diff -u $table "$build/unicode_table.h"
    else
        say 'not compared: another version is installed'
    fi
}


lint_style() {
    # shellcheck disable=SC2046
    perl t/lint/style.pl $(text_files)
}


lint_language() {
    # shellcheck disable=SC2046
    perl t/lint/language.pl $(text_files)
}


lint_macros() {
    # shellcheck disable=SC2046
    perl t/lint/macros.pl $(product_files)
}


# A verb is checked together with the functions that it uses.

lint_shell() {
    shellcheck --external-sources dev .ci/run demo/run demo/hosts \
        debian/tests/login t/*/run t/valgrind/nginx

    mkdir -p "$build/lint/shell"
    for file in dev.d/*.sh; do
        script=$build/lint/shell/${file##*/}
        {
            sed '/^for file in/,$d' dev
            printf '. ./%s\n' dev.d/lib/*.sh "$file"
        } >"$script"
        shellcheck --shell=sh --external-sources --check-sourced "$script"
    done
}


lint_perl() {
    found=0
    for file in demo/server demo/whatsauth-simulate \
        $(find protocol t dev.d -name '*.p[lm]' -o -name '*.t')
    do
        perl -It/lib -It/bench -It/hostile -It/hosts -c "$file" \
            >"$build/perl.log" 2>&1 && continue
        cat "$build/perl.log"
        found=1
    done

    return $found
}


# As modules, so that the strict rules hold in each file.

lint_javascript() {
    text_files | grep -E '\.m?js$' | while read -r file; do
        module=$build/lint/${file##*/}
        cp "$file" "${module%.*}.mjs"
        node --check "${module%.*}.mjs"
    done
}


needs @build libcmocka-dev clang clang-tidy clang-tools cppcheck shellcheck \
    perl unicode-data "$(node_packages)"

failures=

check 'rooms include only rooms below'  perl t/lint/arrows.pl
check 'statics are named by their file' perl t/lint/statics.pl
check 'macros mean one thing'           lint_macros
check 'language'                        lint_language
check 'style'                           lint_style
check 'these rules can fail'            prove -Q t/lint
check 'shell'                           lint_shell
check 'perl'                            lint_perl
check 'javascript'                      lint_javascript
check 'table of Unicode'                lint_unicode
check 'nginx builds the module'         build_module
check 'gcc'                             lint_compiler gcc
check 'clang'                           lint_compiler clang
check 'clang-tidy'                      lint_clang_tidy
check 'scan-build'                      lint_scan_build
check 'cppcheck'                        lint_cppcheck

[ -z "$failures" ] || die "lint found something in:$failures"
