# A disk that fails for a while loses nothing that got a 200.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( write_file );
use Test::WhatsAuth::Preload;

plan skip_all => 'a sanitizer wants to be the first library'
    if $ENV{ASAN_OPTIONS};

# fdatasync() fails as long as there is a certain file.

my $disk = Test::WhatsAuth::Preload->new('disk', source => <<'END');
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

int
fdatasync(int fd)
{
    if (access(PRELOAD_FILE, F_OK) == 0) {
        errno = EIO;
        return -1;
    }

    return syscall(SYS_fdatasync, fd);
}
END

my $receiver = start_receiver();
my $nginx = $disk->around(sub {
    start_nginx(callback_url => $receiver->url('/204'),
        server => 'location = /other { return 200 other; }',
        allow => qr/\[crit\].*whatsauth[ ]store[ ].*[ ]
                    (?:cannot[ ]be[ ]written|is[ ]writable[ ]again)/x);
});

my $code = $nginx->issue->{json}{code};
my $message = text_message(">>$code<<");

write_file($disk->file, '');

for my $answer ($nginx->message($message), $nginx->issue) {
    is $answer->{status}, 503, 'disk fails - 503';
    is $answer->{json}{error}, 'store_unavailable', 'names the store';
    ok $answer->{headers}{'retry-after'}, 'with a time to wait';
}

is $nginx->get('/other')->{body}, 'other', 'other locations answer';
sleep 2;
is $nginx->issue->{status}, 503, 'disk fails - still';

my @told = $nginx->error_log =~ /^.*\[crit\].*$/mg;
cmp_ok scalar @told, '<=', 2, 'the log is told once by each worker'
    or diag join "\n", @told;
like $told[0], qr{store ".*/store" cannot be written: Input/output error},
    'and tells what is wrong';
is_deeply [ $receiver->requests ], [], 'nobody is called';

unlink $disk->file or die;

ok wait_until(sub { $nginx->message($message)->{status} == 200 }, 5),
    'disk works again - the message that comes again is taken';
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'and is called back';
ok wait_until(sub {
    $nginx->issue->{status} == 200
        && $nginx->error_log =~ /\[crit\].*store ".*" is writable again/;
}), 'codes are issued, and the worker that told of the disk says so';

is $nginx->store_says('check'), "ok\n",
    'disk works again - the store is sound';

$nginx->stop;
done_testing;
