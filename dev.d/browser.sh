# browser [FILE...]
#     the login page and the widget in Chromium, on a phone and on a desktop;
#     all of t/browser/*.mjs, or FILE; the pictures are in build/browser;
#     after an hour it gives up

modules=$build/node


# install_modules: the packages from npm that t/browser/package.json names.
# None of them runs a script of its own while it is installed.

install_modules() {
    cmp -s t/browser/package.json "$modules/installed" && return 0

    say 'installing the packages from npm'
    rm -rf "$modules"
    mkdir -p "$modules"
    cp t/browser/package.json "$modules/"
    npm install --prefix "$modules" --ignore-scripts --no-audit --no-fund \
        --loglevel error
    cp t/browser/package.json "$modules/installed"
}


needs @test @browser
build_all
install_modules

[ $# -gt 0 ] || set -- t/browser/*.mjs
mkdir -p "$build/browser" "$build/t"

# One file after the other: several Chromiums beside nginx use up a machine's
# memory, and what the system kills then looks like a failed test.
exec timeout --kill-after=30 1h node --test --test-concurrency=1 \
    --test-reporter=./t/browser/lib/reporter.mjs "$@"
