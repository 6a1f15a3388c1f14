# callback_retry to its end: the waits and their jitter, Retry-After, 410,
# callback_success, and the log lines and statuses of it all.

use strict;
use warnings;

use lib 't/lib';
use POSIX qw( strftime );
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( time );

my $receiver = start_receiver();

sub app {
    my ($name, $more, %option) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
        callback_url => $receiver->url("/204?app=$name"), %option,
        more => "$more authorized_callbacks " . $receiver->url('/') . ';');
}

my $nginx = start_nginx(apps => join '',
    app('any', 'callback_retry 100ms;'),
    app('strict', 'callback_retry 100ms; callback_success strict;'),
    app('waits', 'callback_retry 400ms 1s 400ms;'),
    app('asked', 'callback_retry 200ms 3s;'),
    app('short', 'callback_retry 200ms 300ms;'),
    app('never', 'callback_retry 200ms;'
        . ' authorized_numbers +56911111111;'));

sub log_in {
    my ($app, $target) = @_;

    my $issued = $nginx->issue(token => "token-of-tenant-$app",
                               callback_url => $receiver->url($target));
    $nginx->message(text_message(">>$issued->{json}{code}<<"));
    return $issued->{headers}{'whatsauth-id'};
}

sub ask {
    my ($app, $id) = @_;

    return $nginx->get("/api/v1/verification/$id",
                       { Authorization => "Bearer token-of-tenant-$app" }
                       )->{json};
}

sub attempts {
    my ($id) = @_;

    return map { $_->{time} }
           grep { $_->{headers}{'webhook-id'} eq $id } $receiver->requests;
}

sub record {
    my ($id, $seconds) = @_;

    return wait_until {
        (grep { $_->{id} eq $id && $_->{state} eq 'kept' } $nginx->records)[0];
    } $seconds;
}

# Everything is begun at once; each line ends by itself.

my %delivered = (
    any => { '/200' => 1, '/200?type=text/html' => 1, '/201' => 1, '/204' => 1,
             '/299' => 1, '/304' => 0 },
    strict => { '/200' => 1, '/204' => 1, '/201' => 0, '/202' => 0,
                '/299' => 0, '/200?type=text/html' => 0,
                '/200?type=application/json;charset=utf-8' => 1,
                '/200?type=APPLICATION/JSON' => 1,
                '/200?type=application/jsonp' => 0,
                '/200?type=text/json' => 0, '/200?type=' => 0,
                '/header/30000?status=200&type=application/json' => 1,
                '/header/30000?status=200&type=text/html' => 0,
                '/header/70000?status=204' => 1,
                '/200?type=text/html;application/json' => 0 },
);

my %id;
for my $app (sort keys %delivered) {
    $id{$app}{$_} = log_in($app, $_) for sort keys %{ $delivered{$app} };
}

my $gone = log_in('asked', '/410');
my @waits = map { log_in('waits', "/500?n=$_") } 1 .. 12;

# Asked before a look that finds no end: an end in between is none.

my $before_end = ask('waits', $waits[-1])->{status};

SKIP: {
    skip 'the schedule is over already', 1 if record($waits[-1], 0);
    is $before_end, 'validated', 'schedule - until its end';
}

my $soon = strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime(time + 3));
my $past = strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime(time - 3600));

# The next scan finds due work, at most this much later; the commits and
# the site, which is a process for each request, may take a while.

my $SCAN = 1.1;
my $SLOW = 3;

my %asked = (
    '429, seconds' => [ 'asked', '/429?retry_after=2', 2, 2 ],
    '503, seconds' => [ 'asked', '/503?retry_after=2', 2, 2 ],
    '503, a date' => [ 'asked', "/503?retry_after=$soon", 1.4, 3 ],
    'longer than the longest wait' =>
        [ 'asked', '/503?retry_after=3600', 3, 3 ],
    'for ever' => [ 'asked', '/503?retry_after=99999999999', 3, 3 ],
    'longer than a short schedule' =>
        [ 'short', '/429?retry_after=60', 0.3, 0.3 ],
    'shorter than the wait' =>
        [ 'asked', '/429?retry_after=0', 0.16, 0.24 ],
    'a date in the past' =>
        [ 'asked', "/503?retry_after=$past", 0.16, 0.24 ],
    'at the end of 30 KB' =>
        [ 'asked', '/header/30000?status=503&retry_after=1', 1, 1 ],
    'nonsense' => [ 'asked', '/503?retry_after=soon', 0.16, 0.24 ],
    'negative' => [ 'asked', '/503?retry_after=-5', 0.16, 0.24 ],
);
my %asked_id = map { $_ => log_in(target(@{ $asked{$_} }[0, 1])) }
               sort keys %asked;

# callback_success

for my $app (sort keys %delivered) {
    for my $target (sort keys %{ $delivered{$app} }) {
        my $record = record($id{$app}{$target}) // {};

        is join(' ', @$record{qw( status attempts )}),
            $delivered{$app}{$target} ? 'validated 1' : 'failed 2',
            "callback_success $app - $target";
    }
}

# 410

my $record = record($gone);
is_deeply [ @$record{qw( status error attempts )} ],
    [ 'failed', 'callback_failed', 1 ], '410 - stops at once';

# Retry-After

for my $what (sort keys %asked) {
    my (undef, undef, $least, $most) = @{ $asked{$what} };

    my @times;
    wait_until { (@times = attempts($asked_id{$what})) >= 2 };
    my $wait = @times >= 2 ? $times[1] - $times[0] : 99;

    cmp_ok $wait, '>=', $least - 0.05, "Retry-After, $what - is waited for";
    cmp_ok $wait, '<', $most + $SCAN + $SLOW, 'and no longer';
}

# The schedule

my (@first, @second);

for my $id (@waits) {

    $record = record($id);
    my @times = attempts($id);

    is scalar @times, 4, 'schedule - one attempt and one for each wait';
    push @first, $times[1] - $times[0];
    push @second, $times[2] - $times[1];

    my $json = ask('waits', $id);
    is_deeply [ @$json{qw( status error phone_number validated_at )} ],
        [ 'failed', 'callback_failed', undef, undef ],
        'schedule - at its end the site can see that it failed';
}

is outside(0.4, @first), 0,
    'schedule - each wait, less or more a fifth, until the next scan'
    or diag "@first";
is outside(1, @second), 0, 'schedule - the second too' or diag "@second";

# A first error stays.

my $issued = $nginx->issue(token => 'token-of-tenant-never',
                           callback_url => $receiver->url('/500?n=never'));
$nginx->message(text_message(">>$issued->{json}{code}<<",
                             from => "5692222222$_")) for 1 .. 3;
my $id = $issued->{headers}{'whatsauth-id'};

$record = record($id);
is $record->{attempts}, 2, 'first error - the callback fails as well';
is_deeply [ @{ ask('never', $id) }{qw( status error )} ],
    [ 'failed', 'phone_number_not_authorized' ], 'first error - stays';

$nginx->stop;
done_testing;


sub outside {
    my ($wait, @waits) = @_;

    return scalar grep { $_ < $wait * 0.8 - 0.02
                         || $_ > $wait * 1.2 + $SCAN + $SLOW } @waits;
}


sub target {
    my ($app, $target) = @_;

    return $app, $target =~ s/[ ,]/$& eq ' ' ? '%20' : '%2C'/ger;
}
