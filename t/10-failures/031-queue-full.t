# The queue of operations has an end: beyond it requests get 503 at once, and
# those in the queue get their result.

use strict;
use warnings;

use lib 't/lib';
use IO::Select ();
use POSIX ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Halt;

# The longest codes fill the queue of one worker, 2 MB, by a thousand.

my $CLIENTS = 1300;

plan skip_all => "$CLIENTS connections need a higher limit of open files"
    if POSIX::sysconf(POSIX::_SC_OPEN_MAX()) < 2 * $CLIENTS;

my $halt = Test::WhatsAuth::Halt->new;
my $nginx = $halt->around(sub {
    start_nginx(server => 'location = /other { return 200 other; }');
});

my ($stopped) = $nginx->workers;
my $code = $nginx->issue->{json}{code};
my @first = $halt->stop($nginx, $stopped);

# Only the other worker takes connections now.

my @clients = map { $nginx->client } 1 .. $CLIENTS;
my ($message, $other) = map { $nginx->client } 1 .. 2;
my @issue = $nginx->issue_request(link_message => 'x' x 250,
    map { ("${_}_message" => 'x' x 500) } qw( response expiration failure ));
$_->send(@issue) for @clients;

is $other->request('GET', '/other')->{body}, 'other',
    'queue full - other requests are answered';

# Nothing can be written, so every response is a refusal.

my @refused;

wait_until {
    my %early = map { $_ => 1 }
                IO::Select->new(map { $_->{socket} } @clients)->can_read(0.2);
    push @refused, map { $_->receive } grep { $early{$_->{socket}} } @clients;
    @clients = grep { !$early{$_->{socket}} } @clients;
    @refused && !%early;
};

cmp_ok scalar @refused, '>=', 100, 'queue full - some are refused at once';
cmp_ok scalar @clients, '>=', 500, 'queue full - many are queued';
note @clients . ' queued, ' . @refused . ' refused';

is_deeply [ grep { $_->{status} != 503 || !$_->{headers}{'retry-after'}
                   || $_->{json}{error} ne 'store_unavailable' } @refused ],
    [], 'queue full - by 503 with a time to wait';

# Short ones still fit where a long one does not.

my @small = map { $nginx->client } 1 .. 200;
$_->send($nginx->issue_request) for @small;
ok +IO::Select->new(map { $_->{socket} } @small)->can_read(5),
    'queue full - in the end no more fits';

my $body = text_message(">>$code<<");
my $answer = $message->request($nginx->message_request($body));
is $answer->{status}, 503, 'queue full - a message is to come again';
ok $answer->{headers}{'retry-after'}, 'and when';

kill 'CONT', $stopped;

my @issued = grep { $_->receive->{status} == 200 } @first, @clients, @small;
cmp_ok scalar @issued, '>', @clients,
    'room again - who was queued has got a code';
is $nginx->message($body)->{status}, 200, 'room again - the message is taken';
is $nginx->issue->{status}, 200, 'room again - codes are issued';
is +(grep { $_->{code} eq $code } $nginx->records)[0]{status}, 'validated',
    'room again - the message validates';
is scalar(() = $nginx->records), @issued + 2,
    'queue full - what was refused is not stored';

$nginx->stop;
done_testing;
