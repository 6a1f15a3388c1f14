# A worker that stands still keeps nobody else from answering.
#
# It may hold the store's writer lock: then nothing can be written until it
# goes on, and everything else goes on.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Halt;
use Time::HiRes qw( sleep time );

my $halt = Test::WhatsAuth::Halt->new;
my $receiver = start_receiver();
my $nginx = $halt->around(sub {
    start_nginx(callback_url => $receiver->url('/204'),
        server => 'location = /other { return 200 other; }');
});

my @workers = $nginx->workers;
my $code = $nginx->issue->{json}{code};

# One worker stands still in a commit, and holds the lock.

my ($stopped, $running) = @workers;
my $other = $nginx->client($running);
my $message = $nginx->client($running);
my @more = map { $nginx->client($running) } 1 .. 20;

my @waiting = $halt->stop($nginx, $stopped);

$message->send($nginx->message_request(text_message(">>$code<<")));
$_->send($nginx->issue_request) for @more;

my ($longest, $end) = (0, time + 2);
my $cpu = cpu_of($running);

while (time < $end) {
    my $begin = time;
    my $answer = $other->request('GET', '/other');
    $longest = time - $begin if time - $begin > $longest;
    $answer->{body} eq 'other' or last;
    sleep 0.01;
}

cmp_ok $longest, '<', 0.2, 'stopped - the other worker answers all the time';
ok !IO::Select->new($message->{socket})->can_read(0),
    'stopped - a message is not promised to be kept';
cmp_ok cpu_of($running) - $cpu, '<', 100,
    'stopped - and the other worker does not spin';

kill 'CONT', $stopped;

is $message->receive->{status}, 200, 'goes on - the message is taken';
is_deeply [ map { $_->receive->{status} } @more, @waiting ],
    [ (200) x (@more + @waiting) ], 'goes on - codes are issued, by both';
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'goes on - the code is validated';

# It is killed while it holds the lock.

$code = $nginx->issue->{json}{code};
$message = $nginx->client($running);
$halt->stop($nginx, $stopped);
$message->send($nginx->message_request(text_message(">>$code<<")));
sleep 0.2;
ok !IO::Select->new($message->{socket})->can_read(0),
    'stopped again - a message waits';

kill 'KILL', $stopped;

is $message->receive->{status}, 200, 'killed - the message is taken';
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'killed - and validated';
ok wait_until(sub { $nginx->workers == 2 }), 'killed - a new worker comes';
is $nginx->issue->{status}, 200, 'killed - codes are issued';

is $nginx->store_says('check'), "ok\n",
    'killed - the store is sound';

$nginx->{allow} = qr/exited on signal 9/;
$nginx->stop;
done_testing;


# In hundredths of a second.

sub cpu_of {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/stat" or return 0;
    my ($rest) = <$in> =~ /\) (.*)/;
    my @stat = split ' ', $rest;
    return $stat[11] + $stat[12];
}
