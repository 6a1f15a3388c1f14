# harmless FOLDER [FILE...]
#     nginx's own tests, all or FILE, of which FOLDER is a checkout, without the
#     module, with it loaded, and with it busy: the same tests must fail

[ -f "${1-}/lib/Test/Nginx.pm" ] \
    || die 'harmless FOLDER: a checkout of github.com/nginx/nginx-tests'

# All that Debian's nginx was configured with.
needs @build perl libio-socket-ssl-perl openssl libfcgi-perl \
    libnginx-mod-http-geoip libnginx-mod-http-image-filter \
    libnginx-mod-http-perl libnginx-mod-http-xslt-filter libnginx-mod-mail \
    libnginx-mod-stream libnginx-mod-stream-geoip
build_all
exec perl t/harmless/harmless.pl "$@"
