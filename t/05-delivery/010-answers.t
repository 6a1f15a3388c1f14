# The answers of a site that count as delivered, and those that do not.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

# A status line is an answer, whatever follows it, or does not.

my @GOOD = (qw( 200 201 204 299 early continue drip big trickle accel
                short stall torn noise header/5000 header/20000 header/66000
                header/1000000 announced/5000 announced/20000 ));
my @BAD = qw( 300 302 304 307 400 404 429 500 503
              close cut reset garbage hang endless );

my $receiver = start_receiver();
my $closed = slot_port(19);

my $nginx = start_nginx(
    http => 'whatsauth_callback_timeout 2500ms;',
    callback_url => $receiver->url('/204'),
    app => 'callback_retry 200ms; authorized_callbacks ' . $receiver->url('/')
           . " http://127.0.0.1:$closed/;",
    server => 'location = /status { stub_status; }
               location = /204 { access_log off; return 500; }',
    allow => qr/whatsauth/);

my $descriptors = descriptors();
my %code = map { $_ => log_in($receiver->url("/$_?session=secret-$_")) }
           @GOOD, @BAD, 410;
$code{refused} = log_in("http://127.0.0.1:$closed/?session=secret-refused");

my %record;
wait_until {
    %record = map { $_->{code} => $_ } $nginx->records;
    !grep { $_->{state} ne 'kept' } values %record;
} 20;

sub is_called {
    my ($what, $times) = @_;

    my @requests = grep { $_->{target} =~ m{^/\Q$what\E\?} }
                   $receiver->requests;
    is scalar @requests, $times, "called $times times" if $times;

    my %ids = map { $_->{headers}{'webhook-id'} => 1 } @requests;
    is_deeply [ keys %ids ], [ $record{$code{$what}}{id} ],
        'with the id of the verification' if $times;
}

sub state_is {
    my ($what, $wanted, $title) = @_;

    my $record = $record{$code{$what}};
    is_deeply [ @$record{qw( state status error attempts )} ], $wanted, $title;
}

for (@GOOD) {
    state_is($_, [ 'kept', 'validated', undef, 1 ], "$_ - is delivered");
    is_called($_, 1);
}

for (@BAD) {
    state_is($_, [ 'kept', 'failed', 'callback_failed', 2 ],
        "$_ - fails, and the schedule comes to its end");
    is_called($_, 2);
}

state_is('refused', [ 'kept', 'failed', 'callback_failed', 2 ],
    'a port where nobody listens - fails');
state_is(410, [ 'kept', 'failed', 'callback_failed', 1 ],
    '410 - is not asked again');
is_called(410, 1);

is scalar(grep { $_->{target} eq '/204' } $receiver->requests), 0,
    'no redirect is followed';

# A site that is mended in time

my $code = log_in($receiver->url('/fail/1?session=secret-1'));
my ($first, $second);
ok wait_until(sub {
    ($first, $second) = grep { $_->{target} =~ m{^/fail} } $receiver->requests;
    $second;
}), '500, then 204 - is tried again';
cmp_ok $second->{time} - $first->{time}, '>=', 0.16,
    'after the wait of the schedule, less a fifth';
is $second->{body}, $first->{body}, 'with the same body';
is $second->{headers}{'webhook-id'}, $first->{headers}{'webhook-id'},
    'and the same webhook-id';
ok wait_until(sub {
    grep { $_->{code} eq $code && $_->{status} eq 'validated'
           && $_->{attempts} == 2 && $_->{state} eq 'kept' } $nginx->records
}), 'and is delivered';

# Nothing is left behind.

ok wait_until(sub {
    $nginx->get('/status')->{body}
        =~ /^Active connections: 1 \n.*Reading: 0 Writing: 1 Waiting: 0/s
}), 'afterwards - stub_status is idle' or diag $nginx->get('/status')->{body};
ok wait_until(sub { descriptors() <= $descriptors }),
    'afterwards - no descriptor is left open'
    or diag descriptors() . " instead of $descriptors";

# And nothing told.

my $log = $nginx->error_log;
my @codes = values %code;
is_deeply [ grep { $log =~ /$_/ } @codes, 'secret-', '56911111111',
            'John Doe', 'session=' ], [],
    'the error log names no code, query, number or name';
like $log,
    qr{callback to http://127\.0\.0\.1:\d+/500 failed, status 500, attempt 2},
    'but tells what failed';

$nginx->stop;
done_testing;


sub log_in {
    my ($url) = @_;

    my $code = $nginx->issue(callback_url => $url)->{json}{code};
    my $answer = $nginx->message(text_message(">>$code<<"));
    die "$answer->{status}\n" if $answer->{status} != 200;
    return $code;
}


sub descriptors {
    my $n = 0;

    for my $worker ($nginx->workers) {
        my @open = glob "/proc/$worker/fd/*";
        $n += @open;
    }

    return $n;
}
