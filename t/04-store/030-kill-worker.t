# Workers that are killed lose nothing.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    http => 'whatsauth_callback_timeout 1s;',
    app => 'callback_retry 100ms 100ms; authorized_callbacks '
           . $receiver->url('/') . ';',
    allow => qr/worker process \d+ exited on signal 9|did not answer/);

# Between code and message.

my ($killed) = $nginx->workers;
my $code = $nginx->client($killed)->request($nginx->issue_request)
           ->{json}{code};

$nginx->kill_worker($killed);

is $nginx->message(text_message(">>$code<<"))->{status}, 200,
    'kill - between code and message';
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'the code is still good';

# The site has not answered yet when the worker dies: whether it has heard
# is not known, so it must hear it again.  The worker that took the message
# is the one that calls.

$code = $nginx->issue(callback_url => $receiver->url('/hang'))->{json}{code};
my $other = $nginx->issue(callback_url => $receiver->url('/200'))->{json}{code};
($killed) = $nginx->workers;

is $nginx->client($killed)
         ->request($nginx->message_request(text_message(">>$code<<")))
         ->{status}, 200, 'kill - a message is taken';
my $first = $receiver->wait_for($code);
$nginx->kill_worker($killed);

is $nginx->message(text_message(">>$other<<"))->{status}, 200,
    'the others go on meanwhile';
is +($receiver->wait_for($other, 2) // {})->{json}{status}, 'validated',
    'and call back at once';

my $second = $receiver->wait_for(sub {
    $_[0]{target} eq '/hang' && $_[0]{time} > $first->{time}
}, 10);
ok $second, 'kill - another worker takes up the callback';
is $second->{headers}{'webhook-id'}, $first->{headers}{'webhook-id'},
    'with the same webhook-id';
is $second->{json}{validated_at}, $first->{json}{validated_at},
    'and the same contents';
cmp_ok $second->{time} - $first->{time}, '>', 1,
    'when the time of the first attempt was over';

my ($record) = grep { $_->{code} eq $code } $nginx->records;
is $record->{attempts}, 2, 'the lost attempt counts';

$nginx->stop;
done_testing;
