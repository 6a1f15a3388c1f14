# Many at once want sessions that are not in memory, and each then wants more of
# them: the event loop reads none that a thread has not brought into memory.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Client;
use Test::WhatsAuth::Files qw( read_file );
use Test::WhatsAuth::Preload;

my $VISITORS = 20;
my $LOGINS = 3;

my $cold = Test::WhatsAuth::Preload->new('cold');
my $nginx = $cold->around(sub {
    start_nginx(app => 'login on; max_live 1000;',
        server => 'location /login/ { whatsauth_login demo; }');
});

# Each person has several sessions, which the list reads one after the other.

my @browsers;

for my $i (1 .. $VISITORS) {
    my ($browser) = map {
        Test::WhatsAuth::Browser->logged_in($nginx, 56911110000 + $i)
    } 1 .. $LOGINS;

    push @browsers, $browser;
}

for my $round (1 .. 3) {
    my @clients = map { Test::WhatsAuth::Client->connect($nginx->port) }
                  @browsers;

    for my $i (0 .. $#clients) {
        $clients[$i]->send('GET', '/login/sessions',
                           { Cookie => $browsers[$i]->cookie });
    }

    my @pages = map { $_->receive->{body} } @clients;
    my @whole = grep { (() = /name="session" value="[^"]/g) == $LOGINS } @pages;

    is scalar @whole, $VISITORS, "round $round - each has the whole list";
}

$nginx->stop;

my (%warm, @cold, $reads);

for (split /\n/, read_file($cold->file)) {
    my ($process, $what, $key) = split / /;

    if ($what eq 'warm') {
        $warm{$process}{$key}++;
        next;
    }

    $reads++;

    if ($warm{$process}{$key}) {
        $warm{$process}{$key}--;

    } else {
        push @cold, $key;
    }
}

cmp_ok $reads, '>=', 3 * $VISITORS * ($LOGINS + 1), 'sessions - are read';
is scalar @cold, 0, 'and a thread has gone first';

done_testing;
