#!/bin/sh
#
# embed.sh: the scripts of this folder as C, with their names, on standard
# output.

set -eu
cd "$(dirname "$0")"
. ../embed.sh

printf '#include "valkey_store/script.h"\n\n\n'

for name in commit heads issue; do
    sha=$(sha1sum <"$name.lua")

    bytes "const unsigned char  $name" <"$name.lua"
    printf 'const valkey_store_script_t  valkey_store_script_%s = {\n' "$name"
    printf '    sizeof(%s), %s,\n    "%s"\n};\n\n' \
        "$name" "$name" "${sha%% *}"
done
