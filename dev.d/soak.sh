# soak
#     a minute of logins while workers are killed, nginx reloaded and restarted
#     and the disk filled, held against a ledger of what was promised;
#     SOAK_SECONDS, SOAK_OPERATIONS, SOAK_SEED

needs @test
build_all
mkdir -p "$build/t"

export SOAK_SECONDS="${SOAK_SECONDS:-60}"
export SOAK_OPERATIONS="${SOAK_OPERATIONS:-50000}"
exec perl -I t/lib t/06-ledger/000-ledger.t
