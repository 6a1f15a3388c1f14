# worker_shutdown_timeout, TERM and KILL cut callbacks short, and nginx sends
# them again.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $MANY = 20;

my $receiver = start_receiver();
my $nginx = start_nginx(
    callback_url => $receiver->url('/hang'),
    main => 'worker_shutdown_timeout 500ms;',
    http => 'whatsauth_callback_timeout 3s;',
    app => 'callback_retry 100ms 100ms; authorized_callbacks '
           . $receiver->url('/') . ';',
    allow => qr/did not answer|worker process \d+ exited on signal 9/,
    server => 'location = /status { stub_status; }');

sub start_callbacks {
    my @issued = $nginx->together(map { [ $nginx->issue_request ] } 1 .. $MANY);
    my @ids = map { $_->{headers}{'whatsauth-id'} } @issued;

    $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } @issued);

    wait_until { $MANY == heard(1, @ids) } 20 or die "no callbacks\n";
    return @ids;
}

sub heard {
    my ($times, @ids) = @_;

    my %heard;
    $heard{ $_->{headers}{'webhook-id'} }++ for $receiver->requests;
    return scalar grep { ($heard{$_} // 0) >= $times } @ids;
}

sub all_have_failed {
    my ($n) = @_;

    my %end;
    return wait_until {
        %end = ();
        $end{ join ' ', map { $_ // '' } @$_{qw( state status error )} }++
            for $nginx->records;
        ($end{'kept failed callback_failed'} // 0) == $n
    } 60;
}

# worker_shutdown_timeout

my @ids = start_callbacks();
$nginx->reload;
unlike $nginx->error_log, qr/did not answer/,
    'worker_shutdown_timeout - old workers go before a callback times out';
ok wait_until(sub { heard(2, @ids) == $MANY }, 20),
    'worker_shutdown_timeout - each is made again, under its id';
unlike $nginx->error_log, qr/\[alert\]/,
    'worker_shutdown_timeout - no alert about open sockets';

ok all_have_failed($MANY), 'at the end of the schedule all have failed';
ok wait_until(sub {
    $nginx->get('/status')->{body}
        =~ /^Active connections: 1 \n.*Reading: 0 Writing: 1 Waiting: 0/s
}), 'and stub_status is idle' or diag $nginx->get('/status')->{body};

# A callback that is cut short comes again when its lease ends.

my @term = start_callbacks();
$nginx->restart('TERM');

my @kill = start_callbacks();
kill 'KILL', $nginx->workers;

ok wait_until(sub { heard(2, @term) == $MANY }, 30),
    'TERM - each is made again, under its id';
ok wait_until(sub { heard(2, @kill) == $MANY }, 30),
    'KILL - each is made again, under its id';
ok all_have_failed(3 * $MANY), 'and at the end all have failed';

$nginx->stop;
done_testing;
