# Ten thousand streams in four workers: none misses a change, though workers
# that commit are killed, and a reload ends all of them whole.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( time );

plan skip_all => 'kills workers, which a reload replaces'
    if $ENV{WHATSAUTH_HUP};

chomp(my $files = `sh -c 'ulimit -n'`);
plan skip_all => "10,000 streams need more open files than $files"
    if $files ne 'unlimited' && $files < 11_000;

my $LOGINS = 500;
my $STREAMS = 20;                 # of each login

my $nginx = start_nginx(workers => 4, connections => 16384, quiet => 1,
    app => 'login on; max_live 100000;', log_level => 'warn',
    http => 'whatsauth_streams 10000 per_address=10000;',
    allow => qr/worker process \d+ exited on signal 9/);

my @logins = map { my $issued = $nginx->issue(claim => 1);
                   { code => $issued->{json}{code},
                     claim => $issued->{headers}{'whatsauth-claim'} } }
             1 .. $LOGINS;

sub events {
    my ($login) = @_;

    my $client = $nginx->client;
    $client->send('GET', '/api/v1/claim', { Accept => 'text/event-stream',
        Authorization => "Bearer $login->{claim}" });

    return $client;
}

sub statuses {
    my ($text) = @_;

    return join ' ', $text =~ /^event: status\ndata: \{.*?"status":"(\w+)"/mg;
}

sub send_codes {
    my (@logins) = @_;

    my $client = $nginx->client;

    for my $login (@logins) {
        my $answer = $client->request($nginx->message_request(
                                      text_message(">>$login->{code}<<")));

        next if $answer->{status} == 200;
        $client = $nginx->client;
        redo;
    }
}

my @streams;

for my $login (@logins) {
    push @streams, map { [ $login, events($login) ] } 1 .. $STREAMS;
}

$_->[1]->fill for @streams;
is scalar(grep { $_->[1]{data} =~ /"requested"/ } @streams),
    $LOGINS * $STREAMS, 'ten thousand streams - each has its first event';
like $streams[-1][1]{data}, qr{^HTTP/1.1 200}, 'ten thousand streams - 200';

# Half of the logins, without disasters.

my @first = splice @streams, 0, @streams / 2;
send_codes(@logins[0 .. $LOGINS / 2 - 1]);

is scalar(grep { statuses($_->[1]->receive->{body})
                 eq 'requested validated' } @first), scalar @first,
    'four workers - no event is lost';

# A quarter, while a worker is killed: its own streams break off, the others
# miss nothing.

my @second = splice @streams, 0, @streams / 2;
my @quarter = @logins[$LOGINS / 2 .. $LOGINS * 3 / 4 - 1];
my ($killed) = $nginx->workers;

for my $part (1 .. 5) {
    send_codes(splice @quarter, 0, 10);
}

kill 'KILL', $killed;
send_codes(@quarter);

my ($whole, $broken) = (0, 0);

for my $stream (@second) {
    my $response = $stream->[1]->receive;
    my ($pid) = ($response->{headers}{'x-worker'} // '') =~ /(\d+)/;

    if (statuses($response->{body}) eq 'requested validated') {
        $whole++;
    } elsif (($pid // 0) == $killed) {
        $broken++;
    }
}

is $whole + $broken, scalar @second,
    "a killed worker - $whole streams whole, $broken of its own broken off";
cmp_ok $whole, '>', @second / 3, 'a killed worker - the others live on';

# The rest sees a reload.

my @live = grep { my $stream = $_;
                  ($stream->[1]{data} =~ /x-worker: (\d+)/i)[0] != $killed }
           @streams;
my $from = time;
$nginx->signal('HUP');

my $ended = grep { statuses($_->[1]->receive->{body}) eq 'requested' } @live;
is $ended, scalar @live,
    sprintf 'a reload - %d streams end whole, after %.2f s', $ended,
    time - $from;

ok wait_until(sub { return 4 == $nginx->workers }), 'a reload - four workers';
$nginx->stop;

done_testing;
