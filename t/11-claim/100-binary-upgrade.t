# A new nginx takes over while clients wait: streams and polls of the old
# workers go on beside it, miss nothing that the new workers commit, and end
# whole when the old nginx quits.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

plan skip_all => 'the pids of a reloaded nginx are those of other workers'
    if $ENV{WHATSAUTH_HUP};

my $STREAMS = 200;
my $h2_port = slot_port(18);

my $nginx = start_nginx(
    app => 'login on; confirm off; max_live 1000; callback_on failed;',
    http => 'whatsauth_streams 4096 per_address=4096;',
    server => "listen 127.0.0.1:$h2_port http2;"
              . 'location /login/ { whatsauth_login demo; }');

my $old = $nginx->pid;
my %old_worker = map { $_ => 1 } $nginx->workers;

sub login {
    my $issued = $nginx->issue(claim => 1);

    return { code => $issued->{json}{code},
             claim => $issued->{headers}{'whatsauth-claim'} };
}

sub ask {
    my ($login, $target, %header) = @_;

    my $client = $nginx->client;
    $client->send('GET', "/api/v1/claim$target",
                  { Authorization => "Bearer $login->{claim}", %header });

    return $client;
}

sub events {
    my ($login) = @_;

    my $client = ask($login, '', Accept => 'text/event-stream');
    $client->fill;
    return $client;
}

# The states that a stream told, and whether it ended whole: a body that breaks
# off has no last chunk.

sub told {
    my ($client) = @_;

    1 while $client->{data} !~ /\r\n0\r\n\r\n\z/ && $client->fill;
    my $whole = $client->{data} =~ /\r\n0\r\n\r\n\z/ ? '' : ' broken off';

    return join(' ', $client->{data} =~ /"status":"(\w+)"/g) . $whole;
}

sub send_code {
    my ($login, $worker) = @_;

    return $nginx->client($worker)->request($nginx->message_request(
        text_message(">>$login->{code}<<")))->{status};
}

sub counted {
    my %count;
    $count{$_}++ for @_;

    return join ', ', map { "$count{$_} $_" } sort keys %count;
}

my ($early, $idle) = (login(), login());
my @early = map { events($early) } 1 .. $STREAMS;
my @idle = map { events($idle) } 1 .. $STREAMS;
my @polls = map { ask($idle, '?wait=55') } 1 .. $STREAMS;

# A page without scripts has its frame open, and a stream of HTTP/2 another.

my $start = $nginx->request('POST', '/login/start',
                            { 'Sec-Fetch-Site' => 'same-origin' }, '');
my ($cookie) = $start->{headers}{'set-cookie'} =~ /^([^;]+)/;
my $frame = $nginx->client;
$frame->send('GET', '/login/wait', { Cookie => $cookie });
$frame->fill;

open my $h2, '-|', 'curl', '-sN', '--http2-prior-knowledge', '-m', 60,
    '-H', "Authorization: Bearer $idle->{claim}",
    '-H', 'Accept: text/event-stream', '-w', 'code %{http_code}, exit ',
    "http://127.0.0.1:$h2_port/api/v1/claim" or die "curl: $!\n";
sysread $h2, my $first_of_h2, 65536;
like $first_of_h2, qr/"requested"/, 'before - a stream of HTTP/2';

# The new nginx beside the old one

ok $nginx->upgrade,
    'USR2 - the new nginx runs beside the old one';

is scalar(grep { $old_worker{$_} } $nginx->workers), 0,
    'USR2 - its workers are others';

my ($worker) = $nginx->workers;
is send_code($early, $worker), 200, 'USR2 - a new worker commits';
is counted(map { told($_) } @early), "$STREAMS requested validated",
    'USR2 - each stream of the old workers hears of it';

my $later = login();
my @later = map { events($later) } 1 .. $STREAMS;
is send_code($later), 200, 'USR2 - any worker commits';
is counted(map { told($_) } @later), "$STREAMS requested validated",
    'USR2 - streams of both hear of it';

# The old one ends

kill 'QUIT', $old;

is counted(map { told($_) } @idle), "$STREAMS requested",
    'QUIT - each stream of the old workers ends whole';
is counted(map { my $answer = $_->receive;
                 "$answer->{status} $answer->{json}{status}" } @polls),
    "$STREAMS 200 requested", 'QUIT - each poll has its response';
is told($frame), '', 'QUIT - the frame of a page ends whole';

# But for heartbeats, of which a slow run has some.

my $rest_of_h2 = do { local $/; <$h2> } . (close $h2 ? 0 : $? >> 8);
is $rest_of_h2 =~ s/^:.*\n\n//gmr, 'code 200, exit 0',
    'QUIT - a stream of HTTP/2 ends whole';

ok wait_until(sub { !grep { Test::WhatsAuth::Nginx::is_alive($_) }
                          $old, keys %old_worker }),
    'QUIT - the old nginx goes';

# Its clients come back to the new one.

my @back = map { events($idle) } 1 .. $STREAMS;
is send_code($idle), 200, 'afterwards - a message';
is counted(map { told($_) } @back), "$STREAMS requested validated",
    'afterwards - each client that came back hears of it';

unlike $nginx->error_log, qr/\[alert\]/, 'no alert';

$nginx->stop;
done_testing;
