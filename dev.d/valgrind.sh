# valgrind [FILE...]
#     some suites, or FILE, with the installed nginx under valgrind; its pools
#     hide some faults that asan finds, but all that it calls is watched, too

files="t/02-verification-code/1[34]0-*.t t/03-messages/0[45789]0-*.t
       t/04-store/0[018]0-*.t t/05-delivery/0[02]0-*.t t/07-twilio/010-*.t
       t/09-replies/0[01]0-*.t t/10-failures/020-*.t t/15-gate/0[12]0-*.t"
export TEST_NGINX_BINARY="$top/t/valgrind/nginx"
export TEST_NGINX_VALGRIND=1 TEST_NGINX_TIMEOUT=30

needs valgrind
run_suites "$@"
