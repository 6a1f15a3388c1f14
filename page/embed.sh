#!/bin/sh
#
# embed.sh: the files of this folder as C, on standard output.  nginx's Makefile
# calls it (config.make), so it needs nothing but sh, sed and od.

set -eu
cd "$(dirname "$0")"

# In this order: one that begins by using another comes after it.
widget='words element follow kept login style views stage control'


# bytes NAME <FILE: an array.

bytes() {
    printf 'static u_char  %s[] = {\n' "$1"
    od -An -v -tu1 | sed 's/  *\([0-9][0-9]*\)/ \1,/g'
    printf '};\n\n'
}


# without_comments FILE: a comment that has its lines for itself, in CSS and
# JavaScript, is for us and not for browsers.

without_comments() {
    sed '/^ *\/\*.*\*\/$/d; /^ *\/\*/,/\*\/$/d; /^ *\/\/ /d; /^$/d' "$1"
}


# The modules of the widget as the one that a page loads: what they take from
# each other is there without an import.  The texts are put before it when the
# configuration is read.

join_widget() {
    for module in $widget; do
        without_comments "widget/$module.js" \
            | sed '/^import .*;$/d; /^import /,/;$/d; s/^export //'
    done
}


files='page.html wait.html page.css page.js'
texts=$(echo texts/*.json)

printf '#include "login/embedded.h"\n\n\n'

n=0
rows=

for file in $files $texts; do
    case $file in
        *.css | *.js) without_comments "$file" | bytes "file_$n" ;;
        *) bytes "file_$n" <"$file" ;;
    esac

    rows="$rows    { ngx_string(\"$file\"), { sizeof(file_$n), file_$n } },
"
    n=$((n + 1))
done

join_widget | bytes widget
rows="$rows    { ngx_string(\"widget.js\"), { sizeof(widget), widget } },
"

printf 'const ngx_http_whatsauth_embedded_t  ngx_http_whatsauth_embedded[] = {'
printf '\n%s    { ngx_null_string, ngx_null_string }\n};\n' "$rows"
