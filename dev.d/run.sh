# run [--once]
#     Installs, builds, starts nginx on 127.0.0.1:8080 with a demo app, performs
#     one login, and serves the login page, with a simulated phone beside it,
#     until Ctrl-C.  With --once, or CI=true, it stops after the login.
#     WHATSAUTH_PORT is another port.

needs @run
build_all
exec demo/run "$@"
