# hosts [SECONDS]
#     logins over two hosts with one store for 600 seconds, while servers are
#     killed, stopped and cut off, slots move and hosts are lost, held against
#     a ledger of what was promised; HOSTS_STORE is cluster, tls, sentinel or
#     lmdb; HOSTS_RATE, HOSTS_SEED, HOSTS_FAULTS

needs @test
build_all
mkdir -p "$build/t"
exec perl t/hosts/hosts.pl "${1:-600}"
