# The files of the repository, as the build, lint and format see them.

rooms='protocol ledger lmdb_store valkey_store tool
       ngx_http_whatsauth_module'


# The C of the product.

product_files() {
    # shellcheck disable=SC2086
    find $rooms -name '*.[ch]' | sort
}


sources() {
    product_files | grep '\.c$'
}


# Its parts that are no C, which the build embeds.

embedded_files() {
    find page valkey_store -type f -not -name '*.[ch]' | sort
}


# Every file with text of ours, but for debian/rules, a makefile with tabs.

text_files() {
    # shellcheck disable=SC2086
    find $rooms page config config.make embed.sh dev dev.d .ci .clang-tidy \
        debian demo docs examples t README.md LICENSE \
        \( -path t/fuzz/corpus -o -path debian/rules -o -name '*.png' \) \
        -prune -o -type f -print | sort
}
