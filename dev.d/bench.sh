# bench [ROW...]
#     speed beside that of plain nginx, as a table; BENCH_SECONDS of each run,
#     BENCH_ROUNDS.  The machine should have nothing else to do.

needs @build perl wrk libnginx-mod-http-echo openssl
build_all
make_units "$build/units" "-g -O2 $warnings" bench
exec perl t/bench/bench.pl "$@"
