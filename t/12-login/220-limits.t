# An attacker is one client, whatever he writes into a request: for start_limit
# and for the streams of an address.  And a wish that is nonsense holds no
# request.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Test::WhatsAuth::Clock;
use Time::HiRes qw( time );

# The minutes of start_limit are those of the clock: one begins now.

my $clock = Test::WhatsAuth::Clock->new;
$clock->ahead(60 - time % 60);

my $nginx = $clock->around(sub {
    start_nginx(workers => 1, quiet => 1,
        app => 'login on; start_limit 5/m 100/h; '
               . 'authorized_origins https://shop.test;',
        http => 'whatsauth_streams 50 per_address=3;',
        server => 'location /login/ { whatsauth_login demo; }');
});

my @pretences = (
    [ 'X-Forwarded-For' => '198.51.100.7' ],
    [ 'X-Forwarded-For' => '127.0.0.2, 127.0.0.3' ],
    [ 'X-Real-IP' => '198.51.100.8' ],
    [ Forwarded => 'for=198.51.100.9' ],
    [ 'True-Client-IP' => '198.51.100.10' ],
    [ 'CF-Connecting-IP' => '198.51.100.11' ],
    [ Host => 'shop.example' ],
    [ 'User-Agent' => 'another' ],
    [ Cookie => 'wa-claim-demo=' . 'A' x 43 ],
    [ 'Accept-Language' => 'he' ],
);

sub start {
    my ($fields, %headers) = @_;

    return $nginx->post('/login/start', $fields, {
        'Content-Type' => 'application/x-www-form-urlencoded',
        'Sec-Fetch-Site' => 'same-origin', Accept => 'application/json',
        %headers });
}


# Streams

my $begun = start('');
my ($claim) = $begun->{headers}{'set-cookie'} =~ /wa-claim-demo=([\w-]+)/;
my %mine = (Cookie => "wa-claim-demo=$claim");

sub stream {
    my ($port, %headers) = @_;

    my $client = Test::WhatsAuth::Client->connect($port);

    $client->send('GET', '/login/status', { %mine,
        Accept => 'text/event-stream', %headers });
    $client->take(qr/\A(HTTP.*?\r\n\r\n)/s) =~ m{^HTTP/1.1 (\d+)};
    return ($1, $client);
}

my @open = map { [ stream($nginx->{port}) ] } 1 .. 3;
is join(' ', map { $_->[0] } @open), '200 200 200', 'three streams - are open';

for my $pretence (grep { $_->[0] !~ /Cookie|Host/ } @pretences) {
    my ($status) = stream($nginx->{port}, @$pretence);
    is $status, 503, "streams - $pretence->[0] makes no other client";
}

# A long poll is one as well.  Nonsense is no wish to wait, and needs no room.

for my $prefer ('wait=55', 'wait=5', 'x, wait=55', 'WAIT=55', 'wait=99999999') {
    is $nginx->get('/login/status', { %mine, Prefer => $prefer })->{status},
        503, "Prefer: $prefer - has no room";
}

for my $prefer ('', 'wait', 'wait=', 'wait=0', 'wait=-1', 'wait=x', 'await=55',
                'respond-async', ',,,;;;===', '=wait', 'wait=0x37',
                'x="wait=55"', 'w' x 4000)
{
    my $answer = $nginx->get('/login/status', { %mine, Prefer => $prefer });

    is $answer->{status}, 200, 'Prefer: ' . substr($prefer, 0, 20)
        . ' - is answered at once';
}

undef @open;


# Codes: one is asked for already

is start('channel=whatsapp')->{status}, 200, 'code 2 - of the one channel';
is start('new=1')->{status}, 200, "code $_ of a minute" for 3 .. 5;

for my $pretence ([], @pretences) {
    for my $fields ('', 'new=1', 'claim=1', 'channel=whatsapp',
                    'return=%2Fx', 'new=1&x=' . 'y' x 5000)
    {
        my $answer = start($fields, @$pretence);

        is $answer->{status}, 429, 'code 6 - ' . ($pretence->[0] // 'plain')
            . ', ' . substr($fields, 0, 20) . ' makes no other client';
        unlike join(' ', %{ $answer->{headers} }), qr/\bwac_|=[\w-]{43}\b/,
            'and gives no claim';
    }
}

is start('claim=1', Origin => 'https://shop.test',
         'Sec-Fetch-Site' => 'cross-site')->{status}, 429,
    'code 6 - the widget is no other client';
is start('', %mine)->{status}, 200, 'the code that waits - costs none';

$nginx->stop;
done_testing;
