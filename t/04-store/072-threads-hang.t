# If the disk of another location hangs, it takes the threads of "aio threads"
# with it, and not those that commit logins.

use strict;
use warnings;

use lib 't/lib';
use IO::Select ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( write_file );
use Test::WhatsAuth::Preload;

# pread() of a file named "hung" returns when there is a certain other file.

my $hang = Test::WhatsAuth::Preload->new('hang', source => <<'END');
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t
pread64(int fd, void *buf, size_t count, off64_t offset)
{
    char     link[64], name[4096];
    ssize_t  n;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = readlink(link, name, sizeof(name) - 1);

    if (n > 5 && strncmp(name + n - 5, "/hung", 5) == 0) {
        while (access(PRELOAD_FILE, F_OK) != 0) {
            usleep(10000);
        }
    }

    return syscall(SYS_pread64, fd, buf, count, offset);
}

ssize_t
pread(int fd, void *buf, size_t count, off_t offset)
{
    return pread64(fd, buf, count, offset);
}
END

my $folder = slot_folder();

mkdir "$folder/html" or die;
write_file("$folder/html/hung", "what is in the file\n");

my $receiver = start_receiver();
my $nginx = $hang->around(sub {
    start_nginx(callback_url => $receiver->url('/204'),
        main => 'thread_pool default threads=2;', server => <<"END");
        location = /hung {
            root $folder/html;
            sendfile off;
            aio threads;
        }
END
});

# Both threads of both workers hang, and there is more for them to do.

my @workers = $nginx->workers;
my @readers = map { $nginx->client($workers[$_ % 2]) } 1 .. 8;
$_->send('GET', '/hung') for @readers;

# Each worker logs in, also with a message that is read in a thread.

for my $worker (@workers) {
    my $client = $nginx->client($worker);
    my $issued = $client->request($nginx->issue_request);

    is $issued->{status}, 200, 'threads hang - a code is issued';
    is $issued->{worker}, $worker, 'by each worker';

    my $code = $issued->{json}{code};
    my $body = text_message(">>$code<<")
               =~ s/\{/'{"padding":"' . 'x' x 100_000 . '",'/er;
    is $client->request($nginx->message_request($body))->{status}, 200,
        'threads hang - the large message is taken';
    is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
        'and its callback comes';
}

is scalar(grep { answered($_) } @readers), 0, 'threads hang - all the while';

write_file($hang->file, '');
is_deeply [ map { $_->receive->{body} } @readers ],
    [ ("what is in the file\n") x 8 ], 'the disk works again - all are read';

$nginx->stop;
done_testing;


sub answered {
    my ($client) = @_;

    return IO::Select->new($client->{socket})->can_read(0);
}
