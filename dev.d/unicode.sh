# unicode
#     protocol/unicode_table.h, of the Unicode that is installed

needs unicode-data perl
make_unicode_table
replace "$build/unicode_table.h" protocol
