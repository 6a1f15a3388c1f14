# Logins go on while more than the machine can serve is thrown at nginx: valid,
# invalid, slow, aborted, oversized, forged and random requests, with reloads
# in between.  In the end nothing has crashed or grown, every login that was
# answered 200 has reached its site, and the log can be read.
#
# The argument is the number of seconds.  Runs of three minutes and more also
# compare memory, descriptors, the store and the log over time.

use strict;
use warnings;

use lib 't/lib', 't/hostile';
use Attack;
use List::Util qw( max sum0 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::LoggedSite;
use Test::WhatsAuth::Traffic;
use Time::HiRes qw( sleep time );
use Watch;

my $SECONDS = shift // 1800;
my $LONG = $SECONDS >= 180;
my $RELOAD = $LONG ? 20 : 3;
my $SAMPLE = $LONG ? 3 : 1;

# Codes that may wait; less than one round of the attackers asks for.
my $LIVE = $LONG ? 2000 : 100;

# A worker writes ten lines of a kind in a minute, and how many more there were;
# a new worker begins a new minute.
my $LINES = 12;

# The median of the last third may be that of the first third times the factor,
# and some more.
my %ALLOWED = (
    'master memory' => [ 1.1, 1024 ],
    'worker memory' => [ 1.15, 2048 ],
    'old worker memory' => [ 1.15, 2048 ],
    'shared memory' => [ 1.1, 1024 ],
    'master descriptors' => [ 1, 4 ],
    'worker descriptors' => [ 1.25, 50 ],
    'old worker descriptors' => [ 1.25, 50 ],
    'processes' => [ 1, 2 ],
    'store pages' => [ 1.5, 64 ],
    'store file' => [ 1.5, 256 ],
    'log' => [ 1.25, 1000 ],
);

$SIG{$_} = sub { exit 1 } for qw( INT TERM HUP );

my $site = start_logged_site();
my $url = $site->url;
my $nobody = 'http://127.0.0.1:' . slot_port(19) . '/';

my $nginx = start_nginx(
    callback_url => $url,
    log_level => 'notice',
    allow => qr/\[error\]/,
    store => 'size=64m retain=2s',
    main => 'worker_shutdown_timeout 8s;',
    app => 'expires 5m; callback_on validated; callback_retry '
        . '200ms ' x 30 . ';',
    http => 'whatsauth_callback_timeout 3s; client_max_body_size 4m;
        client_header_timeout 10s; limit_req_log_level info;
        limit_req_zone $server_port zone=narrow:1m rate=20r/s;
        map $status $odd { default 0; ~^5 1; 503 0; }
        log_format odd "$status $request_method $uri $whatsauth_result";'
        . app('brief', $url, 'callback_on validated; expires 2s;')
        . app('dead', $nobody, 'callback_retry 100ms; expires 1s;'),
    server => 'location = /limited { limit_req zone=narrow burst=20 nodelay;
                   whatsauth verification_code; }
               access_log ' . slot_folder() . '/odd odd if=$odd;');

use_it();
my $before = Watch::at_rest($nginx);

# The logins: a message that nginx does not take is posted again until it does.
my $traffic = start_traffic($nginx, clients => $LONG ? 2 : 1, lanes => 12,
    pause => 0.1, patience => 60, brief => 0, silent => 0);
my $attack = start_attack($nginx, attackers());
my $watch = Watch->new($nginx);
my ($reloads, $reload_at, $began) = (0, time + $RELOAD, time);

until (time > $began + $SECONDS) {
    sleep $SAMPLE;
    $watch->sample(answers());
    next if time < $reload_at || in_the_middle();
    $nginx->reload(0);
    $reloads++;
    $reload_at = time + $RELOAD;
}

my @thirds = map { [ $_, $watch->thirds($_) ] } sort keys %ALLOWED;
my $patterns = Watch::patterns($nginx->root . '/error.log');

ok $attack->end, 'hostile load - the attackers came to their end';
ok $traffic->end, 'hostile load - every login came to its end';

my $seconds = time - $began;
my %answers = (login => logins_got(),
               map { $_ => $attack->got($_) } map { @$_ } attackers());
my @logins = map { $_->[1] } grep { $_->[0] eq 'taken' } $traffic->entries;
my %heard;

cmp_ok scalar @logins, '>', 0, 'hostile load - there were logins';

ok wait_until(sub {
    %heard = $site->heard;
    return !grep { !$heard{$_} } @logins;
}, 60), 'hostile load - the site has heard of each' or diag_some('not heard',
    grep { !$heard{$_} } @logins);

answers_are_right();
log_is_readable();
growth() if $LONG;
store_is_sound();
rest();

$nginx->stop;
$site->stop;
report();
done_testing;
print verdict() if $LONG;
1;


# No reloads for a third of the time: a leak shows in workers that live long.

sub in_the_middle {
    my $past = (time - $began) / $SECONDS;

    return $LONG && $past > 1 / 3 && $past < 2 / 3;
}


sub app {
    my ($name, $callback, $more) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
        callback_url => $callback, app_secret => "secret-of-tenant-$name",
        more => "max_live $LIVE; $more");
}


sub attackers {
    my @all = qw( token path parameter forged replay guess junk method large
                  chunked random abort dead long );

    return ([ 'slow' ], [ @all ], [ qw( flood limited ) ],
            $LONG ? ([ @all ], [ @all ], [ qw( flood limited token ) ]) : ());
}


# The first requests make a worker allocate memory that it keeps.

sub use_it {
    my @issued = $nginx->together(map { [ $nginx->issue_request ] } 1 .. 50);

    $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } @issued);

    wait_until { keys %{{ $site->heard }} >= @issued } 10;
    sleep 1;
}


