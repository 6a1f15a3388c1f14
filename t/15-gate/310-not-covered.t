# The limits of a gate that docs/GATE.md names: operators rely on them, too.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw( make_path );
use IO::Socket::INET ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Files qw( write_file );

my $BYTES = 300_000;

my $site = start_receiver();
my $port = $site->port;
my $folder = slot_folder() . '/files';

make_path($folder);
write_file("$folder/long", 'x' x $BYTES);

my $nginx = start_nginx(app => 'login on;',
    http => "proxy_cache_path $folder/cache keys_zone=cache:1m;",
    server => <<"CONF");
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }

location /returns/ { whatsauth_gate demo; return 200 "returned"; }
location /rewritten/ {
    whatsauth_gate demo;
    set \$early "[\$whatsauth_subject]";
    if (\$whatsauth_subject) { return 200 "known"; }
    proxy_pass http://127.0.0.1:$port/200/rewritten;
    proxy_set_header X-Early \$early;
    proxy_set_header X-User \$whatsauth_subject;
}

location /gated/ { whatsauth_gate demo; alias $folder/; }
location /asking/ { auth_request /gated/long; alias $folder/; }

location /cached/ {
    whatsauth_gate demo;
    proxy_pass http://127.0.0.1:$port/200/cached;
    proxy_cache cache;
    proxy_cache_valid 1h;
    proxy_ignore_headers Cache-Control;
    add_header X-Cache \$upstream_cache_status;
}

location /data/ { whatsauth_gate demo; alias $folder/; }
location /cors/ {
    whatsauth_gate demo;
    if (\$request_method = OPTIONS) { return 204; }
    alias $folder/;
}

location /slow/ { whatsauth_gate demo; limit_rate 100k; alias $folder/; }
CONF

my ($ana, $ben) = map { Test::WhatsAuth::Browser->new($nginx) } 1, 2;

$ana->log_in('56911111111');
$ben->log_in('56922222222');

# Before the access phase

is $nginx->get('/returns/')->{body}, 'returned',
    'return - is before the gate, and answers everybody';
is $ana->get('/rewritten/')->{status}, 200,
    'if - is before the gate, and knows nobody';

my ($request) = reverse $site->requests;
is $request->{headers}{'x-early'}, '[]', 'set - knows nobody, either';
is $request->{headers}{'x-user'}, '56911111111', 'the site - hears who it is';

# Subrequests

is $nginx->get('/gated/long')->{status}, 401, 'gated location - nobody';
is $nginx->get('/asking/long')->{status}, 200,
    'auth_request of a gated location - lets everybody in';

# Caches

is $ana->get('/cached/x')->{headers}{'x-cache'}, 'MISS', 'proxy_cache - first';
is $ben->get('/cached/x')->{headers}{'x-cache'}, 'HIT',
    'proxy_cache - without the subject in its key has one copy for everybody';
is $nginx->get('/cached/x')->{status}, 401, 'proxy_cache - but not for nobody';

# Preflights

my %preflight = (Origin => 'https://other.example.com',
                 'Access-Control-Request-Method' => 'GET');

is $nginx->request('OPTIONS', '/data/long', \%preflight)->{status}, 401,
    'preflight - has no cookie';
is $nginx->request('OPTIONS', '/cors/long', \%preflight)->{status}, 204,
    'preflight - answered before the gate';
is $nginx->request('GET', '/cors/long', \%preflight)->{status}, 401,
    'the request after it - is asked';

# A response that was let in

my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
    PeerPort => $nginx->port) or die "connect: $!\n";

syswrite $socket, "GET /slow/long HTTP/1.0\r\nHost: 127.0.0.1\r\n"
    . "Cookie: wa-demo=$ana->{cookies}{'wa-demo'}\r\n\r\n";
sysread $socket, my $got, 1000;
like $got, qr{^HTTP/1\.1 200}, 'a long download - begins';

$ana->post('logout');
is $ana->get('/slow/long')->{status}, 401, 'logout - no other begins';
$got .= do { local $/; <$socket> };
is length($got =~ s/\A.*?\r\n\r\n//sr), $BYTES, 'a long download - goes on';

$nginx->stop;

done_testing;
