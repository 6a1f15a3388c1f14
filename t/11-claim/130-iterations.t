# The event loop comes round, however many streams are called at once: each
# iteration does a part of them.  Measured by the processor's time, which other
# load of the machine does not change.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Turns;

plan skip_all => 'sanitized code takes its time'
    if $ENV{ASAN_OPTIONS};

my $STREAMS = 2000;
my $BOUND = 5;            # ms

my $turns = Test::WhatsAuth::Turns->new;
my $nginx = $turns->around(sub {
    start_nginx(workers => 1, connections => 16384, quiet => 1,
        app => 'login on; max_live 10000; callback_on failed;',
        http => 'whatsauth_streams 10000 per_address=10000;')
});

sub login {
    my $issued = $nginx->issue(claim => 1);

    return { code => $issued->{json}{code},
             claim => $issued->{headers}{'whatsauth-claim'} };
}

sub streams {
    my (@logins) = @_;

    my @streams;

    for my $n (0 .. $STREAMS - 1) {
        my $client = $nginx->client;

        $client->send('GET', '/api/v1/claim', { Accept => 'text/event-stream',
            Authorization => "Bearer $logins[$n % @logins]{claim}" });
        push @streams, $client;
    }

    $_->fill for @streams;
    return @streams;
}

sub validated {
    return scalar grep { $_->receive->{body} =~ /"status":"validated"/ } @_;
}

sub is_bounded {
    my ($title) = @_;

    my ($elapsed, $cpu) = $turns->longest;
    cmp_ok $cpu, '<', $BOUND, sprintf '%s - %.1f ms in one iteration',
        $title, $cpu;
}

# One login that everybody watches

my $login = login();
my @streams = streams($login);

$turns->forget;
$nginx->message(text_message(">>$login->{code}<<"));
is validated(@streams), $STREAMS, 'one login - each stream hears of it';
is_bounded('one login');

# Another nginx has the store, too: whatever it commits may be of any stream.

my @logins = map { login() } 1 .. 3;
@streams = streams(@logins);
my $other = start_nginx(place => $nginx->place, store => $nginx->{store},
    app => 'callback_on failed; max_live 9999;');

$turns->forget;
$other->message(text_message(">>$_->{code}<<")) for @logins;
is validated(@streams), $STREAMS, 'another nginx - each stream hears of it';
is_bounded('another nginx');

$_->stop for $other, $nginx;
done_testing;
