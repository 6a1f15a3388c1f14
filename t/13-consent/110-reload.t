# An attacker holds a request back until nginx is reloaded, so that a worker
# that is to exit serves it: users are asked and told all the same.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Test::WhatsAuth::Consent;

my $receiver = start_receiver();
my $site = start_consent('confirm always;',
                         callback_url => $receiver->url('/204'));
my $nginx = $site->nginx;

# A request whose header a worker has read; its body comes after the reload.

sub reloaded_during {
    my ($method, $path, $headers, $body) = @_;

    my $client = Test::WhatsAuth::Client->connect($nginx->port);

    $client->send($method, $path, { %$headers, Expect => '100-continue',
                                    'Content-Length' => length $body });
    $client->take(qr{\A(HTTP/1\.1 100 .*?\r\n\r\n)}s) or die 'no 100';

    $nginx->reload(0);

    $client->write($body);
    return $client->receive;
}

my $browser = $site->browser;

$site->begin($browser);
is reloaded_during($nginx->message_request(text_message($browser->text,
                                            from => $VICTIM)))->{status}, 200,
    'reload - a message is taken by a worker that is to exit';

my $pin = $site->pin($VICTIM);
like $pin, qr/^\d{6}$/, 'and the user is sent the PIN';

$browser->post('pin', pin => $pin);
is $browser->new_state, 'validated', 'the right PIN - validates the login';

my $answer = reloaded_during('POST', '/login/finish', {
    Cookie => $browser->cookie,
    'Sec-Fetch-Site' => 'same-origin',
    'Content-Type' => 'application/x-www-form-urlencoded',
}, 'held=back');

is $answer->{status}, 303, 'reload - a login is finished by such a worker';
like $answer->{headers}{'set-cookie'}, qr/wa-demo=/, 'and gives a session';
ok $site->wait_text($VICTIM, qr/Answer 0|answer 0|0\.$/),
    'and the user is told of it';

$nginx->stop;
done_testing;
