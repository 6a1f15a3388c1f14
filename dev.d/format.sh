# format
#     repairs trailing blanks, tabs and missing last newlines

# clang-format cannot express nginx's style (a gap of two between types and
# names, aligned by block), so only what has one right answer is repaired.
# shellcheck disable=SC2046
perl -i -0777 -pe 's/[ \t\r]+$//mg; s/\s*\z/\n/;
    1 while s/^([^\t\n]*)\t/$1 . " " x (8 - length($1) % 8)/me' $(text_files)
