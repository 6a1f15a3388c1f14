# A function of page/embed.sh and valkey_store/embed.sh, which write files as C
# on standard output.  nginx's Makefile calls these (config.make), so they need
# nothing but sh, sed, od and sha1sum.

# bytes DECLARATION <FILE: an array.

bytes() {
    printf 'static %s[] = {\n' "$1"
    od -An -v -tu1 | sed 's/  *\([0-9][0-9]*\)/ \1,/g'
    printf '};\n\n'
}
