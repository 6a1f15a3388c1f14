# A disk that fails for a while loses nothing that got a 200.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::BadDisk;

my $disk = Test::WhatsAuth::BadDisk->new;
my $receiver = start_receiver();
my $nginx = $disk->around(sub {
    start_nginx(callback_url => $receiver->url('/204'),
        server => 'location = /other { return 200 other; }',
        allow => $disk->log);
});

my $code = $nginx->issue->{json}{code};
my $message = text_message(">>$code<<");

$disk->fail;

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

$disk->work;

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
