# If the system grants less memory than nginx asks for, workers may lack a
# place in the ring: they say so, respond with 503, and get one as soon as
# another worker leaves.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Preload;

plan skip_all => 'a reload is what it is about' if $ENV{WHATSAUTH_HUP};

# A system that refuses more than 6 MB of unreserved memory: room for two.

my $small = Test::WhatsAuth::Preload->new('small', source => <<'END');
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void *
mmap64(void *addr, size_t len, int prot, int flags, int fd, off64_t offset)
{
    if (flags & MAP_NORESERVE && len > 6 * 1024 * 1024) {
        errno = ENOMEM;
        return MAP_FAILED;
    }

    return (void *) syscall(SYS_mmap, addr, len, prot, flags, fd, offset);
}

void *
mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
    return mmap64(addr, len, prot, flags, fd, offset);
}
END

my $receiver = start_receiver();
my $nginx = $small->around(sub {
    start_nginx(callback_url => $receiver->url('/204'),
        allow => qr/commit slot/,
        location => 'whatsauth on; client_body_timeout 1h;',
        server => <<'END');
        location = /stream {
            client_body_timeout 1h;
            proxy_pass http://127.0.0.1:1;
        }
END
});

like $nginx->error_log,
    qr/\[warn\].* whatsauth: room for commits of 2 workers only \(12: /,
    'few slots - the master tells what it got';

my @old = $nginx->workers;
my $code = $nginx->issue->{json}{code};

# An old worker that stays, with a message that is not complete.

my ($method, $target, $headers, $body)
    = $nginx->message_request(text_message(">>$code<<"));
my $late = $nginx->client($old[0]);
$late->send($method, $target,
    { %$headers, 'Content-Length' => length $body }, substr $body, 0, 20);
my $stream = $nginx->client($old[1]);
$stream->send('POST', '/stream', { 'Content-Length' => 10 }, 'x');

$nginx->reload(0);

ok wait_until(sub {
    my @lines = $nginx->error_log
        =~ /\[alert\].* no free commit slot for this worker \(limit 2\); /g;
    @lines == 2;
}), 'few slots - the new workers tell that they have none';

ok wait_until(sub {
    my @lines = $nginx->error_log
        =~ /\[alert\].* this worker has got a commit slot$/mg;
    @lines == 2;
}), 'few slots - and that they got those of the old ones';

is_deeply [ map { $_->{status} }
            $nginx->together(map { [ $nginx->issue_request ] } 1 .. 20) ],
    [ (200) x 20 ], 'few slots - codes are issued';

# Now the old worker finds none.

$late->write(substr $body, 20);
my $answer = $late->receive;

is $answer->{worker}, $old[0], 'few slots - an old worker needs one';
is $answer->{status}, 503, 'it answers 503';
is $answer->{json}{error}, 'store_unavailable', 'names the store';
ok $answer->{headers}{'retry-after'}, 'with a time to wait';
is $nginx->message($body)->{status}, 200,
    'few slots - the message that comes again is taken';
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'and its callback comes';

undef $stream;
$nginx->stop;
done_testing;
