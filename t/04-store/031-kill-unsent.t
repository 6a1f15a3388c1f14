# The worker that took the message dies before the site could hear of it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

# A name server that does not answer keeps the callback from leaving.

my $receiver = start_receiver();
my $dns = start_dns('shop.test' => undef);
my $url = $receiver->url('/204', 'shop.test');

my $nginx = start_nginx(callback_url => $url, http => 'resolver '
    . $dns->address . ' ipv6=off; whatsauth_callback_timeout 1s;',
    allow => qr/worker process \d+ exited on signal 9/);

my $issued = $nginx->issue;
my ($killed) = $nginx->workers;
my $client = $nginx->client($killed);

is $client->request($nginx->message_request(
        text_message(">>$issued->{json}{code}<<")))->{status}, 200,
    'kill - a message is taken';
ok wait_until(sub { scalar $dns->queries }), 'its callback looks for the site';

kill 'KILL', $killed;
$dns->set('shop.test' => ['127.0.0.1']);

my $callback = $receiver->wait_for($issued->{json}{code}, 10);
is $callback->{json}{status}, 'validated', 'kill - another worker delivers it';
is $callback->{headers}{'webhook-id'}, $issued->{headers}{'whatsauth-id'},
    'with the id of the code';
is scalar $receiver->requests, 1, 'once';

# And before the answer to the message could leave: nothing was promised, but
# the same message, which the provider repeats, still counts.

my $code = $nginx->issue->{json}{code};
my ($method, $target, $headers, $body)
    = $nginx->message_request(text_message(">>$code<<"));

($killed) = $nginx->workers;
$client = $nginx->client($killed);
$client->send($method, $target,
    { %$headers, 'Content-Length' => length $body }, substr $body, 0, 20);
$nginx->kill_worker($killed);
is $client->receive->{status}, 0, 'kill - in the middle of a message';

is $nginx->message($body)->{status}, 200, 'the message comes again';
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'and is delivered';

$nginx->stop;
done_testing;
