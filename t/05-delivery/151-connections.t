# Without a free connection a callback waits: it is not lost, and it is nobody's
# failed attempt.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET ();
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( sleep );

my $CONNECTIONS = 40;
my $MANY = 6;

my $receiver = start_receiver();
my $dns = start_dns('shop.test' => ['127.0.0.1']);
my $nginx = start_nginx(
    callback_url => $receiver->url('/204'),
    workers => 1,
    http => 'resolver ' . $dns->address . ' ipv6=off;',
    app => 'callback_retry 100ms; authorized_callbacks '
           . $receiver->url('/', 'shop.test') . ';',
    allow => qr/worker_connections are not enough/);

my $config = $nginx->config;
$config =~ s/worker_connections \d+/worker_connections $CONNECTIONS/;
$nginx->write_config($config);
$nginx->reload;

# Messages whose last byte is still to come.

my (@ids, @messages);

for my $n (1 .. $MANY) {
    my $url = $receiver->url("/204?n=$n", $n % 2 ? 'shop.test' : '127.0.0.1');
    my $issued = $nginx->issue(callback_url => $url);
    my (undef, $target, $headers, $body) = $nginx->message_request(
        text_message(">>$issued->{json}{code}<<"));

    my $client = $nginx->client;
    $client->send('POST', $target,
        { %$headers, 'Content-Length' => length $body }, substr $body, 0, -1);
    push @messages, [ $client, substr $body, -1 ];
    push @ids, $issued->{headers}{'whatsauth-id'};
}

# Everything else that is free is taken, by requests that never end.

my @hogs;

sub hog {
    for (1 .. $CONNECTIONS) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
            PeerPort => $nginx->port, Timeout => 5) or last;
        syswrite $socket, 'GET /';
        push @hogs, $socket;
    }
}

hog();
ok wait_until(sub { $nginx->error_log =~ /connections are not enough/ }),
    'connections - none is free';

$_->[0]->write($_->[1]) for @messages;
my @statuses = map { $_->[0]->receive->{status} } @messages;
is_deeply \@statuses, [ (200) x $MANY ], 'connections - messages are taken';

# Those of the messages come free, which is enough for some halves of callbacks.

undef @messages;

for (1 .. 4) {
    sleep 1;
    is scalar(grep { $_->{error} || $_->{attempts} > 1 } $nginx->records), 0,
        'connections - nothing fails for want of them';
}

undef @hogs;

my %record;
ok wait_until(sub {
    %record = map { $_->{id} => "$_->{status} $_->{state} $_->{attempts}" }
              $nginx->records;
    $MANY == grep { $_ eq 'validated kept 1' } values %record;
}, 15), 'connections - all are delivered when there are some'
    or diag explain \%record;

my %heard;
$heard{ $_->{headers}{'webhook-id'} }++ for $receiver->requests;
is_deeply \%heard, { map { $_ => 1 } @ids }, 'and each is heard once';

$nginx->stop;
done_testing;
