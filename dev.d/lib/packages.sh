# Debian's packages: a verb names those that it needs, and the missing ones get
# installed.  A word with an @ is a set.

packages_of() {
    case $1 in
        @library) echo make libc6-dev liblmdb-dev libjansson-dev \
                       libqrencode-dev zlib1g-dev libssl-dev ;;
        @build)   echo "$(packages_of @library)" gcc nginx nginx-dev ;;
        @run)     echo "$(packages_of @build)" curl openssl perl ;;
        @test)    echo "$(packages_of @run)" libcmocka-dev \
                       libio-socket-ssl-perl zbar-tools librsvg2-bin \
                       iproute2 clang libclang-rt-dev php-cli \
                       python3-flask python3-requests \
                       "$(valkey_packages)" ;;
        @source)  echo "$(packages_of @test)" dpkg-dev libpcre2-dev ;;
        @browser) echo chromium libnss3-tools pngquant zbar-tools \
                       fonts-noto-core "$(node_packages)" ;;
        *)        echo "$1" ;;
    esac
}


# A node from elsewhere has npm in its own package, and conflicts with Debian's.

node_packages() {
    command -v npm >/dev/null || echo nodejs npm
}


# Valkey where the release has it, else Redis.  The packages of tools hold the
# servers, too, and unlike theirs they start no service.

valkey_packages() {
    if apt-cache show valkey-tools >/dev/null 2>&1; then
        echo valkey-tools
    else
        echo redis-tools
    fi
}


# needs [PACKAGE|@SET]...

needs() {
    missing=
    for word in "$@"; do
        for package in $(packages_of "$word"); do
            is_installed "$package" || missing="$missing $package"
        done
    done

    [ -n "$missing" ] || return 0

    say "installing$missing"
    as_root apt-get -qq update
    # shellcheck disable=SC2086
    apt_install $missing
}


is_installed() {
    case $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>&1) in
        installed) return 0 ;;
        *)         return 1 ;;
    esac
}


# The policy keeps Debian's nginx from being started, on port 80, when it is
# installed.

apt_install() {
    policy=/usr/sbin/policy-rc.d
    if [ -e $policy ] || is_installed nginx; then
        policy=
    else
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
    fi

    status=0
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
        --no-install-recommends install "$@" >"$build/apt.log" 2>&1 \
        || status=$?

    [ -z "$policy" ] || as_root rm -f $policy

    if [ $status -ne 0 ]; then
        cat "$build/apt.log" >&2
        die "apt-get could not install $*"
    fi
}


# Test::Nginx is in Debian from a newer suite on; the package is independent
# of the architecture and needs nothing that this release lacks.

needs_test_nginx() {
    is_installed libtest-nginx-perl && return 0

    say 'fetching libtest-nginx-perl'
    private_apt deb sid
    # shellcheck disable=SC2086
    (cd "$apt" && apt-get $apt_options download libtest-nginx-perl)
    as_root apt-get -qq update
    apt_install "$apt"/libtest-nginx-perl_*.deb
}


# private_apt TYPE [SUITE]: an apt of our own, which leaves the machine's lists
# and caches alone.

private_apt() {
    apt=$build/apt/$1${2-}
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    apt_options="-qq -o Dir::Etc::sourcelist=$apt/debian.sources
                 -o Dir::Etc::sourceparts=- -o Dir::State::lists=$apt/lists
                 -o Dir::Cache=$apt/cache -o APT::Sandbox::User=root"

    debian_sources "$@" >"$apt/debian.sources"
    [ -s "$apt/debian.sources" ] || die 'no Debian entry in the apt sources'
    # shellcheck disable=SC2086
    apt-get $apt_options update
}


debian_sources() {
    perl dev.d/lib/debian_sources.pl "$@"
}
