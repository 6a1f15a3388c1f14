# A worker that is told to go responds first to the requests that wait for its
# commit.  One that must go at once promises nothing, and spoils nothing.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Preload;
use Time::HiRes qw( time );

# A disk that takes 300 ms for each fdatasync().

my $slow = Test::WhatsAuth::Preload->new('slow', source => <<'END');
#include <sys/syscall.h>
#include <unistd.h>

int
fdatasync(int fd)
{
    usleep(300000);
    return syscall(SYS_fdatasync, fd);
}
END

my $receiver = start_receiver();
my $nginx = $slow->around(sub {
    start_nginx(callback_url => $receiver->url('/204'),
                http => 'whatsauth_callback_timeout 1s;');
});

sub exit_with {
    my ($signal, @requests) = @_;

    my @clients = map { $nginx->client } @requests;
    $clients[$_]->send(@{ $requests[$_] }) for 0 .. $#requests;
    select undef, undef, undef, 0.1;
    $nginx->signal($signal);

    return map { $_->receive } @clients;
}

my @codes = map { $_->{json}{code} }
            $nginx->together(map { [ $nginx->issue_request ] } 1 .. 20);

my $start = time;
$nginx->issue;
cmp_ok time - $start, '>', 0.25, 'a commit takes its time';

my @answers = exit_with('HUP',
    (map { [ $nginx->issue_request ] } 1 .. 10),
    (map { [ $nginx->message_request(text_message(">>$_<<")) ] }
         @codes[0 .. 9]));

is scalar(grep { $_->{status} == 200 } @answers), 20,
    'reload - what waits for its commit is answered';

$nginx->reload;

$slow->around(sub {
    @answers = exit_with('QUIT',
        (map { [ $nginx->issue_request ] } 1 .. 10),
        (map { [ $nginx->message_request(text_message(">>$_<<")) ] }
             @codes[10 .. 19]));

    is scalar(grep { $_->{status} == 200 } @answers), 20,
        'QUIT - what waits for its commit is answered';

    ok wait_until(sub { !$nginx->pid }), 'and then nginx goes';
    $nginx->launch;
});

my @missing = grep { !$receiver->wait_for($_) } @codes;
is_deeply \@missing, [], 'each message that was answered is called back';
is scalar $nginx->records, 41, 'each code that was answered is stored';

my %heard;
$heard{ $_->{headers}{'webhook-id'} }++ for $receiver->requests;
is scalar keys %heard, 20, 'under an id of its own';

my $code = $nginx->issue->{json}{code};
my @message = $nginx->message_request(text_message(">>$code<<"));

@answers = exit_with('TERM', (map { [ $nginx->issue_request ] } 1 .. 10),
                     \@message);
ok wait_until(sub { !$nginx->pid }), 'TERM - in a commit, nginx goes';
$nginx->launch;

my %stored = map { $_->{code} => 1 } $nginx->records;
is_deeply [ grep { !$stored{$_} } map { $_->{json}{code} // () } @answers ], [],
    'TERM - each code that was answered is stored';
is $nginx->request(@message)->{status}, 200,
    'TERM - the message that comes again is taken';
ok $receiver->wait_for($code, 15), 'and called back when the lease has ended';

$nginx->stop;
done_testing;
