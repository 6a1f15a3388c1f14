# reloads [N]
#     N (200) reloads, each with a stream that keeps its old workers: so many
#     that nothing that they might keep would be enough

export WHATSAUTH_RELOADS="${1:-200}"

run_suites t/04-store/090-many-reloads.t
