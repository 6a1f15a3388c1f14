# A thread goes first, and brings the page of a session into memory, in a worker
# that has just begun, and after a read that has waited for the disk; else the
# event loop reads it at once.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Preload;

my ($FIRSTS, $STEP, $QUARTERS) = 0 .. 2;
my $ONCE_MORE = 4;

# Sessions that must be in memory after one that was not.
my $PROOF = 1024;

my $pages = Test::WhatsAuth::Preload->new('pages', numbers => 3);
my $nginx = $pages->around(sub {
    start_nginx(app => 'login on;', workers => 1,
        http => 'keepalive_requests 10000;', server => <<'CONF');
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }
location /gated { whatsauth_gate demo; empty_gif; }
CONF
});

my $browser = Test::WhatsAuth::Browser->new($nginx);
my %cookie;
my $client;


# Sends so many requests with a session, and counts the times that a thread goes
# first.

sub firsts {
    my ($requests) = @_;

    my ($before) = $pages->numbers($FIRSTS, 1);

    for (1 .. $requests) {
        my $answer = $client->request('GET', '/gated', \%cookie);
        die "a session is not let in\n" if $answer->{status} != 200;
    }

    return ($pages->numbers($FIRSTS, 1))[0] - $before;
}


$browser->log_in('56911111111');
%cookie = (Cookie => $browser->cookie);

$nginx->reload;
$client = $nginx->client;

is firsts(1), 1, 'the first session of a worker - a thread goes first';
is firsts(50), 0, 'it was in memory - read at once';

$pages->put($QUARTERS, $ONCE_MORE);
is firsts(1), 0, 'a read that waits for the disk - in the event loop';
is firsts(100), 100, 'after it - a thread goes first';

$pages->put($STEP, $ONCE_MORE);
is firsts(20), 20, 'the thread waits, too - a thread goes first';

$pages->put($STEP, 0);
is firsts($PROOF), $PROOF, 'many in a row that are in memory';
is firsts(50), 0, 'after them - read at once';

$nginx->stop;

done_testing;
