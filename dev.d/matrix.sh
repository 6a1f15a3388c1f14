# matrix [CELL...] [FILE...]
#     the tests in Debian bookworm, trixie and sid, each also as RELEASE-static;
#     ends with a table

needs debootstrap perl
mkdir -p "$build/matrix"
debian_sources deb @RELEASE@ >"$build/matrix/debian.sources"
as_root t/matrix/run "$@"
