# The default path of the store, on a machine without /var/lib/nginx: in a
# mount namespace with an empty /var/lib.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;

my @inside = qw( unshare --user --map-root-user --mount sh -c );
my $hide = 'mount -t tmpfs none /var/lib';

plan skip_all => 'no user namespaces here'
    if system "@inside '$hide' 2>/dev/null";

my $binary = $ENV{TEST_NGINX_BINARY} || 'nginx';
my $nginx = Test::WhatsAuth::Nginx->new(plain => 1,
    callback_url => 'http://127.0.0.1/');
my $root = $nginx->root;

$nginx->write_config("user root;\n" . $nginx->config =~ s/^user root;\n//mr);

sub inside {
    my ($umask) = @_;

    my $run = "$binary -e $root/error.log -p $root -c "
              . $nginx->config_file;
    my $script = "$hide && umask $umask && $run -t && ls -A /var/lib && "
        . "{ $run -g 'daemon off;' & pid=\$!; cd /var/lib; tries=100; "
        . 'until [ -d nginx/whatsauth ] || [ $((tries -= 1)) -eq 0 ]; do '
        . 'sleep 0.1; done; stat -c "%a %n" nginx nginx/whatsauth; '
        . 'kill $pid; wait $pid; }';

    open my $in, '-|', @inside, "{ $script; } 2>&1" or die "unshare: $!\n";
    return grep { !/^nginx:/ } <$in>;
}

is_deeply [ inside($_) ], [ "755 nginx\n", "700 nginx/whatsauth\n" ],
    "default path - its parent is made by nginx, by nginx -t not, umask $_"
    for '022', '077';

$nginx->{http} = 'whatsauth_store /var/lib/other/whatsauth;';
$nginx->write_config("user root;\n" . $nginx->config =~ s/^user root;\n//mr);
unlike join('', inside('022')), qr/other/, 'another path - no parent is made';

done_testing;
