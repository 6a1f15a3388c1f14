# Two hosts with one store: a code from the one is validated by a message to the
# other, and whoever waits at the first is told.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $receiver = start_receiver();
my $valkey = start_valkey(replicas => 1);
my $site = $receiver->url('/200');
my $place = 'valkey://' . $valkey->primary->address;

sub host {
    return start_nginx(place => $place,
        callback_url => $receiver->url('/204'), app => 'login on;',
        allow => qr{fewer than 1 replicas answer|no connection in time},
        server => <<"CONF");
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }
location /private/ {
    whatsauth_gate demo;
    proxy_pass $site;
}
CONF
}

sub status {
    my ($host, $issued) = @_;

    return $host->get("/api/v1/verification/$issued->{headers}{'whatsauth-id'}",
        { Authorization => "Bearer $TOKEN" })->{json}{status};
}

my ($first, $second) = map { host() } 1, 2;

for my $host ($first, $second) {
    ok $host->wait_until_open, 'start - it finds its store';
}

subtest 'a code, a message, a callback' => sub {
    my $issued = $first->issue;
    my $code = $issued->{json}{code};

    is status($second, $issued), 'requested', 'code - the other host knows it';
    is $second->message(text_message(">>$code<<"))->{status}, 200,
        'message - the other host takes it';
    is $receiver->wait_for($code)->{json}{status}, 'validated',
        'callback - the site is called';

    is status($_, $issued), 'validated', 'verification - each host knows it'
        for $first, $second;

    is $first->message(text_message(">>$code<<"))->{status}, 200,
        'message - once more, to the first host';
    is $first->issue->{status}, 200, 'and after it';
    is scalar(grep { $_->{body} =~ /"$code"/ } $receiver->requests), 1,
        'callback - once';
};

subtest 'whoever waits' => sub {
    my $issued = $first->issue(claim => 1);
    my $claim = $issued->{headers}{'whatsauth-claim'};
    my $stream = $first->client;

    $stream->send('GET', '/api/v1/claim', { Authorization => "Bearer $claim",
        Accept => 'text/event-stream' });
    $stream->fill;
    like $stream->{data}, qr/"status":"requested"/, 'event - the first state';

    $second->message(text_message(">>$issued->{json}{code}<<"));
    like $stream->receive->{body}, qr/"status":"validated"/,
        'event - of a message to the other host';
};

subtest 'a session' => sub {
    my $browser = Test::WhatsAuth::Browser->new($first);

    $browser->log_in('56987654321');
    is $browser->get('/private/')->{status}, 200, 'session - at its own host';

    my $thief = Test::WhatsAuth::Browser->new($second);

    %{ $thief->cookies } = %{ $browser->cookies };
    is $thief->get('/private/')->{status}, 200, 'session - at the other host';

    $browser->post('logout');
    ok wait_until(sub { $thief->get('/private/')->{status} == 401 }),
        'logout - the other host learns of it';

    $thief->{nginx} = $first;
    is $thief->get('/private/')->{status}, 401, 'logout - and its own host';
};

$_->stop for $first, $second;
$valkey->stop;
done_testing;
