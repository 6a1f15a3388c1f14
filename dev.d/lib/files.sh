# The files that rules are for.

rooms='protocol ledger lmdb_store tool ngx_http_whatsauth_module'


# The sources of the product.

sources() {
    # shellcheck disable=SC2086
    find $rooms -name '*.c' | sort
}


c_files() {
    # shellcheck disable=SC2086
    find $rooms t -name '*.[ch]' | sort
}


# debian/rules is a makefile and needs its tabs.

text_files() {
    c_files
    find config dev dev.d .ci .clang-tidy debian demo docs t README.md LICENSE \
        tool/*.pod protocol/*.pl \
        \( -path t/fuzz/corpus -o -path debian/rules \) -prune \
        -o -type f ! -name '*.[ch]' -print | sort
}


make_unicode_table() {
    perl protocol/unicode.pl /usr/share/unicode >"$build/unicode_table.h"
}
