# Hosts whose clocks differ: the log says so, and a login is one all the same.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Clock;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $AHEAD = 300;

my $valkey = start_valkey(replicas => 1);

for my $ahead ($AHEAD, -$AHEAD) {
    my $clock = Test::WhatsAuth::Clock->new;
    my $pair = start_pair($valkey, app => 'expires 1h;');
    my ($one, $other) = $pair->hosts;

    $clock->ahead($ahead);
    $clock->around(sub { $other->restart });
    $pair->wait_until_open;

    ok wait_until(sub { $other->told("clock differs by $AHEAD s") }, 20),
        "$ahead s - the host says so" or diag $other->error_log;
    is $one->told("clock differs by $AHEAD s"), 0, 'and not the other one';

    # A message of before its code is worth nothing, by the code's own host.
    my $later = '' . int(time + $AHEAD + 1);
    my @logins = map { $pair->log_in(timestamp => $later) } 1 .. 20;

    $pair->holds('each login is one, on both hosts', @logins);

    my @claims = map { $one->issue(claim => 1)->{headers}{'whatsauth-claim'} }
                 1 .. 2;
    my @status = map { $other->get('/api/v1/claim',
        { Authorization => "Bearer $_" })->{json}{status} } @claims;
    is "@status", 'requested requested', 'codes of one - wait at the other';

    $pair->stop;
}

$valkey->stop;

done_testing;
