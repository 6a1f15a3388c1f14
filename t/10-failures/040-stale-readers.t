# Workers that are killed leave no reader behind.
#
# A place in the table of readers that is never given back would run out, and
# a reader that seems to read would keep pages from being used again.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $nginx = start_nginx(allow => qr/exited on signal 9/);

$nginx->issue for 1 .. 10;
my $before = $nginx->store_stat->{readers};

# One by one: a table that nobody uses any more is made anew.

for my $n (1 .. 20) {
    $nginx->kill_worker(($nginx->workers)[$n % 2]);
}

is $nginx->issue->{status}, 200, 'stale readers - the store is written';

# Two may have started before the two before them were found to be dead.

cmp_ok $nginx->store_stat->{readers}, '<=', $before + 2,
    'stale readers - twenty killed workers have left none';

$nginx->stop;
done_testing;
