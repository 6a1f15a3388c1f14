# A host sees at once whatever the other one does, because its servers tell; and
# if they do not, within session_cache, or by a look from time to time.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Files qw( write_file );
use Test::WhatsAuth::Valkey;
use Test::WhatsAuth::ValkeyProxy;
use Time::HiRes qw( sleep );

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $receiver = start_receiver();
my $site = $receiver->url('/200');
my $valkey = start_valkey();
my $server = $valkey->primary;
my $proxy = Test::WhatsAuth::ValkeyProxy->start($server);
my $LONG = slot_folder() . '/long';

write_file($LONG, 'x' x 16_000_000);

sub host {
    my ($address, %option) = @_;

    my $nginx = start_nginx(place => "valkey://$address", workers => 1,
        store => 'replicas=0 timeout=2s ' . ($option{store} // ''),
        app => 'login on; callback_on failed;',
        callback_url => $receiver->url('/204'),
        allow => $AWAY, server => <<"CONF");
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }
location /private/ {
    whatsauth_gate demo;
    proxy_pass $site;
}

location = /long { alias $LONG; }
CONF

    $nginx->wait_until_open;
    return $nginx;
}

my $one = host($server->address);

# A browser that is logged in at $one, and its thief at the other host.

sub pair {
    my ($other) = @_;

    my $browser = Test::WhatsAuth::Browser->logged_in($one, '56987654321');
    my $thief = Test::WhatsAuth::Browser->new($other);

    %{ $thief->cookies } = %{ $browser->cookies };
    return $browser, $thief;
}

# Commands that read a session: a scan may send others meanwhile.

sub reads {
    return scalar grep { /^GET wa:\{\w+\}:s:/ } $proxy->words;
}

sub status { return $_[0]->get('/private/')->{status} }

sub stream {
    my ($host, $issued) = @_;

    my $stream = $host->client;

    $stream->send('GET', '/api/v1/claim', { Accept => 'text/event-stream',
        Authorization => "Bearer $issued->{headers}{'whatsauth-claim'}" });
    1 while $stream->{data} !~ /"status":"requested"/ && $stream->fill;
    return $stream;
}

subtest 'a cache' => sub {
    my $other = host($proxy->address, store => 'session_cache=1m');
    my ($browser, $thief) = pair($other);

    # A session that was read before its partition is watched does not stay.

    ok wait_until(sub { reads(); status($thief) == 200 && reads() == 0 }),
        'cache - a session comes in';
    is_deeply [ map { status($thief) } 1 .. 20 ], [ (200) x 20 ],
        'twenty requests are let in';
    is reads(), 0, 'and the servers are not asked';

    $browser->post('logout');
    ok wait_until(sub { status($thief) == 401 }),
        'logout - at the other host, and the servers tell';

    ($browser, $thief) = pair($other);
    status($thief);
    $thief->post('logout');
    %{ $thief->cookies } = %{ $browser->cookies };
    is status($thief), 401, 'logout - at its own host, at once';

    $other->stop;
};

subtest 'a cache, later' => sub {
    my $other = host($proxy->address);
    my ($browser, $thief) = pair($other);

    status($thief) for 1 .. 3;
    sleep 1.1;
    reads();
    is status($thief), 200, 'cache - its time is over';
    is reads(), 1, 'and the servers are asked again';

    $other->stop;
};

subtest 'no cache' => sub {
    my $other = host($proxy->address, store => 'session_cache=0');
    my ($browser, $thief) = pair($other);

    reads();
    status($thief) for 1 .. 5;
    is reads(), 5, 'session_cache=0 - the servers are asked for each request';

    # Bytes that come while a request waits do not begin it anew.  nginx waits
    # for writing on this connection, too, because a response was too long.

    my $client = $other->client;
    my @request = ('GET', '/private/', { Cookie => $thief->cookie });

    $client->request('GET', '/long');
    reads();

    $proxy->fault(on => 'GET', delay => 500);
    $client->send(@request);
    ok wait_until(sub { reads() == 1 }), 'a slow server - a request waits';
    $client->send(@request);
    is $client->receive->{status}, 200, 'another comes - the first is let in';
    is $client->receive->{status}, 200, 'and so is the other';
    is reads(), 1, 'and each has asked once';
    $proxy->heal;

    $browser->post('logout');
    is status($thief), 401, 'logout - at the other host, without a moment';

    $other->stop;
};

subtest 'servers that do not tell' => sub {
    $proxy->fault(on => 'SSUBSCRIBE', lost => 1);

    my $other = host($proxy->address, store => 'session_cache=2s');
    my ($browser, $thief) = pair($other);

    is status($thief), 200, 'session - is in the cache';
    $browser->post('logout');
    sleep 2.1;
    is status($thief), 401,
        'logout - nobody tells the other host: session_cache ends it';

    my $issued = $other->issue(claim => 1);
    my $stream = stream($other, $issued);

    $one->message(text_message(">>$issued->{json}{code}<<"));
    like $stream->receive->{body}, qr/"status":"validated"/,
        'event - nobody tells the other host: it looks by itself';

    $proxy->heal;
    $other->stop;
};

subtest 'a store that is away' => sub {
    my $other = host($proxy->address);
    my ($browser, $thief) = pair($other);

    is status($thief), 200, 'session - it is let in';
    $proxy->cut;
    sleep 1.1;
    is status($thief), 503, 'away - the gate closes when session_cache is over';
    $proxy->mend;
    ok wait_until(sub { status($thief) == 200 }, 10), 'back - it opens again';

    $other->stop;
};

$one->stop;
$valkey->stop;
unlink $LONG;
done_testing;
