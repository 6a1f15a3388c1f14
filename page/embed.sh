#!/bin/sh
#
# embed.sh: the files of this folder as C, on standard output.

set -eu
cd "$(dirname "$0")"
. ../embed.sh

# In this order: one that begins by using another comes after it.
widget='words element follow kept login style views stage control'


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
        *.css | *.js) without_comments "$file" | bytes "u_char  file_$n" ;;
        *) bytes "u_char  file_$n" <"$file" ;;
    esac

    rows="$rows    { ngx_string(\"$file\"), { sizeof(file_$n), file_$n } },
"
    n=$((n + 1))
done

join_widget | bytes 'u_char  widget'
rows="$rows    { ngx_string(\"widget.js\"), { sizeof(widget), widget } },
"

printf 'const ngx_http_whatsauth_embedded_t  ngx_http_whatsauth_embedded[] = {'
printf '\n%s    { ngx_null_string, ngx_null_string }\n};\n' "$rows"
