# static [FILE...]
#     the suites in an nginx built from Debian's source, with the module linked
#     in

files=$all_suites
nginx_flags=$nginx_ccopt
nginx_link=$nginx_ldopt

run_suites "$@"
