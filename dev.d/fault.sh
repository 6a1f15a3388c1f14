# fault [FILE...]
#     the suites in which one allocation after the other fails, in an nginx that
#     takes each piece of a pool from malloc(); in the installed nginx, `./dev
#     test` fails the pages of pools alone

files='t/10-failures/06*.t'
nginx_flags='-g -O1 -fno-omit-frame-pointer -DNGX_DEBUG_PALLOC=1'

run_suites "$@"
