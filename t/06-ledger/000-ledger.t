# Nothing that got a 200 is lost, whatever happens to nginx and its disk.
#
# Clients write down every 200 that they get, while workers are killed, nginx
# is reloaded, stopped and restarted, and the disk is full for a while.  Then
# the test compares their ledger with the store and with the site's callbacks.
#
# SOAK_SECONDS and SOAK_OPERATIONS in the environment: go on for so long and
# until so much is done.

use strict;
use warnings;

use lib 't/lib';
use Test::WhatsAuth::Disk;

use List::Util qw( shuffle );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::LoggedSite;
use Test::WhatsAuth::Nginx;
use Test::WhatsAuth::Traffic;
use Time::HiRes qw( sleep time );

my $SECONDS = $ENV{SOAK_SECONDS} // 9;
my $OPERATIONS = $ENV{SOAK_OPERATIONS} // 500;
my $LONGEST = 10 * $SECONDS;
my $PAUSE = $ENV{SOAK_SECONDS} ? 1.5 : 0.8;

my $seed = srand($ENV{SOAK_SEED} // time ^ $$);
diag_or_note("SOAK_SEED=$seed");

my $site = start_logged_site();
my $url = $site->url;
my $retries = '200ms ' x 30;

my $nginx = Test::WhatsAuth::Nginx->new(
    callback_url => $url,
    store => 'retain=24h',
    http => 'whatsauth_callback_timeout 500ms;'
        . whatsauth_app(name => 'brief', token => 'token-of-tenant-brief',
            callback_url => $url, app_secret => 'secret-of-tenant-brief',
            more => "expires 2s; callback_retry $retries;"),
    app => "expires 24h; max_live 10000000; callback_retry $retries;",
    allow => qr/exited[ ]on[ ]signal|cannot[ ]be[ ]written|is[ ]writable[ ]again
        |did[ ]not[ ]answer
        |could[ ]not[ ]be[ ]stored/x);

my $disk = no_disk() ? undef
         : small_disk($nginx->root . '/store',
                      $ENV{SOAK_SECONDS} ? '256m' : '48m');

$nginx->write_config($nginx->config);
$nginx->launch;

my $traffic = start_traffic($nginx);

my %happen = (
    'worker killed' => sub { $nginx->kill_worker(one_of($nginx->workers)) },
    'all workers killed' => \&kill_all_workers,
    'reload' => sub { $nginx->reload },
    'reload, not waited for' => sub { $nginx->reload(0) },
    'restart by QUIT' => sub { restart('QUIT') },
    'restart by TERM' => sub { restart('TERM') },
    'all processes killed' => sub { restart('KILL') },
);

my @deck = (('worker killed') x 6, 'all workers killed', 'reload',
    'reload, not waited for', 'restart by QUIT', 'restart by TERM',
    'all processes killed');

my (%happened, @plan);
my $began = time;
my $filled = !$disk;

until (is_enough()) {
    sleep 0.2 + rand($PAUSE);

    if (!$filled && time - $began > $SECONDS / 2) {
        $filled = 1;
        fill_disk();
        next;
    }

    @plan = shuffle(@deck) unless @plan;
    my $what = shift @plan;
    $happen{$what}->();
    $happened{$what}++;
}

ok $traffic->end, 'ledger - every message was taken in the end';

my $seconds = time - $began;
my $operations = $traffic->count(qw( issued taken ));

cmp_ok $operations, '>=', $OPERATIONS, "ledger - $OPERATIONS operations";
cmp_ok $happened{'worker killed'}, '>=', 3, 'several workers were killed';

SKIP: {
    skip no_disk(), 1 unless $disk;
    cmp_ok $traffic->count('busy'), '>', 0, 'the disk was full for a while';
}

# The promises

my (%issued, %codes, %sent, %taken, @odd);

for my $entry ($traffic->entries) {
    my ($what, $id, @more) = @$entry;
    push @odd, "@$entry" if $what eq 'odd';
    $issued{$id} = { code => $more[0], app => $more[1] } if $what eq 'issued';
    $codes{$more[0]}++ if $what eq 'issued';
    $sent{$id}{$more[0]} = 1 if $what eq 'sent';
    $taken{$id}{$more[0]} = 1 if $what eq 'taken';
}

# The results

my %record;

ok wait_until(sub {
    %record = records();
    return !grep { is_due($_) } values %record;
}, 60), 'ledger - nothing is left to do';

my %heard = $site->heard;

holds_for('an answer is 200, 503 with Retry-After, or none', [ @odd ]);

holds_for('no code is issued twice', [ grep { $codes{$_} > 1 } keys %codes ]);

holds_for('every code that was issued is stored', [
    grep { ($record{$_}{code} // '') ne $issued{$_}{code}
           || $record{$_}{app} ne $issued{$_}{app} } keys %issued ]);

holds_for('every message that was taken validated its code', [
    grep { ($record{$_}{status} // '') ne 'validated' } keys %taken ]);

holds_for('by one sender who wrote', [
    grep { !$sent{$_}{sender($record{$_})} } grep { $record{$_} }
    keys %taken ]);

holds_for('and the site heard of it', [ grep { !$heard{$_} } keys %taken ]);

holds_for('what the site heard is what is stored', [
    grep { my $id = $_; grep { !agrees(parse($_), $record{$id}) }
                       @{ $heard{$id} } }
    keys %heard ]);

holds_for('and always the same', [
    grep { my %texts = map { $_ => 1 } @{ $heard{$_} };
           keys %texts != 1 } keys %heard ]);

holds_for('a code without a message is not validated', [
    grep { !$sent{$_} && $record{$_}{status} eq 'validated' }
    keys %record ]);

holds_for('nor expired before its time', [
    grep { my $status = $record{$_}{app} eq 'brief' ? 'expired' : 'requested';
           !$sent{$_} && $record{$_}{status} ne $status } keys %record ]);

holds_for('the site heard of every code that expired', [
    grep { $record{$_}{status} eq 'expired' && !$heard{$_} } keys %record ]);

is $nginx->store_says('check'), "ok\n",
    'ledger - the store is sound';

$nginx->stop;
$site->stop;
report();
done_testing;


sub is_enough {
    my $past = time - $began;

    return $past > $LONGEST
           || $past > $SECONDS && $filled
              && ($happened{'worker killed'} // 0) >= 3
              && $traffic->count(qw( issued taken )) >= $OPERATIONS;
}


sub one_of {
    return $_[rand @_];
}


sub kill_all_workers {
    my @workers = $nginx->workers;

    kill 'KILL', @workers;
    $nginx->kill_worker($_) for @workers;
}


# A killed worker leaves a file with its pid.

sub restart {
    my ($signal) = @_;

    $nginx->end($signal);
    unlink $nginx->root . '/nginx.pid';
    $nginx->launch;
}


sub fill_disk {
    my $busy = $traffic->count('busy');

    $disk->fill;
    wait_until { $traffic->count('busy') > $busy + 50 } 5;
    sleep 1;
    $disk->free;
    $happened{'disk full'}++;

    my $done = $traffic->count(qw( issued taken ));
    ok wait_until(sub { $traffic->count(qw( issued taken )) > $done + 50 }, 5),
        'ledger - service returns when the disk has room again';
}


sub is_due {
    my ($record) = @_;

    return $record->{state} eq 'callback'
           || $record->{state} eq 'waiting' && $record->{app} eq 'brief';
}


# The texts of both are flat and simple, and many.

sub parse {
    my ($text) = @_;

    my %value;

    while ($text =~ /"(\w+)":(?:"([^"\\]*)"|null|\[\]|(\d+))[,}]/g) {
        $value{$1} = $2 // $3;
    }

    return \%value;
}


sub records {
    return map { my $record = parse($_); $record->{id} => $record }
           $nginx->store_says('dump');
}


sub sender {
    my ($record) = @_;

    return ($record->{phone_number} // '') =~ tr/+//dr;
}


sub agrees {
    my ($callback, $record) = @_;

    return $record && $callback->{id} eq $record->{id}
           && $callback->{verification_code} eq $record->{code}
           && $callback->{status} eq $record->{status}
           && ($callback->{phone_number} // '')
              eq ($record->{phone_number} // '');
}


# Shows a few of those it does not hold for.

sub holds_for {
    my ($title, $exceptions) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    my $n = @$exceptions;
    my @some = splice @$exceptions, 0, 5;

    is $n, 0, "ledger - $title" or diag join "\n", map { describe($_) } @some;
}


sub describe {
    my ($id) = @_;

    my $record = $record{$id} // {};

    return join ' ', $id, map({ "$_=" . ($record->{$_} // '-') } qw( app code
        state status attempts phone_number requested_at validated_at )),
        'sent=' . join(',', keys %{ $sent{$id} // {} }),
        'taken=' . join(',', keys %{ $taken{$id} // {} }),
        'heard=' . join(',', @{ $heard{$id} // [] });
}


sub diag_or_note {
    my ($text) = @_;

    return $ENV{SOAK_SECONDS} ? diag($text) : note($text);
}


sub report {
    my $calls = 0;
    $calls += @$_ for values %heard;

    diag_or_note(sprintf '%d operations in %.0f s: %d codes, %d messages',
        $operations, $seconds, map { $traffic->count($_) } qw( issued taken ));
    diag_or_note(sprintf '%d callbacks for %d verifications', $calls,
        scalar keys %heard);
    diag_or_note("$happened{$_} x $_") for sort keys %happened;
    diag_or_note(sprintf '%d answers 503, %d connections broken, %d refused, '
        . '%d messages posted again',
        map { $traffic->count($_) } qw( busy broken down again ));
    diag_or_note('the disk was not filled: ' . no_disk()) if !$disk;
    diag_or_note(Test::More->builder->is_passing
        ? 'verdict: nothing that was promised is lost'
        : 'verdict: FAILED');
}
