# A reload in the middle of a login.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    app => 'callback_retry 2s; authorized_callbacks '
           . $receiver->url('/') . ';');

sub validated {
    my ($code, $title) = @_;

    is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
        $title;
}

# Between code and message.

my $code = $nginx->issue->{json}{code};
$nginx->reload;

is $nginx->message(text_message(">>$code<<"))->{status}, 200,
    'reload - between code and message';
validated($code, 'the new workers know the code');

# Several at once: nothing waits for the old workers.

my @codes = map { $nginx->issue->{json}{code} } 1 .. 3;

for (@codes) {
    $nginx->reload(0);
    is $nginx->message(text_message(">>$_<<"))->{status}, 200,
        'reload - one after the other';
}

validated($_, 'validated in between') for @codes;

# A request that the old worker has begun to read.

$nginx->reload;
$code = $nginx->issue->{json}{code};
my ($method, $target, $headers, $body)
    = $nginx->message_request(text_message(">>$code<<"));
my ($old) = $nginx->workers;
my $client = $nginx->client($old);
$client->send($method, $target,
    { %$headers, 'Content-Length' => length $body }, substr $body, 0, 20);

$nginx->reload(0);
$client->write(substr $body, 20);
my $answer = $client->receive;

is $answer->{status}, 200, 'reload - in the middle of a message';
is $answer->{worker}, $old, 'the old worker takes it';
validated($code, 'and it is called back');

# Between message and callback: the site is down meanwhile.

my $down = $receiver->url('/fail/1');
$code = $nginx->issue(callback_url => $down)->{json}{code};
$nginx->message(text_message(">>$code<<"));
validated($code, 'reload - between message and callback, which failed first');
$nginx->reload;

ok wait_until(sub { $receiver->requests == 7 }),
    'reload - the new workers try again';
my ($first, $second) = grep { $_->{target} eq '/fail/1' } $receiver->requests;
is $second->{headers}{'webhook-id'}, $first->{headers}{'webhook-id'},
    'with the same webhook-id';

$nginx->stop;
done_testing;
