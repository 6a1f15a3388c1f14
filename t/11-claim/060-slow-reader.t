# Clients over HTTP/2 that take nothing: a window of zero bytes.  They cost
# nobody else anything, no beats pile up for them, and send_timeout ends them.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( time );

my $port = slot_port(10);

my $nginx = start_nginx(quiet => 1, app => 'login on;',
    server => "listen 127.0.0.1:$port http2; send_timeout 3s;"
              . ' keepalive_timeout 30s;');

sub frame {
    my ($type, $flags, $stream, $data) = @_;

    return pack('NCCN', length($data), $type, $flags, $stream) =~ s/^.//sr
           . $data;
}

# HPACK without compression (RFC 7541, 6.2.2)

sub header {
    my ($name, $value) = @_;

    return "\0" . pack('C/a', $name) . pack('C/a', $value);
}

sub h2_stream {
    my ($claim, $window) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
        or die "port $port: $!\n";

    $socket->syswrite("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        . frame(4, 0, 0, pack 'nN', 4, $window)
        . frame(1, 5, 1, join '', map { header(@$_) }
              [ ':method', 'GET' ], [ ':scheme', 'http' ],
              [ ':path', '/api/v1/claim' ], [ ':authority', 'localhost' ],
              [ 'accept', 'text/event-stream' ],
              [ 'authorization', "Bearer $claim" ]));

    return { socket => $socket, data => '' };
}

# Reads frames until one is of the wanted type, and returns its data.

sub next_frame {
    my ($stream, $wanted) = @_;

    for (;;) {
        my $length = length $stream->{data} >= 9
            ? unpack 'N', "\0" . substr $stream->{data}, 0, 3 : undef;

        if (defined $length && length $stream->{data} >= 9 + $length) {
            my $frame = substr $stream->{data}, 0, 9 + $length, '';
            my ($type, $flags) = unpack 'x3CC', $frame;

            return (substr($frame, 9), $flags) if $type == $wanted;
            return if $type == 7 || $type == 3;
            next;
        }

        my $from = '';
        vec($from, fileno $stream->{socket}, 1) = 1;
        select my $ready = $from, undef, undef, 20 or return;
        sysread $stream->{socket}, $stream->{data}, 65536,
            length $stream->{data} or return;
    }
}

my $login = $nginx->issue(claim => 1);
my $claim = $login->{headers}{'whatsauth-claim'};

# A reader, for comparison

my $reader = h2_stream($claim, 65535);
like +(next_frame($reader, 0))[0], qr/"requested"/, 'http2 - the first event';

my @slow = map { h2_stream($claim, 0) } 1 .. 100;
my $waiting = grep { defined next_frame($_, 1) } @slow;
is $waiting, 100, 'slow readers - each has a header, and no window for data';

my $from = time;
$nginx->message(text_message(">>$login->{json}{code}<<"));
my ($event) = next_frame($reader, 0);
like $event, qr/"validated"/, 'http2 - the event of the reader';
cmp_ok time - $from, '<', 3, 'slow readers - it does not wait for them';

is $nginx->get('/api/v1/claim', { Authorization => "Bearer $claim" })
         ->{json}{status}, 'validated', 'slow readers - others are served';

# Their streams are over, and nobody takes the last event.

$from = time;
$nginx->reload;
cmp_ok time - $from, '<', 20, 'slow readers - send_timeout ends them, and the '
    . 'old workers with them';

$nginx->stop;

done_testing;
