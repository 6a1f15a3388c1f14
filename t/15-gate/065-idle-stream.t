# An open response is one use of the session, whatever goes over it: it ends
# when the idle time has passed since the request.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw( make_path );
use IO::Socket::INET ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Clock;

my $IDLE = 1600;
my $BYTES = 64 * 1024 * 1024;

my $folder = slot_folder() . '/files';

make_path($folder);
open my $out, '>', "$folder/events" or die "$folder/events: $!\n";
truncate $out, $BYTES or die "$folder/events: $!\n";
close $out;

my $clock = Test::WhatsAuth::Clock->new;
my $nginx = $clock->around(sub {
    start_nginx(app => "login on; session 12h idle=${IDLE}s;",
        server => <<"CONF");
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }

location /gated/ {
    whatsauth_gate demo;
    types { }
    default_type text/event-stream;
    limit_rate 1k;
    alias $folder/;
}
CONF
});

my $browser = Test::WhatsAuth::Browser->new($nginx);

$browser->log_in('56911111111', timestamp => $clock->time);

my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
    PeerPort => $nginx->port) or die "connect: $!\n";

syswrite $socket, "GET /gated/events HTTP/1.0\r\nHost: 127.0.0.1\r\n"
    . "Cookie: wa-demo=$browser->{cookies}{'wa-demo'}\r\n\r\n";
sysread $socket, my $got, 1000;
like $got, qr{^HTTP/1\.1 200}, 'events - begin';

my $length = length $got;

$clock->ahead($IDLE / 2);
$length += sysread $socket, $got, 4096;
is scalar($nginx->sessions), 1, 'half the idle time - the session goes on';

# Bytes have gone over it all the time, and more would go.

$clock->ahead($IDLE);

local $SIG{ALRM} = sub { die "the events do not end\n" };
alarm 30;

while (my $n = sysread $socket, $got, 65536) {
    $length += $n;
}

alarm 0;

cmp_ok $length, '<', $BYTES, 'the idle time - ends events that are flowing';
is $browser->get('/gated/events')->{status}, 401, 'and the session';

$nginx->stop;

done_testing;
