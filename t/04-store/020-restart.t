# Codes and callbacks outlive nginx, however it ends.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    app => 'callback_retry 1s; authorized_callbacks '
           . $receiver->url('/') . ';',
    allow => qr/worker process \d+ exited|did not answer/);

for my $signal (qw( QUIT TERM KILL )) {
    my $code = $nginx->issue->{json}{code};
    $nginx->restart($signal);

    is $nginx->message(text_message(">>$code<<"))->{status}, 200,
        "restart by $signal - between code and message";
    is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
        'the code is still good';

    $nginx->restart($signal);
    $nginx->message(text_message(">>$code<<"));
}

is scalar $receiver->requests, 3,
    'restart - a code that was used before it is not good again';

# Between message and callback, whose first attempt has failed.

my $code = $nginx->issue(callback_url => $receiver->url('/fail/1'))
           ->{json}{code};
$nginx->message(text_message(">>$code<<"));
my $first = $receiver->wait_for($code);
ok wait_until(sub { $nginx->error_log =~ /attempt 1 of 2/ }),
    'restart - an attempt fails';

$nginx->restart('TERM');

my $second = $receiver->wait_for(sub {
    $_[0]{target} eq '/fail/1' && $_[0]{time} > $first->{time}
});
is $second->{headers}{'webhook-id'}, $first->{headers}{'webhook-id'},
    'the next nginx makes the next, with the same webhook-id';

$nginx->stop;
done_testing;
