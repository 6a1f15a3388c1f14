# hup [FILE...]
#     the suites, with each nginx reloaded after its start and before its end,
#     and between the blocks of Test::Nginx

files=$all_suites
export TEST_NGINX_USE_HUP=1 WHATSAUTH_HUP=1

run_suites "$@"
