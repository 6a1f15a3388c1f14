# Requests end while their records are read: with an engine whose reads come
# later, nothing of a request that is gone may be touched.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( write_file );

my $late = "$TOP/build/ngx_http_whatsauth_door_late_module.so";

plan skip_all => 'the modules that are loaded are given'
    if defined $ENV{TEST_NGINX_LOAD_MODULES};
plan skip_all => "there is no $late" if !-e $late;

# Reads wait as long as there is no such file.  Freed memory is written over.

my $file = write_file(slot_folder() . '/read', '');

$ENV{TEST_NGINX_LOAD_MODULES} =
    "$TOP/build/ngx_http_whatsauth_module.so $late";
$ENV{WHATSAUTH_LATE} = $file;
$ENV{MALLOC_PERTURB_} = 165;

my $nginx = start_nginx(main => 'worker_shutdown_timeout 100ms;',
                        app => 'callback_on failed;');

my @codes = map { $nginx->issue(qr => 1) } 1 .. 10;
my $id = $codes[0]{headers}{'whatsauth-id'};
my @bodies = map { text_message(">>$_->{json}{code}<<") } @codes;

is $nginx->get("/api/v1/qr/$id.png")->{status}, 200,
    'late clients - a read that comes late';

# nginx closes all of these before their reads are done.

unlink $file or die;

my @clients = map { $nginx->client } 1 .. 3 * @codes;
my @waiting = @clients;

for my $body (@bodies) {
    (shift @waiting)->send($nginx->message_request($body));
    (shift @waiting)->send('GET', "/api/v1/qr/$id.png");
    (shift @waiting)->send('GET', "/api/v1/verification/$id",
                           { Authorization => "Bearer $TOKEN" });
}

ok wait_until(sub { waiting() == @clients }), 'late clients - all are read for'
    or diag waiting();

my @old = $nginx->workers;
$nginx->reload(0);

is scalar(grep { $_->receive->{status} } @clients), 0,
    'late clients - nobody waits for the reads';

write_file($file, '');
ok wait_until(sub { !grep { kill 0, $_ } @old }),
    'late clients - the reads end, and the old workers';

is scalar(grep { $_->{status} ne 'requested' } $nginx->records), 0,
    'and no code is decided';

is scalar(grep { $nginx->message($_)->{status} == 200 } @bodies), 10,
    'late clients - the provider sends the messages again';
is scalar(grep { $_->{status} eq 'validated' } $nginx->records), 10,
    'and each decides its code';

$nginx->stop;
done_testing;


sub waiting {
    return scalar(my @lines = $nginx->error_log
                                    =~ /whatsauth: a record waits/g);
}
