# A watch is called when its record is decided, whichever process does it:
# 10,000 watches in two workers, and none lost while nginx is reloaded, workers
# are killed, and another nginx uses the same store.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Watched;

if (my $why = Test::WhatsAuth::Watched->load) {
    plan skip_all => $why;
}

my $CODES = 10_000;

my $watched = Test::WhatsAuth::Watched->new;
my $nginx = start_nginx(app => 'callback_on failed;',
    server => $watched->location
              . 'location = /hold { client_body_timeout 1h;'
              . ' proxy_pass http://127.0.0.1:1; }',
    allow => qr/worker process \d+ exited on signal 9/);

my @codes = $watched->issue($nginx, $CODES);
is scalar(@codes), $CODES, "$CODES codes";

my @first = $nginx->workers;
my $half = $CODES / 2;

$watched->watch($nginx, $first[0], @codes[0 .. $half - 1]);
$watched->watch($nginx, $first[1], @codes[$half .. $CODES - 1]);
is scalar($watched->calls), 0, 'watch - nobody is called before';

# Alternately of one half and the other: each worker decides codes that the
# other one watches.

@codes = map { @codes[$_, $half + $_] } 0 .. $half - 1;

$watched->decide($nginx, splice @codes, 0, 4000);
is $watched->missing, 0, 'watch - two workers, 4000 messages, no call is lost';
is scalar(grep { $_->{status} ne 'validated' } $watched->calls), 0,
    'each finds the record validated';
is_deeply [ sort keys %{ { map { $_->{pid} => 1 } $watched->calls } } ],
    [ sort @first ], 'both workers are called';
note sprintf 'from the write to the call, ms: median %.1f, p99 %.1f, max %.1f',
    $watched->latencies(0.5, 0.99, 1);

# The old workers go on with what they watch, as long as a client holds them.

my @held = map { hold($_) } @first;
my %old = map { $_ => 1 } @first;

$nginx->reload(0);
ok wait_until(sub { 2 == new_workers() }), 'reload - new workers come';

$watched->decide($nginx, splice @codes, 0, 3000);
is $watched->missing, 0, 'reload - no call of the old workers is lost';

my $kills = 0;

for (1 .. 10) {
    $watched->decide($nginx, \&kill_one, splice @codes, 0, 200);
}

cmp_ok $kills, '>=', 10, "kill - $kills of the workers that commit";
is $watched->missing(20), 0, 'kill - no call is lost';
wait_until(sub { 2 == new_workers() }, 20);

# Another nginx has a ring of its own.

my $other = start_nginx(place => $nginx->place, store => $nginx->{store},
    app => 'callback_on failed; expires 1s;');

$watched->decide($other, splice @codes, 0, 1000);
is $watched->missing, 0, 'another nginx - no call is lost';

is scalar(@codes), 0, 'all codes are decided';
is scalar($watched->calls), $CODES, 'and each is called once';

# Time decides a code that nobody sends.

my ($late) = $watched->issue($other, 1);
$watched->watch($nginx, (new_workers())[0], $late);
$watched->expect($late);

is $watched->missing(10), 0, 'expiry - the watch is called';
is +($watched->calls)[-1]{status}, 'expired', 'and finds the record expired';

# A worker that is to end gives its seat back with its last watch, and not
# under the operation whose end has ended that watch.

my ($worker) = new_workers();
my $slow = $nginx->client($worker);
my ($code) = $watched->issue($nginx, 1);

$slow->write("GET /watch/$code->{id}?sweep HTTP/1.1\r\n");
$nginx->reload(0);
ok wait_until(sub { title($worker) =~ /shutting down/ }),
    'a late request - its worker is to end';

$slow->{method} = 'GET';
$slow->write("Host: a\r\n\r\n");
is $slow->receive->{body}, $worker, 'watches all the same';
undef $slow;
ok wait_until(sub { !kill 0, $worker }), 'and the worker ends';
unlike $nginx->error_log, qr/$worker exited on signal/, 'by itself';

undef @held;

done_testing;


# A request whose body never ends keeps its worker.

sub hold {
    my ($worker) = @_;

    my $client = $nginx->client($worker);
    $client->send('POST', '/hold', { 'Content-Length' => 10 }, 'x');

    return $client;
}


sub title {
    my ($worker) = @_;

    open my $in, '<', "/proc/$worker/cmdline" or return '';
    return <$in> // '';
}


sub new_workers {
    return grep { !$old{$_} } $nginx->workers;
}


sub kill_one {
    my ($worker) = new_workers();
    $kills += kill 'KILL', $worker if $worker;
}
