# A full disk loses nothing that got a 200, and stops no worker.

use strict;
use warnings;

use lib 't/lib';
use Test::WhatsAuth::Disk;

use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;
use Test::WhatsAuth::Traffic;
use Time::HiRes qw( sleep time );

plan skip_all => no_disk() if no_disk();

my $nginx = Test::WhatsAuth::Nginx->new(
    http => whatsauth_app(name => 'brief', token => 'token-of-tenant-brief',
        app_secret => 'secret-of-tenant-brief',
        callback_url => 'http://127.0.0.1:' . slot_port(0) . '/callback'),
    server => 'location = /other { return 200 other; }',
    allow => qr/\[crit\] .* store .* (?:No[ ]space[ ]left
                      |is[ ]writable[ ]again|is[ ]open)
        |end[ ]of[ ]a[ ]callback[ ]could[ ]not[ ]be[ ]stored/x);
my $store = $nginx->root . '/store';
my $disk = small_disk($store, '16m');

$nginx->write_config($nginx->config);
$nginx->launch;

# In the middle of traffic

my @workers = $nginx->workers;
my $traffic = start_traffic($nginx, clients => 1);

wait_until { $traffic->count('taken') > 100 };
$disk->fill;

ok wait_until(sub { $traffic->count('busy') > 50 }),
    'disk full - 503 with Retry-After';

my ($longest, $end) = (0, time + 4);

while (time < $end) {
    my $begin = time;
    is $nginx->get('/other')->{body}, 'other', 'disk full - others answer'
        or last;
    my $took = time - $begin;
    $longest = $took if $took > $longest;
    sleep 0.5;
}

cmp_ok $longest, '<', 0.5, 'disk full - and at once';

# Small commits succeed now and then, into pages that were freed before.

my @told = grep { /cannot be written/ } crit_lines();
cmp_ok scalar @told, '<=', 4, 'disk full - a worker tells it once, or twice'
    or diag join "\n", @told;
like $told[0], qr{whatsauth store "\Q$store\E" cannot be written: No space},
    'disk full - and what is wrong';

my $done = $traffic->count('taken');
$disk->free;

ok wait_until(sub { $traffic->count('taken') > $done + 100 }, 5),
    'room again - service returns by itself';
ok $traffic->end, 'room again - messages that come again are taken';
like $nginx->error_log, qr/\[crit\].*store ".*" is writable again/,
    'room again - the log says so';
is_deeply [ $nginx->workers ], \@workers, 'disk full - no worker has died';

my %status = map { $_->{id} => $_->{status} } $nginx->records;
my @lost = grep { $_->[0] eq 'taken' && $status{$_->[1]} ne 'validated'
                  || $_->[0] eq 'issued' && !$status{$_->[1]} }
           $traffic->entries;
is_deeply \@lost, [], 'disk full - nothing that was promised is lost';
is_deeply [ grep { $_->[0] eq 'odd' } $traffic->entries ], [],
    'disk full - no answer but 200 and 503';
is $nginx->store_says('check'), "ok\n", 'disk full - the store is sound';

# A start on a full disk, without a store and with one

$nginx->end('QUIT');
unlink "$store/data.mdb", "$store/lock.mdb";
$disk->fill;
$nginx->launch;
@workers = $nginx->workers;

is $nginx->issue->{status}, 503, 'new store on a full disk - 503';
is $nginx->issue->{headers}{'retry-after'} ? 1 : 0, 1, 'with Retry-After';
like +(crit_lines())[-1], qr/cannot be made ready: No space left/,
    'new store on a full disk - the log tells';

$disk->free;
ok wait_until(sub { $nginx->issue->{status} == 200 }, 5),
    'new store on a full disk - it is made when there is room';
is_deeply [ $nginx->workers ], \@workers, 'and no worker has died';

my $code = $nginx->issue->{json}{code};
$nginx->end('QUIT');
$disk->fill;
$nginx->launch;
@workers = $nginx->workers;
my $answer = $nginx->message(text_message(">>$code<<"));
ok $answer->{status} =~ /^(?:200|503)$/,
    "old store on a full disk - a message gets 200 or 503 ($answer->{status})";
$disk->free;

ok wait_until(sub {
    $nginx->message(text_message(">>$code<<"))->{status} == 200
}, 5), 'old store on a full disk - the message is taken';
is +(grep { $_->{code} eq $code } $nginx->records)[0]{status}, 'validated',
    'and validates';
is_deeply [ $nginx->workers ], \@workers, 'and no worker has died';

$nginx->stop;
done_testing;


sub crit_lines {
    return grep { /\[crit\]/ } split /\n/, $nginx->error_log;
}
