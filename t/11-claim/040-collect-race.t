# Two hundred requests collect one login at the same time, in four workers of
# which some are killed: one of them gets it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

plan skip_all => 'kills workers, which a reload replaces'
    if $ENV{WHATSAUTH_HUP};

my $ROUNDS = 5;
my $COLLECTS = 200;

my $nginx = start_nginx(workers => 4, quiet => 1, app => "login on;",
    allow => qr/worker process \d+ exited on signal 9/);

sub collect_request {
    my ($claim, $key) = @_;

    return 'POST', '/api/v1/claim', {
        'Content-Type' => 'application/x-www-form-urlencoded',
        Authorization => "Bearer $TOKEN",
        'Idempotency-Key' => $key,
    }, "claim=$claim";
}

for my $round (1 .. $ROUNDS) {
    my $login = $nginx->issue(claim => 1);
    my $claim = $login->{headers}{'whatsauth-claim'};
    $nginx->message(text_message(">>$login->{json}{code}<<"));

    my @workers = $nginx->workers;
    my @clients = map { $nginx->client } 1 .. $COLLECTS;

    for my $n (0 .. $#clients) {
        $clients[$n]->send(collect_request($claim, "key-$n"));
        kill 'KILL', $workers[$n / 100] if $n == 60 || $n == 160;
    }

    my @answers = map { $_->receive } @clients;
    my @won = grep { $answers[$_]{status} == 200 } 0 .. $#answers;
    my %status;
    $status{ $_->{status} }++ for @answers;

    note join ', ', map { "$status{$_} of status $_" } sort keys %status;

    cmp_ok scalar(@won), '<=', 1, "round $round - at most one gets the login";
    is scalar(grep { !/^(?:200|409|0|503)\z/ } keys %status), 0,
        "round $round - all others are too late, or their worker is gone";

    ok wait_until(sub { return 4 == $nginx->workers }),
        "round $round - four workers again";

    # The answer of the one that won may be lost with its worker: every key is
    # tried again, and the one that has won is told so.

    my @again = map { $nginx->request(collect_request($claim, "key-$_")) }
                0 .. $COLLECTS - 1;
    my @winner = grep { $again[$_]{status} == 200 } 0 .. $#again;

    is scalar(@winner), 1, "round $round - one key has won";
    is scalar(grep { $_ != ($winner[0] // -1) } @won), 0,
        "round $round - the same one as before";
    is scalar(grep { $_->{status} == 409 } @again), $COLLECTS - 1,
        "round $round - all others are too late";
}

$nginx->stop;

done_testing;
