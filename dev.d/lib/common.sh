# Functions that every verb needs.

say() {
    printf '== %s\n' "$*" >&2
}


die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}


as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}


# replace FILE FOLDER: a running nginx may have mapped the old file there, whose
# bytes must not change.

replace() {
    cmp -s "$1" "$2/${1##*/}" && return 0
    cp "$1" "$2/.new"
    mv "$2/.new" "$2/${1##*/}"
}
