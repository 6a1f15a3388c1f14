# master_process off: the one process is master and worker.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;

plan skip_all => 'nginx itself has no connections after a reload without master'
    if $ENV{WHATSAUTH_HUP};

my $receiver = start_receiver();
my $nginx = Test::WhatsAuth::Nginx->new(callback_url => $receiver->url('/204'),
    workers => 1, main => 'master_process off;');

$nginx->write_config($nginx->config);
$nginx->{workers} = 0;
$nginx->launch;

sub log_in {
    my ($title) = @_;

    my $code = $nginx->issue->{json}{code};
    is $nginx->message(text_message(">>$code<<"))->{status}, 200, $title;
    is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
        'and is called back';
}

is $nginx->get('/worker')->{body}, $nginx->pid,
    'single process - the master itself answers';
log_in('single process - a login goes through');

$nginx->restart;
log_in('single process - and after a restart');

$nginx->stop;
done_testing;