# Responses to clients

sub answers {
    return $attack->answers + sum0(values %{ logins_got() });
}


sub logins_got {
    my %got = (200 => $traffic->count(qw( issued taken )),
               503 => $traffic->count('busy'),
               closed => $traffic->count(qw( broken down )));

    $got{$_->[2]}++ for grep { $_->[0] eq 'odd' } $traffic->entries;
    return \%got;
}


sub answers_are_right {
    my @odd;

    for my $kind (sort keys %answers) {
        push @odd, map { "$answers{$kind}{$_} x $_ to $kind" }
                   grep { Attack::is_odd($kind, $_) } keys %{ $answers{$kind} };
    }

    is_deeply \@odd, [], 'hostile load - everybody got what he must get';
    is -s slot_folder() . '/odd', 0, 'hostile load - no 5xx but 503';

    cmp_ok total('429'), '>', 0, 'hostile load - too many codes were refused';
    cmp_ok total('503 bare') + total('503'), '>', 0, 'and too many requests';
}


sub total {
    my ($answer) = @_;

    return sum0(map { $_->{$answer} // 0 } values %answers);
}


sub log_is_readable {
    my @bad = grep { /^\[(?:alert|emerg|crit)\]|exited on signal/ }
              keys %$patterns;
    my $most = int $LINES * minutes_of_workers();
    my @flood = grep { /^\[\w+\] whatsauth\b/ && $patterns->{$_} > $most }
                keys %$patterns;

    is_deeply \@bad, [], 'hostile load - no crash and no alert';
    ok !!(grep { /more within a minute|count=N/ } keys %$patterns),
        'hostile load - what repeats itself is summed up';
    ok !@flood, "hostile load - none of our lines is there more than $most "
        . 'times' or diag map { "$patterns->{$_} x $_\n" } @flood;
}


# Workers that lived for a part of a minute had a minute.

sub minutes_of_workers {
    return 2 * ($reloads + 1) * max(1, $RELOAD / 60) + 2 * $seconds / 60;
}


sub growth {
    for (@thirds) {
        my ($what, $first, $last) = @$_;
        my ($factor, $more) = @{ $ALLOWED{$what} };

        if (!defined $first || !defined $last) {
            fail "hostile load - $what: no samples";
            next;
        }

        cmp_ok $last, '<=', $first * $factor + $more,
            "hostile load - $what: no growth";
    }
}


sub store_is_sound {
    my $stat;

    ok wait_until(sub {
        $stat = $nginx->store_stat;
        return defined $stat->{records} && $stat->{records} < 100;
    }, 30), 'hostile load - what is over is purged'
        or diag explain $stat;

    is $nginx->store_says('check'), "ok\n",
        'hostile load - the store is sound';
}


# The workers close all that the attackers had open, and workers after a last
# reload hold no more than the first ones did.

sub rest {
    my $after;

    use_it();
    wait_until {
        $after = Watch::at_rest($nginx);
        $after->{descriptors} eq $before->{descriptors};
    } 30;

    is $after->{descriptors}, $before->{descriptors},
        'hostile load - no descriptor is left open';

    return unless $LONG;

    $nginx->reload;
    use_it();
    $after = Watch::at_rest($nginx);

    cmp_ok $after->{$_}, '<=', $before->{$_} * 1.25 + 2048,
        "hostile load - $_ is what it was" for 'memory', 'master memory';
}


sub diag_some {
    my ($what, @all) = @_;

    diag scalar(@all) . " $what: @all[0 .. ($#all < 4 ? $#all : 4)]";
}


# The tables

sub report {
    my @columns = qw( 200 4xx 429 503 closed odd );
    my @lines = (sprintf('%-20s' . ' %9s' x 7, 'requests', 'answers',
                         @columns));

    for my $kind (sort keys %answers) {
        my %sum = map { $_ => 0 } @columns;

        while (my ($answer, $n) = each %{ $answers{$kind} }) {
            $sum{ Attack::is_odd($kind, $answer) ? 'odd' : column($answer) }
                += $n;
        }

        push @lines, sprintf '%-20s' . ' %9d' x 7, $kind,
            sum0(values %{ $answers{$kind} }), @sum{@columns};
    }

    push @lines, '', sprintf '%-20s %12s %12s %12s', 'median of', 'first third',
        'last third', 'allowed';

    for (grep { defined $_->[1] } @thirds) {
        my ($what, $first, $last) = @$_;
        my ($factor, $more) = @{ $ALLOWED{$what} };
        push @lines, sprintf '%-20s %12.0f %12.0f %12.0f', $what, $first,
            $last, $first * $factor + $more;
    }

    my @often = sort { $patterns->{$b} <=> $patterns->{$a} } keys %$patterns;
    my $requests = answers();
    my $bytes = -s $nginx->root . '/error.log';

    push @lines, '', sprintf('%d answers in %.0f s, %d logins, %d reloads, '
        . '%.2f bytes of log each', $requests, $seconds, scalar @logins,
        $reloads, $bytes / max(1, $requests)),
        map { sprintf '%8d %.70s', $patterns->{$_}, $_ }
            splice @often, 0, 12;

    for my $line (@lines) {
        $LONG ? print "$line\n" : note $line;
    }
}


sub column {
    my ($answer) = @_;

    return $answer =~ /^503/ ? 503
         : $answer eq '429' || $answer eq '200' ? $answer
         : $answer =~ /^4/ ? '4xx' : 'closed';
}


sub verdict {
    my @all = Test::More->builder->summary;
    my $good = grep { $_ } @all;

    return sprintf "%d passed, %d failed\n", $good, @all - $good;
}
