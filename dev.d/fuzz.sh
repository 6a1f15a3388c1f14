# fuzz [SECONDS [NAME...]]
#     every fuzzer of t/fuzz, or NAME, for 60 seconds each

san='-g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined'

needs @library clang libclang-rt-dev
make_units "$build/fuzz" "$san -fno-sanitize-recover=all $warnings" fuzzers \
    CC=clang
exec t/fuzz/run "${@:-60}"
