# A site that is dead, or answers a byte at a time, never delays another's
# callbacks by more than a second: neither the first nor the next attempts,
# with a hundred waiting for the dead one.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::SlowSite;
use Time::HiRes qw( sleep time );

my $BACKLOG = 100;
my $SCAN = 1.1;

my $dead = start_slow_site();
my $dripping = start_receiver();
my $alive = start_receiver();

my $nginx = start_nginx(
    http => 'whatsauth_callback_timeout 2s;'
            . 'whatsauth_callback_inflight 32 per_host=8;',
    callback_url => $alive->url('/204'),
    app => 'callback_retry 300ms 300ms; expires 2s; authorized_callbacks '
           . join(' ', map { $_->url('/') } $dead, $dripping, $alive) . ';',
    allow => qr/did not answer/);

sub log_in {
    my ($url) = @_;

    my $code = $nginx->issue(callback_url => $url)->{json}{code};
    my $answer = $nginx->message(text_message(">>$code<<"));
    die "$answer->{status}\n" if $answer->{status} != 200;
    return $code;
}

# The backlog: each attempt takes all of its time, again and again.

my @issued = $nginx->together(map {
    [ $nginx->issue_request(callback_url => $_ % 2
        ? $dead->url('/60000') : $dripping->url("/drip?n=$_")) ]
} 1 .. 2 * $BACKLOG);
$nginx->together(map {
    [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
} @issued);

sub waiting {
    return scalar grep { $_->{state} eq 'callback' } $nginx->records;
}

cmp_ok waiting(), '>', $BACKLOG, 'fair - many wait for others';

# First attempts, next attempts and expiries of the one that is alive

my (@first, @next, @late);

for my $n (1 .. 10) {
    my $begin = time;
    my $code = log_in($alive->url("/204?n=$n"));
    my $callback = $alive->wait_for($code, 5);
    push @first, ($callback->{time} // 'inf') - $begin;

    log_in($alive->url("/fail/1?n=$n"));
    my $expiring = $nginx->issue;
    push @late, [ $expiring->{json}{code}, time + 2 ];
    sleep 0.1;
}

cmp_ok waiting(), '>', $BACKLOG, 'fair - and still wait';

for my $n (1 .. 10) {
    my @times;
    wait_until {
        @times = map { $_->{time} }
                 grep { $_->{target} eq "/fail/1?n=$n" } $alive->requests;
        @times == 2;
    } 5;
    push @next, ($times[1] // 'inf') - $times[0];
}

my @expired = map {
    my ($code, $at) = @$_;
    (($alive->wait_for($code, 5) // {})->{time} // 'inf') - $at;
} @late;

sub longest {
    return (sort { $b <=> $a } @_)[0];
}

note sprintf 'first %.2f, next %.2f, expired %.2f', longest(@first),
    longest(@next), longest(@expired);

cmp_ok longest(@first), '<', 1, 'fair - first attempts are made at once';
cmp_ok longest(@next), '<', 0.3 * 1.2 + $SCAN + 0.3,
    'fair - the next ones when their wait is over';
cmp_ok longest(@expired), '<', 2, 'fair - expiries are told';

cmp_ok waiting(), '>', $BACKLOG / 2, 'fair - with the backlog still there';

$nginx->stop;
done_testing;
