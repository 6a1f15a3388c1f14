# Many dead sites, together with more callbacks than there are permits, never
# delay the callbacks of one that is alive: it waits for no permit of theirs.

use strict;
use warnings;

use lib 't/lib';
use List::Util qw( max );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::SlowSite;
use Time::HiRes qw( sleep time );

my $BACKLOG = 20;               # of each
my $PLACES = 32;
my $PER_HOST = 8;
my $TIMEOUT = 5;                # of a dead one, whose permit is free after it

my @dead = map { start_slow_site() } 1 .. 10;
my $alive = start_receiver();

my $nginx = start_nginx(
    http => "whatsauth_callback_timeout ${TIMEOUT}s; "
            . "whatsauth_callback_inflight $PLACES per_host=$PER_HOST;",
    callback_url => $alive->url('/204'),
    app => 'callback_retry 300ms 300ms 300ms; authorized_callbacks '
           . join(' ', map { $_->url('/') } @dead, $alive) . ';',
    allow => qr/did not answer/);

sub log_in {
    my @issued = @_;

    $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } @issued);

    return map { $_->{json}{code} } @issued;
}

log_in($nginx->together(map {
    [ $nginx->issue_request(callback_url => $dead[$_ % @dead]->url('/60000')) ]
} 1 .. $BACKLOG * @dead));

my (@first, @next);

for my $n (1 .. 12) {
    my $begin = time;
    my ($code) = log_in($nginx->issue(callback_url =>
                                      $alive->url("/fail/1?n=$n")));
    my @times;
    wait_until {
        @times = map { $_->{time} } grep { $_->{target} eq "/fail/1?n=$n" }
                 $alive->requests;
        @times == 2;
    } 8;
    push @first, ($times[0] // 'inf') - $begin;
    push @next, ($times[1] // 'inf') - ($times[0] // 0);
    sleep 0.1;
}

note sprintf 'first %.2f, next %.2f', max(@first), max(@next);

cmp_ok max(@first), '<', $TIMEOUT - 1,
    'many dead - first attempts are made at once';
cmp_ok max(@next), '<', $TIMEOUT - 1,
    'many dead - and the next ones when their wait is over';

cmp_ok scalar(grep { $_->{state} eq 'callback' } $nginx->records), '>',
    $BACKLOG * @dead / 2, 'many dead - with the backlog still there';

# The dead ones are not forgotten for it.

my $called = 0;
$called += keys %{ $_->arrived } for @dead;
cmp_ok $called, '>=', 2 * $PLACES, 'many dead - they are called as well';

$nginx->stop;
done_testing;
