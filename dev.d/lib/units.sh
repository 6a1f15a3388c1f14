# The C that needs no nginx.

warnings='-Wall -Wextra -Wshadow -Werror'


# make_units FOLDER CFLAGS TARGET...: builds targets of units.mk in FOLDER.

make_units() {
    out=$1 cflags=$2
    shift 2
    mkdir -p "$out"
    make -s -j "$(nproc)" -f dev.d/lib/units.mk OUT="$out" CFLAGS="$cflags" \
        "$@"
}
