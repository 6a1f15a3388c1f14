# Threads check bodies without a verified signature, and only a bounded number
# of them wait: the others get 503 and may come again.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

# With sixty secrets a large body takes long, and the flood is faster.

# A port for IPv4 and IPv6

my $BOTH = slot_port(1);

my $receiver = start_receiver();
my $tokens = join ' ', map { "auth_token=an-auth-token-of-many-$_" } 1 .. 59;
my $secrets = join ' ', map { "app_secret=an-app-secret-of-many-$_" } 1 .. 59;

my $nginx = start_nginx(workers => 1,
    allow => qr/messages refused|too many unverified/,
    apps => twilio_app(callback_url => $receiver->url('/204'),
        twilio => "account_sid=$ACCOUNT_SID $tokens auth_token=$AUTH_TOKEN",
        more => "meta $secrets app_secret=$APP_SECRET;"),
    server => "listen [::]:$BOTH ipv6only=off backlog=1024;"
              . 'location = /other { return 200 other; }');

my $TARGET = '/api/v1/messages?app=demo';
my ($worker) = $nginx->workers;

sub form_of {
    my ($code, $token) = @_;

    return twilio_request(twilio_fields(Body => ">>$code<<",
                                        Padding => 'x' x 60_000),
                          target => $TARGET, token => $token);
}

sub meta_of {
    my ($code, $size, $secret) = @_;

    my ($method, undef, $headers, $body) = $nginx->message_request(
        text_message(">>$code<<") . ' ' x $size, secret => $secret);
    return $method, $TARGET, $headers, $body;
}

# All come at once: the worker stands still until they have been sent.

sub flood {
    my (@requests) = @_;

    return flood_by([ map { $nginx->client } @requests ], @requests);
}

sub flood_by {
    my ($clients, @requests) = @_;

    kill 'STOP', $worker;
    $clients->[$_]->send(@{ $requests[$_] }) for 0 .. $#requests;
    kill 'CONT', $worker;

    return map { $_->receive } @$clients;
}

sub statuses {
    my %n;
    $n{$_->{status}}++ for @_;
    return \%n;
}

my $code = $nginx->issue->{json}{code};
my @answers = flood((map { [ form_of('0123456789', 'guessed') ] } 1 .. 120),
                    [ meta_of($code, 20_000) ], [ 'GET', '/other' ]);
my $other = pop @answers;
my $meta = pop @answers;
my $n = statuses(@answers);

is $n->{401} + $n->{503}, 120, 'flood - every form is refused';
cmp_ok $n->{401}, '>=', 64, 'flood - as many as may wait are looked at';
cmp_ok $n->{503}, '>', 0, 'flood - others are sent away';

my ($full) = grep { $_->{status} == 503 } @answers;
is $full->{json}{error}, 'overloaded', 'flood - which the answer says';
is $full->{headers}{'retry-after'}, 2, 'flood - and when to come again';

is $meta->{status}, 200, "flood - Meta's body has places of its own";
ok $receiver->wait_for($code), 'flood - and validates its code';
is $other->{body}, 'other', 'flood - other locations answer';

$code = $nginx->issue->{json}{code};
is $nginx->request(form_of($code))->{body}, $TWIML, 'later - a form is taken';
ok $receiver->wait_for($code), 'later - and validates its code';

# IPv4 clients of a port for both are not one client.

@answers = flood_by([ map { Test::WhatsAuth::Client->connect($BOTH, $_) }
                      ('127.0.0.2') x 100, ('127.0.0.3') x 20 ],
                    (map { [ form_of('0123456789', 'guessed') ] } 1 .. 120));
is_deeply statuses(@answers[100 .. 119]), { 401 => 20 },
    'a port for both - a client is not refused for the flood of another';
cmp_ok statuses(@answers[0 .. 99])->{503}, '>', 0, 'which is';

# Few bodies may be too many bytes.

@answers = $nginx->together(map {
    [ meta_of('0123456789', 3_000_000, 'an-app-secret-of-nobody') ]
} 1 .. 16);
$n = statuses(@answers);

is $n->{401} + $n->{503}, 16, 'bytes - every body is refused';
cmp_ok $n->{401}, '>=', 8, 'bytes - as many as may wait are looked at';
cmp_ok $n->{503}, '>', 0, 'bytes - others are sent away';

$code = $nginx->issue->{json}{code};
is $nginx->request(meta_of($code, 2_900_000))->{status}, 200,
    'later - a body of that size is taken';
ok $receiver->wait_for($code), 'later - and validates its code';

like $nginx->error_log, qr/\[warn\].*too many unverified bodies/,
    'the log tells of it';

# Clients that do not wait for the answer leave nothing behind.

for (1 .. 3) {
    my @clients = map { $nginx->client } 1 .. 40;
    $_->send(form_of('0123456789', 'guessed')) for @clients;
}

$code = $nginx->issue->{json}{code};
ok wait_until(sub {
    $nginx->request(form_of($code))->{status} == 200;
}, 20), 'clients that are gone - their places are free again';
ok $receiver->wait_for($code), 'and the code is validated';

$nginx->stop;
done_testing;
