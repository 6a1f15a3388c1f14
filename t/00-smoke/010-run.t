# ./dev run performs one login and shows it, on another port than a developer
# may be using.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

plan skip_all => 'the demo runs the installed nginx with the module as a .so'
    if $ENV{TEST_NGINX_BINARY};

my $port = slot_port();

sub run {
    my $said = `WHATSAUTH_PORT=$port timeout 60 $TOP/dev run --once 2>&1`;

    return $said, $? >> 8;
}

my ($said, $status) = run();

is $status, 0, 'dev run --once succeeds';

my ($code) = $said =~ m{"link":"https://wa\.me/\+56943426553\?text=%3E%3E
                        ([0-9a-f]{10})%3C%3C}x;
ok $code, 'it shows a code' or diag $said;
my ($claim) = $said =~ /^whatsauth-claim: (wac_[\w-]{43})\r?$/m;
ok $claim, 'and the claim of this login';

like $said, qr{^POST\ http://127\.0\.0\.1:$port/api/v1/messages\n
               .*^X-Hub-Signature-256:\ sha256=[0-9a-f]{64}$}msx,
    'and the signed message';
like $said, qr/^\{"id":"[0-9a-f-]{36}","status":"validated",
               .*"phone_hint":"\+56\*+11"\}/mx,
    'and the status that the browser sees';

my @decided = $said =~ /^\{"id":"[0-9a-f-]{36}","status":"validated",
    "verification_code":"$code","phone_number":"\+56911111111",
    "profile_name":"John\ Doe".*\}/mgx;

is @decided, 2, 'and what the site collects, and its callback'
    or diag $said;

like $said, qr{^\$\ curl\ -i\ http://127\.0\.0\.1:$port/members/\n
               HTTP/1\.1\ 401\ .*"error":"login_required"}msx,
    'and the gate, which such a login does not open';

ok !-e "$TOP/build/run-$port/nginx.pid", 'no nginx is left behind';

my $taken = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
    LocalPort => $port, Listen => 1, ReuseAddr => 1);
($said, $status) = run();
is $status, 1, 'a taken port is refused';
like $said, qr/^Port $port of 127\.0\.0\.1 is taken/m, 'with a clear message';

done_testing;
