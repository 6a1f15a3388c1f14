# Nothing is lost with 300 callbacks in flight: TERM, and kill -9 of a worker.
# A callback that is cut short comes again when its lease ends.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Accounting;

my $books = open_books(timeout => '2500ms',
    allow => qr/worker process \d+ exited on signal 9/);
my $nginx = $books->nginx;

# TERM

my @term = $books->fill(2000);
$nginx->restart('TERM');
$books->clean_log('TERM');

# kill -9: the worker with the most connections goes, the other stays.

my @kill = $books->fill(2000);
my %sockets = map { $_ => sockets($_) } $nginx->workers;
my ($fullest) = sort { $sockets{$b} <=> $sockets{$a} } keys %sockets;

cmp_ok $sockets{$fullest}, '>', $MANY, 'KILL - of a worker in the midst of it';
$nginx->kill_worker($fullest);
is $nginx->issue->{status}, 200, 'KILL - the others answer';

$books->balance('TERM', @term);
$books->balance('KILL', @kill);
$books->clean_log('KILL');

# nginx's own counters still hold what the killed worker held, until a restart.

$nginx->restart;
$books->idle('TERM, KILL and a restart');

$nginx->stop;
done_testing;


sub sockets {
    my ($pid) = @_;

    return scalar grep { (readlink // '') =~ /^socket:/ }
                  glob "/proc/$pid/fd/*";
}
