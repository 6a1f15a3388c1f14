# Nothing is lost with 300 callbacks in flight: reload, worker_shutdown_timeout
# and the end of nginx by QUIT.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Accounting;
use Time::HiRes qw( time );

my $books = open_books();
my $nginx = $books->nginx;

# HUP

my @ids = $books->fill(2000);
my %old = map { $_ => 1 } $nginx->workers;
$nginx->reload(0);
is scalar(grep { $old{$_} } $nginx->workers), 2,
    'HUP - the old workers stay with their callbacks';
$books->balance('HUP', @ids);
is heard_twice(@ids), 0, 'HUP - each site hears once';
ok wait_until(sub { !grep { $old{$_} } $nginx->workers }, 5),
    'HUP - then the old workers go';
$books->idle('HUP');

# QUIT

@ids = $books->fill(2000);
$nginx->restart('QUIT');
$books->balance('QUIT', @ids);
is heard_twice(@ids), 0, 'QUIT - each site hears once';
$books->idle('QUIT');
$books->clean_log('HUP and QUIT');

# worker_shutdown_timeout: what it cuts short is made again by those who come.

$nginx->{main} = 'worker_shutdown_timeout 300ms;';
$nginx->write_config($nginx->config);
$nginx->reload;

@ids = $books->fill(2000);
my $start = time;
$nginx->reload;
cmp_ok time - $start, '<', 1.8, 'worker_shutdown_timeout - is kept';
$books->balance('worker_shutdown_timeout', @ids);
is heard_twice(@ids), $MANY, 'worker_shutdown_timeout - each is made again';
$books->idle('worker_shutdown_timeout');
$books->clean_log('worker_shutdown_timeout');

$nginx->stop;
done_testing;


sub heard_twice {
    my $arrived = $books->{site}->arrived;

    return scalar grep { $arrived->{$_} > 1 } @_;
}
