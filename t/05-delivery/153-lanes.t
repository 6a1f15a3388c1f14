# Nobody can choose a host, or a port, that shares the queue of another host
# and then has to wait behind its backlog.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $BACKLOG = 100;
my $MANY = 5;

# There are 16384 queues: with a hash that anybody can compute, ports as far
# apart as this are in one.

my $dead = start_receiver(port => slot_port(5));
my $alive = start_receiver(port => slot_port(5) + 16384);

my $nginx = start_nginx(
    http => 'whatsauth_callback_timeout 2s;'
            . 'whatsauth_callback_inflight 32 per_host=4;',
    callback_url => $alive->url('/204'),
    app => 'callback_retry 300ms 300ms; authorized_callbacks '
           . join(' ', map { $_->url('/') } $dead, $alive) . ';',
    allow => qr/did not answer/);

sub send_all {
    my @issued = @_;

    return $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } @issued);
}

send_all($nginx->together(map {
    [ $nginx->issue_request(callback_url => $dead->url('/hang')) ]
} 1 .. $BACKLOG));

send_all(map { $nginx->issue(callback_url => $alive->url("/fail/1?n=$_")) }
         1 .. $MANY);

for my $n (1 .. $MANY) {
    my @times;
    wait_until {
        @times = map { $_->{time} }
                 grep { $_->{target} eq "/fail/1?n=$n" } $alive->requests;
        @times == 2;
    } 5;

    my $wait = ($times[1] // 'inf') - ($times[0] // 0);
    cmp_ok $wait, '<', 1.8,
        'lanes - the next attempt is made when its wait is over';
}

cmp_ok scalar(grep { $_->{state} eq 'callback' } $nginx->records), '>',
    $BACKLOG / 2, 'lanes - with the backlog still there';

$nginx->stop;
done_testing;
