# The module, built for the installed nginx or into an nginx of its own.

nginx_src=/usr/share/nginx/src
nginx_ccopt='-g -O2 -fPIC -fstack-protector-strong -D_FORTIFY_SOURCE=2'
nginx_ldopt='-fPIC -Wl,-z,relro -Wl,-z,now'


# The module and the tool.

build_all() {
    build_module
    make_units "$build/units" "-g -O2 $warnings" tool
    replace "$build/units/whatsauth-store" "$build"
}


# Two builds of one checkout take turns.

build_module() {
    (flock 9 && make_module) 9>"$build/lock"
}


make_module() {
    stamp=$(nginx -V 2>&1
            cat "$nginx_src/conf_flags" config config.make t/door/config
            product_files
            embedded_files)
    configure "$build/nginx" "$nginx_src" \
        --with-cc-opt="$nginx_ccopt" --with-ld-opt="$nginx_ldopt" \
        --add-dynamic-module="$top" --add-dynamic-module="$top/t/door"

    say 'compiling the module'
    make_nginx "$build/nginx" "$nginx_src" modules
    replace "$build/nginx/ngx_http_whatsauth_module.so" "$build"
    replace "$build/nginx/ngx_http_whatsauth_door_late_module.so" "$build"
    replace "$build/nginx/ngx_http_whatsauth_door_watch_module.so" "$build"
}


# make_static_nginx FOLDER CC_OPT LD_OPT: Debian's source of the installed
# nginx, built there with the module linked in.

make_static_nginx() {
    folder=$1
    fetch_nginx_source
    stamp=$(echo "$*"
            cat "$source/debian/changelog" config config.make
            product_files
            embedded_files)
    configure "$folder" "$source" --with-cc-opt="$2" --with-ld-opt="$3" \
        --add-module="$top"

    say 'compiling nginx'
    make_nginx "$folder" "$source" binary
}


# configure FOLDER SOURCE [OPTION]...: with Debian's own options and these,
# unless FOLDER was configured before with the same $stamp.

configure() {
    folder=$1 tree=$2
    shift 2

    if [ -f "$folder/Makefile" ] && [ "$stamp" = "$(cat "$folder/stamp")" ]
    then
        return
    fi

    say "configuring nginx in ${folder#"$top/"}"
    rm -rf "$folder"
    mkdir -p "$folder"
    run_configure "$@" --builddir="$folder" >"$folder/configure.log" 2>&1 || {
        tail -n 5 "$folder/configure.log" >&2
        die "configure failed, see $folder/configure.log"
    }
    printf '%s\n' "$stamp" >"$folder/stamp"
}


# conf_flags is an array of bash.

run_configure() {
    # shellcheck disable=SC2016
    bash -c '. "$1/conf_flags" && cd "$2" && shift 2 &&
             exec ./configure "${NGX_CONF_FLAGS[@]}" "$@"' - \
        "$nginx_src" "$tree" "$@"
}


make_nginx() {
    make -s -j "$(nproc)" -C "$2" -f "$1/Makefile" "$3" >"$1/make.log" 2>&1 \
        || {
            cat "$1/make.log" >&2
            die "the module does not compile in ${1#"$top/"}"
        }
}


# Mirrors may lack the source of a security update: the release's own source
# of the same upstream version serves as well.  Exit status 77 means that there
# is none.

fetch_nginx_source() {
    version=$(dpkg-query -W -f '${source:Version}' nginx)
    source=$build/source/nginx-$version

    [ ! -d "$source" ] || return 0

    say "fetching the source of nginx $version"
    private_apt deb-src
    download_nginx_source

    say "unpacking nginx $candidate"
    mkdir -p "$build/source"
    dpkg-source --no-check -x "$apt/nginx_$candidate.dsc" "$source" \
        >"$build/source/unpack.log" 2>&1
}


download_nginx_source() {
    # shellcheck disable=SC2086
    versions=$(apt-cache $apt_options showsrc nginx \
        | sed -n "s/^Version: \(${version%-*}-.*\)/\1/p" | sort -rV)

    for candidate in "$version" $versions; do
        # shellcheck disable=SC2086
        (cd "$apt" && apt-get $apt_options --download-only source \
            "nginx=$candidate") >"$apt/source.log" 2>&1 && return
    done

    cat "$apt/source.log" >&2
    say "no source of nginx $version"
    exit 77
}


# The compiler's options that find nginx's headers.

module_includes() {
    sed -n '/^ALL_INCS/,/^$/p' "$build/nginx/Makefile" | tr -d '\\\n' \
        | sed "s/ALL_INCS =//; s,-I \([^/]\),-I $nginx_src/\1,g"
}
