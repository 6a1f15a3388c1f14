# whatsauth-store beside two hosts that work: what they have written is sound
# by each of its rules, at any moment, and the dump says what the API says.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use POSIX ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";
my $valkey = start_valkey(cluster => 3, node_timeout => 60_000);
my $url = $valkey->url;
my $pair = start_pair($valkey, replicas => 0);
my ($first, $second) = $pair->hosts;

sub said {
    my ($verb) = @_;

    my $said = `$tool $verb '$url' 2>&1`;
    return ($? >> 8) . " $said";
}

sub stat_of { return JSON::PP::decode_json(said('stat') =~ s/^0 //r) }


my $waiting = $first->issue;
my $login = $pair->log_in;

is said('check'), "0 ok\n", 'check - a login and a code that waits';

my %record = map { $_->{id} => $_ } $first->records;
my $record = $record{ $login->{id} };
is_deeply [ @$record{qw( code status phone_number )} ],
    [ $login->{code}, 'validated', "+$login->{from}" ],
    'dump - the record of a login, by its id';
is $record{ $waiting->{headers}{'whatsauth-id'} }{code},
    $waiting->{json}{code}, 'dump - a code that waits';
is $record{ $waiting->{headers}{'whatsauth-id'} }{expires_at},
    $waiting->{headers}{'whatsauth-expires-at'}, 'times as in the API';

# Sessions, their ends, and a browser that one of them has left.

my $browser = Test::WhatsAuth::Browser->logged_in($first);
my $other = Test::WhatsAuth::Browser->logged_in($second);

is said('check'), "0 ok\n", 'check - sessions';
my $stat = stat_of();
is_deeply [ @$stat{qw( sessions subjects )} ], [ 2, 1 ],
    'stat - two sessions of one person';
is scalar((($first->subjects)[0])->{sessions}->@*), 2,
    'dump - which the person has';

$other->post('logout');
is said('check'), "0 ok\n", 'check - a session has ended';
is stat_of()->{sessions}, 1, 'stat - and does not count';

my ($session) = $first->sessions;
is $first->request('DELETE', "/api/v1/sessions?session=$session->{id}",
    { Authorization => "Bearer $TOKEN" })->{json}{ended}, 1,
    'dump - its id ends the other one';

# The hosts go on all the time.

my $pid = fork // die "fork: $!\n";

if ($pid == 0) {
    eval { $pair->log_in, $first->issue for 1 .. 10_000 };
    POSIX::_exit(0);
}

my $before = stat_of()->{records};
ok wait_until(sub { stat_of()->{records} > $before + 5 }), 'logins go on';

my %said;
$said{ said('check') }++ for 1 .. 20;
is_deeply \%said, { "0 ok\n" => 20 }, 'check, twenty times - no fault';

kill 'KILL', $pid;
waitpid $pid, 0;

is said('check'), "0 ok\n", 'check - after it';
$stat = stat_of();
is_deeply [ $stat->{apps}{demo}{waiting}, $stat->{records} ],
    [ scalar(grep { $_->{state} eq 'waiting' } $first->records),
      scalar($first->records) ], 'stat - what dump shows';

$pair->stop;
$valkey->stop;
done_testing;
