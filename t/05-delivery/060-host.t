# Host has no port if the URL has the default port of its scheme.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

plan skip_all => 'only root may listen on ports 80 and 443' if $> != 0;

# An address of this slot's own, for files that run side by side.

my $address = '127.77.' . (slot_port() / 20 % 250) . '.1';
my $ca = make_certificates();
my ($cert, $key) = $ca->issue('shop.test');
my $dns = start_dns('shop.test' => [$address]);
my $heard = slot_folder() . '/heard';

my $nginx = start_nginx(
    http => <<"END",
    resolver @{[ $dns->address ]} ipv6=off;
    whatsauth_callback_ssl_trusted_certificate @{[ $ca->file ]};
    log_format heard '\$scheme \$http_host \$request_uri';

    server {
        listen $address:80;
        listen $address:443 ssl;
        ssl_certificate $cert;
        ssl_certificate_key $key;
        access_log $heard heard;
        location / { return 204; }
    }
END
    callback_url => 'https://shop.test/hook',
    app => "authorized_callbacks http://$address/ http://shop.test/"
           . ' https://shop.test/;');

sub host_of {
    my ($url) = @_;

    my $before = lines();
    my $code = $nginx->issue(callback_url => $url)->{json}{code};
    $nginx->message(text_message(">>$code<<"));

    return wait_until { lines() > $before ? (lines())[-1] : undef } 5;
}

my %expected = (
    'http://shop.test/' => 'http shop.test /',
    'http://shop.test:80/a' => 'http shop.test /a',
    "http://$address/?x=1" => "http $address /?x=1",
    'https://shop.test' => 'https shop.test /',
    'https://shop.test:443/hook?a=b' => 'https shop.test /hook?a=b',
    'https://shop.test/?x=1' => 'https shop.test /?x=1',
);

for my $url (sort keys %expected) {
    is host_of($url), $expected{$url}, "Host - $url";
}

$nginx->stop;
done_testing;


sub lines {
    open my $in, '<', $heard or return ();
    chomp(my @lines = <$in>);
    return @lines;
}
