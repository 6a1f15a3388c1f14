# A 200 means two disks: while no replica answers there is none, reads included;
# when one is back, everything goes on by itself.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;
use Time::HiRes qw( time );

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $TIMEOUT = 2;

my $valkey = start_valkey(replicas => 1);
my ($replica) = $valkey->replicas;
my $pair = start_pair($valkey, faults => 1, timeout => "${TIMEOUT}s");
my ($one, $other) = $pair->hosts;

my $before = $pair->log_in;
my $issued = $one->issue;
my $asked = [ 'GET', "/api/v1/verification/$before->{id}",
              { Authorization => "Bearer $TOKEN" } ];

is $pair->told('fewer than 1 replicas answer'), 0, 'all is well - no alert';

$replica->pause;

my $began = time;
my $refused = $one->issue;
my $took = time - $began;

is $refused->{status}, 503, 'no replica - no code';
is $refused->{headers}{'retry-after'}, 2, 'come again later';
cmp_ok $took, '>=', $TIMEOUT - 0.5, 'after the timeout';
is $other->message(text_message(">>$issued->{json}{code}<<"))->{status}, 503,
    'a message - is not taken';
is $other->request(@$asked)->{status}, 503,
    'a question - is not answered by what may be lost';
ok $pair->told('fewer than 1 replicas answer'), 'an alert tells why';

$replica->resume;

ok $pair->wait_until_open, 'it is back - codes';
is $other->message(text_message(">>$issued->{json}{code}<<"))->{status}, 200,
    'messages';
is $other->request(@$asked)->{json}{status}, 'validated', 'and answers';

my $after = $pair->log_in;

is $after->{retries}, 0, 'a login goes as ever';
$pair->holds('both are known, the one of before and that of now', $before,
             $after);

$pair->stop;
$valkey->stop;

done_testing;
