# hostile [SECONDS]
#     logins among all kinds of attackers, together more than the machine can
#     serve, with reloads, for 1800 seconds; ends with tables of what they got
#     and of what grew

needs @test
build_all
exec perl t/hostile/hostile.pl "${1:-1800}"
