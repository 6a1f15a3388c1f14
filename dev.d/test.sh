# test [FILE...]
#     Installs, builds, and runs all unit tests and suites, or FILE: t/unit/x.c
#     or t/NN-area/NNN-subject.t.  prove's options are taken, too.

run_suites "$@"
