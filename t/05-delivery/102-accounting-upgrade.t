# Nothing is lost with 300 callbacks in flight while a new nginx takes over
# from the running one: USR2, WINCH, QUIT.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Accounting;

my $books = open_books();
my $nginx = $books->nginx;
my $old = $nginx->pid;
my @old_workers = $nginx->workers;

my @ids = $books->fill(3000);

ok $nginx->upgrade,
    'upgrade - the new nginx runs beside the old one';

kill 'WINCH', $old;
is $nginx->issue->{status}, 200, 'upgrade - somebody answers';
is scalar(grep { is_alive($_) } @old_workers), 2,
    'upgrade - the old workers stay with their callbacks';

$books->balance('upgrade', @ids);
ok wait_until(sub { !grep { is_alive($_) } @old_workers }, 5),
    'upgrade - then the old workers go';

kill 'QUIT', $old;
ok wait_until(sub { !is_alive($old) }), 'and their master';

my $arrived = $books->{site}->arrived;
is scalar(grep { $arrived->{$_} == 1 } @ids), $MANY,
    'upgrade - each site hears once';

$books->idle('upgrade');
$books->clean_log('upgrade');

$nginx->stop;
done_testing;


# A zombie is not, although it still takes signals.

sub is_alive {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/stat" or return 0;
    return (<$in> // '') =~ /^\d+ \(.*\) [^ZX]/;
}
