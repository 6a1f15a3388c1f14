# deb
#     the Debian package of what is committed, built twice alike, checked by
#     lintian, installed, used, upgraded and purged in a clean root

needs @build build-essential debhelper lintian debootstrap git perl
mkdir -p "$build/deb"
debian_sources deb >"$build/deb/debian.sources"
exec t/package/run "$build/deb"
