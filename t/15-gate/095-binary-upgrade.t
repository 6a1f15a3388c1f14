# While a new nginx runs beside the old one, a session that ends in one of them
# has ended in the other: for requests, and for responses that stay open.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Files qw( write_file );

plan skip_all => 'the pids of a reloaded nginx are those of other workers'
    if $ENV{WHATSAUTH_HUP};

my $events = write_file(slot_folder() . '/events', "data: begun\n\n" x 10000);

my $nginx = start_nginx(app => 'login on;', server => <<"CONF");
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }
location /gated { whatsauth_gate demo; empty_gif; }

location = /events {
    whatsauth_gate demo;
    alias $events;
    types { }
    default_type text/event-stream;
    limit_rate 1k;
}
CONF


sub log_in {
    my ($number) = @_;

    return Test::WhatsAuth::Browser->logged_in($nginx, $number)->cookie;
}


sub statuses {
    my ($cookie, @clients) = @_;

    return join ' ', map {
        $_->request('GET', '/gated', { Cookie => $cookie })->{status}
    } @clients;
}


sub logout {
    my ($cookie, $client) = @_;

    return $client->request('POST', '/login/logout',
        { Cookie => $cookie, 'Sec-Fetch-Site' => 'same-origin' })->{status};
}


sub open_events {
    my ($cookie, $worker) = @_;

    my $client = $nginx->client($worker);

    $client->send('GET', '/events', { Cookie => $cookie });
    $client->fill;

    return $client;
}


# 1 once the response has ended before its time.

sub is_over {
    my ($client) = @_;

    1 while $client->fill;
    return length $client->{data} < -s $events;
}


my $old = $nginx->pid;
my @old_workers = $nginx->workers;
my @old = map { $nginx->client($_) } @old_workers;
my ($first, $second) = map { log_in($_) } '56911111111', '56922222222';

is statuses($_, @old), '200 200', 'before - is let in' for $first, $second;

my $of_old = open_events($first, $old_workers[0]);
like $of_old->{data}, qr/data: begun/, 'before - events come';

ok $nginx->upgrade,
    'USR2 - the new nginx runs beside the old one';

my @new_workers = $nginx->workers;
my @new = map { $nginx->client($_) } @new_workers;

is statuses($first, @new), '200 200', 'the new nginx - lets in';
is logout($first, $new[0]), 303, 'logout - in the new nginx';
is statuses($first, @old, @new), '401 401 401 401', 'no worker - lets in';
ok is_over($of_old), 'events in the old nginx - end';

my $of_new = open_events($second, $new_workers[0]);
like $of_new->{data}, qr/data: begun/, 'the new nginx - events come';

is statuses($second, @old, @new), '200 200 200 200', 'each worker - lets in';
is logout($second, $old[0]), 303, 'logout - in the old nginx';
is statuses($second, @old, @new), '401 401 401 401', 'no worker - lets in';
ok is_over($of_new), 'events in the new nginx - end';

kill 'QUIT', $old;

ok wait_until(sub {
    !grep { Test::WhatsAuth::Nginx::is_alive($_) } $old, @old_workers;
}), 'QUIT - the old nginx goes';

$nginx->stop;

done_testing;
