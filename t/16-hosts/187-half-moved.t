# A slot on the move: due work waits while some rows have moved and others have
# not, loses none of them, and goes on when the slot has moved.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $cluster = start_valkey(cluster => 3, node_timeout => 60_000);
my $nginx = start_nginx(place => $cluster->url,
    store => 'replicas=0 timeout=2s', allow => qr/whatsauth store "/,
    app => 'login on; expires 5s; callback_on validated;');

$nginx->wait_until_open;

my ($from, $name);

for my $server ($cluster->running) {
    ($name) = @{ $server->call('KEYS', 'wa:*:r:*') };
    $from = $server;
    last if defined $name;
}

my $slot = $from->call('CLUSTER', 'KEYSLOT', $name);
my ($due) = $name =~ /^(wa:\{\w+\}:)/;
my ($to) = grep { $_->address ne $cluster->primary($slot)->address }
           map { $cluster->primary($_) } 0, 8000, 16000;
my ($from_id, $to_id) = map { $_->call('CLUSTER', 'MYID') } $from, $to;

sub entries {
    my ($server) = @_;

    return grep { substr($_, -8) eq substr($name, -8) }
           @{ $server->call('ZRANGEBYLEX', "${due}due", '-', '+') };
}

# Those of all other parts.

sub others {
    return map {
        my $server = $_;
        map { @{ $server->call('ZRANGEBYLEX', $_, '-', '+') } }
        grep { $_ ne "${due}due" } @{ $server->call('KEYS', 'wa:*:due') };
    } $cluster->running;
}


sub migrate {
    $from->call('MIGRATE', $to->{host}, $to->{port}, '', 0, 5000, 'KEYS', @_);
}

$to->call('CLUSTER', 'SETSLOT', $slot, 'IMPORTING', $from_id);
$from->call('CLUSTER', 'SETSLOT', $slot, 'MIGRATING', $to_id);
migrate($name);

# A later code expires, so sweeps have looked at this one, too.

is $nginx->issue->{status}, 200, 'another part - has a code';
ok wait_until(sub { !others() }, 20), 'which expires';
is scalar(entries($from)), 1, 'half of it has moved - the entry stays';

while (my @keys = @{ $from->call('CLUSTER', 'GETKEYSINSLOT', $slot, 100) }) {
    migrate(@keys);
}

$_->call('CLUSTER', 'SETSLOT', $slot, 'NODE', $to_id) for $to, $from;

is $to->call('EXISTS', $name), 1, 'all of it has - the row is there';
ok wait_until(sub { !entries($to) }, 20), 'and due work goes on';
cmp_ok $to->call('PTTL', $name), '>', 0, 'it has expired, and is kept';

$nginx->stop;
$cluster->stop;

done_testing;
