# bench [ROW...]
#     speed beside that of plain nginx, as a table; BENCH_SECONDS of each run,
#     BENCH_ROUNDS.  The machine should have nothing else to do.

needs @build perl wrk libnginx-mod-http-echo libnginx-mod-http-lua openssl \
    "$(node_packages)" "$(valkey_packages)"

# The sidecar in Node takes the packages of the example in Express.

install_sidecar() {
    sidecar=$build/sidecar
    mkdir -p "$sidecar"
    cp t/bench/sidecar.mjs "$sidecar/"
    cmp -s examples/express/package.json "$sidecar/package.json" && return 0

    say 'installing Express from npm'
    cp examples/express/package.json "$sidecar/"
    npm install --prefix "$sidecar" --ignore-scripts --no-audit --no-fund \
        --loglevel error >&2 || {
            rm "$sidecar/package.json"
            die 'npm could not install Express'
        }
}


build_all
install_sidecar
make_units "$build/units" "-g -O2 $warnings" bench
exec perl t/bench/bench.pl "$@"
