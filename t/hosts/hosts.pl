# Two hosts, one store: people log in over both of them while servers, hosts
# and cables fail, one at a time.  In the end everything that was answered 200
# is there, on both hosts, and nothing else is.
#
# The argument is the number of seconds.  HOSTS_STORE is cluster, tls, sentinel
# or lmdb, HOSTS_RATE the logins that begin in a second, HOSTS_SEED that of an
# earlier run, HOSTS_FAULTS a pattern of the faults that are wanted.

use strict;
use warnings;

use lib 't/lib', 't/hosts';
use Test::WhatsAuth::Hosts;

use Final;
use Ledger;
use List::Util qw( max shuffle sum0 );
use Logins;
use Plant;
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::LoggedSite;
use Time::HiRes qw( sleep time );

my $SECONDS = shift // 600;
my $STORE = $ENV{HOSTS_STORE} // 'cluster';
my $RATE = $ENV{HOSTS_RATE} // 80;
my $WANTED = $ENV{HOSTS_FAULTS} // '';
my $PROCESSES = 2;

# A fault lasts; then everything is as before for a while, so that a failure
# without a fault shows.
my $LASTS = 8;
my $AFTER = 6;
my $QUIET = 4;

my $LANES = $RATE;
my $SEED = srand($ENV{HOSTS_SEED} // time ^ $$);

$SIG{$_} = sub { exit 1 } for qw( INT TERM HUP );

my $site = start_logged_site($STORE eq 'lmdb' || no_hosts() ? () : $HUB);
my $plant = Plant->start($STORE, $site->url);

say_so($plant->how . "; HOSTS_SEED=$SEED");

my $began = time;
my $logins = Logins->start([ $plant->nginx ], ({ pause => $LANES / $RATE,
    lanes => $LANES / $PROCESSES, patience => 60 }) x $PROCESSES);
my @faults;

sleep $QUIET;

while (time < $began + $SECONDS - $LASTS - $AFTER) {
    for my $n (shuffle 0 .. $plant->faults - 1) {
        last if time > $began + $SECONDS - $LASTS - $AFTER;

        my ($name, $happen, $mend) = @{ ($plant->faults)[$n] };
        next unless $name =~ /$WANTED/;

        fault($name, $happen, $mend);
        sleep $AFTER + $QUIET;
    }
}

my $all_ended = $logins->end;
my $seconds = time - $began;
my $ledger = Ledger->new($logins->entries);

ok $all_ended, 'hosts - each login came to its end';
cmp_ok scalar @faults, '>', 0, 'hosts - there were faults';
cmp_ok $ledger->operations, '>=', $SECONDS * $RATE * $plant->goes_on,
    'hosts - logins went on meanwhile';

ok wait_until(sub {
    my %heard = $site->heard;
    $ledger->heard(%heard);
    !grep { keys %{ $_->{taken} } && !@{ $_->{heard} } } $ledger->logins;
}, 60), 'hosts - the site hears of each';

# A sweep finds expired codes, and the site is called, within seconds.

sleep 10;
$ledger->heard($site->heard);
ask_for_all();

for my $promise ($ledger->promises(\&is_quiet)) {
    my ($title, @broken) = @$promise;

    is scalar @broken, 0, "hosts - $title"
        or diag join "\n", splice @broken, 0, 5;
}

is_deeply [ $ledger->strangers ], [],
    'hosts - no callback is without a message';

my ($twice, $calm) = $ledger->doubles(\&is_quiet);

cmp_ok $twice, '<=', 0.001 * $calm,
    'hosts - without a fault a callback comes once';

is(($plant->nginx)[0]->store_says('check'), "ok\n",
    'hosts - whatsauth-store finds no fault');

$plant->stop;
$site->stop;
report();
done_testing;


# A suite that runs this is silent unless it fails.

sub say_so {
    my ($text) = @_;

    return $0 =~ /\.t$/ ? note($text) : diag($text);
}


sub fault {
    my ($name, $happen, $mend) = @_;

    my $from = time;

    $happen->();

    if ($mend) {
        sleep $LASTS;
        $mend->();
    }

    $plant->settle;
    push @faults, { name => $name, from => $from, to => time + $AFTER };
    say_so(sprintf '%4d s: %s, %.1f s', $from - $began, $name, time - $from);
}


# Nothing was wrong between these times.

sub is_quiet {
    my ($from, $to) = @_;

    return !grep { $_->{from} < $to && $from < $_->{to} } @faults;
}


# Both hosts are asked, by processes of which each has a part.

sub ask_for_all {
    my @ids = $ledger->ids;
    my @sessions = $ledger->sessions;
    my @parts = map { { ids => [], sessions => [] } } 1 .. $PROCESSES;

    push @{ $parts[$_ % $PROCESSES]{ids} }, $ids[$_] for 0 .. $#ids;
    push @{ $parts[$_ % $PROCESSES]{sessions} }, $sessions[$_]
        for 0 .. $#sessions;

    my $final = Final->start([ $plant->nginx ], @parts);

    wait_until { $final->count('done') == $PROCESSES } 600
        or die "the hosts do not tell all\n";
    ok $final->end, 'hosts - both hosts tell of all';
    $ledger->final($final->entries);
}


sub report {
    my %by_name;

    push @{ $by_name{$_->{name}} }, $ledger->seen($_->{from}, $_->{to})
        for @faults;

    say_so(sprintf '%-26s %5s %9s %18s %17s', 'fault', 'times', 'failures',
        'no new code for, s', 'a message took, s');

    for my $name (sort keys %by_name) {
        my @seen = @{ $by_name{$name} };

        say_so(sprintf '%-26s %5d %9d %18.2f %17.2f', $name, scalar @seen,
            sum0(map { $_->{failures} } @seen),
            map { my $what = $_; max(map { $_->{$what} } @seen) }
            qw( no_codes message ));
    }

    say_so(sprintf '%d operations in %d s: %d codes, %d messages taken, '
        . '%d claims collected, %d sessions, %d ended', $ledger->operations,
        $seconds, map { $ledger->count($_) } qw( issued taken collected
        session ended ));
    say_so(sprintf '%d failures; %d of %d callbacks came twice without a fault',
        $ledger->count('failure'), $twice, $calm);
    say_so(Test::More->builder->is_passing
        ? 'verdict: nothing that was promised is lost' : 'verdict: FAILED');
}
