# run [--hosts] [--once]
#     Installs, builds, starts nginx on 127.0.0.1:8080 with a demo app, performs
#     one login, and serves the login page, with a simulated phone beside it,
#     until Ctrl-C.  With --hosts there are two hosts with nginx, which share
#     nine servers of Valkey or Redis; one of them dies and comes back.  With
#     --once, or CI=true, it stops after the logins.  WHATSAUTH_PORT is another
#     port; the seven above it are taken with --hosts.

needs @run
program=run

if [ "${1-}" = --hosts ]; then
    needs "$(valkey_packages)"
    program=hosts
    shift
fi

build_all
exec "demo/$program" "$@"
