# make_unicode_table: build/unicode_table.h, of the Unicode that is installed.

make_unicode_table() {
    perl protocol/unicode.pl /usr/share/unicode >"$build/unicode_table.h"
}
