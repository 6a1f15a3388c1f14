# Hosts that are really lost: their cable is cut, nothing says so to anybody,
# and what runs there goes on for itself.

use strict;
use warnings;

use lib 't/lib';
use Test::WhatsAuth::Hosts;

use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Valkey;

if (my $why = no_hosts() || Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my @hosts = map { add_host() } 1 .. 3;
my $valkey = start_valkey(cluster => 3, replicas => 2, hosts => \@hosts);
my $lost = $valkey->primary(0);
my ($other) = grep { $_->{on} == $hosts[1] } $valkey->servers;


# The primary of slot 0, as a server on another host knows it.

sub primary_now {
    my ($first) = sort { $a->[0] <=> $b->[0] }
                  @{ $other->call('CLUSTER', 'SLOTS') };

    return "$first->[2][0]:$first->[2][1]";
}

for my $slot (0, 8000, 16383) {
    my %on = map { $_->{host} => 1 } $valkey->primary($slot),
                                     $valkey->replicas($slot);

    is scalar(keys %on), 3, "slot $slot - its three servers on three hosts";
}

my $client = $lost->client;

is_deeply [ $client->pipeline(['SET', 'wa:{b}:x', 1], ['WAIT', 2, 10_000]) ],
    [ 'OK', 2 ], 'all is well - a write is on all three';

my $nginx = start_nginx(host => $hosts[0]);
is $nginx->issue->{status}, 200, 'an nginx on a host - answers';

$lost->{on}->cut;
ok wait_until(sub { primary_now() ne $lost->address }, 30),
    'cut off - the others find a new primary';
ok !eval { Test::WhatsAuth::Resp->connect(host => $lost->{host},
               port => $lost->{port}, seconds => 1)->call('PING') },
    'the lost one cannot be reached';
like qx(ps -o stat= -p $lost->{pid}), qr/^[SR]/, 'although it runs';

$lost->{on}->mend;
$valkey->wait_until_settled;
is $lost->call('ROLE')->[0], 'slave', 'mended - it follows the new one';
is $nginx->issue->{status}, 200, 'and its nginx answers';

$nginx->stop;
$valkey->stop;

done_testing;
