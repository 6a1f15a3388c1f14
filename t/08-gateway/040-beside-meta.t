# Two providers post JSON to one endpoint: the header says which of them.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw( hmac_sha256_hex );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Gateway;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();

# One app has all of them, with one secret where that is possible.

my $nginx = start_nginx(allow => qr/messages refused|works again/,
    apps => gateway_app(callback_url => $receiver->url('/204'),
        more => "meta app_secret=$GATEWAY_SECRET "
                . 'header_secret=X-Key:the-key-in-a-header; '
                . "twilio account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN; "
                . "gateway name=two secret=secret-of-the-second "
                . 'header=X-Two text=/text sender=/from id=/id;'));

sub issue {
    return $nginx->issue->{json}{code};
}

sub post {
    my ($body, %headers) = @_;

    return $nginx->request('POST', '/api/v1/messages',
        { 'Content-Type' => 'application/json', %headers }, $body)->{status};
}

sub hmac {
    my ($body, $secret) = @_;

    return hmac_sha256_hex($body, $secret // $GATEWAY_SECRET);
}

sub validates {
    my ($code, $title) = @_;

    ok $receiver->wait_for($code), "$title - validates the code";
}

my $code = issue();
$nginx->message(text_message(">>$code<<"), secret => $GATEWAY_SECRET);
validates($code, 'meta');

$code = issue();
gateway_message($nginx, text => ">>$code<<");
validates($code, 'the gateway');

$code = issue();
my $body = qq({"text":">>$code<<","from":"56911111111","id":"1"});
is post($body, 'X-Two' => hmac($body, 'secret-of-the-second')), 200,
    'another gateway, of another form';
validates($code, 'another gateway');

$code = issue();
is post(text_message(">>$code<<"), 'X-Key' => 'the-key-in-a-header'), 200,
    'a secret in a header';
validates($code, 'a secret in a header');

$code = issue();
twilio_message($nginx, Body => ">>$code<<");
validates($code, 'twilio');

# A body of one, proven as another: it is read as what proved it.

$code = issue();
my $meta = text_message(">>$code<<");
my $gateway = gateway_body(text => ">>$code<<");
my $two = qq({"text":">>$code<<","from":"56911111111","id":"2"});

is post($gateway, 'X-Hub-Signature-256' => 'sha256=' . hmac($gateway)), 200,
    'a body of the gateway in the header of meta';
is post($meta, 'X-Acme-Signature' => 'sha256=' . hmac($meta)), 200,
    'a body of meta in the header of the gateway';
is post($gateway, 'X-Two' => hmac($gateway, 'secret-of-the-second')), 200,
    'a body of the first gateway in the header of the second';
is post($gateway, 'X-Key' => 'the-key-in-a-header'), 200,
    'a body of the gateway with the secret in a header';

# And the secrets of one prove nothing in the header of another.

is post($two, 'X-Two' => hmac($two)), 401,
    'the second gateway, with the secret of the first';
is post($two, 'X-Acme-Signature' =>
        'sha256=' . hmac($two, 'secret-of-the-second')), 401,
    'the first gateway, with the secret of the second';
is post($meta, 'X-Hub-Signature-256' =>
        'sha256=' . hmac($meta, 'secret-of-the-second')), 401,
    'meta, with the secret of a gateway';
is post($gateway), 401, 'no header at all';

is_deeply [ map { $_->{status} } grep { $_->{code} eq $code }
            $nginx->records ], [ 'requested' ], 'none of them validates';

# Several headers: meta's goes first, and of gateways' the one that is signed.

is post($gateway, 'X-Acme-Signature' => 'sha256=' . hmac($gateway),
        'X-Hub-Signature-256' => 'sha256=' . hmac($gateway)), 200,
    'both headers - is a body of meta';
is_deeply [ map { $_->{status} } grep { $_->{code} eq $code }
            $nginx->records ], [ 'requested' ], 'and has no message';
is post($gateway, 'X-Acme-Signature' => 'sha256=' . hmac($gateway),
        'X-Two' => 'v1=0'), 200,
    'the headers of two gateways - one is no signature';
validates($code, 'the other one');

unlike $nginx->error_log, qr/56911111111|secret-of-the-second|the-key-in/,
    'no number or secret in the log';

$nginx->stop;

# A gateway alone: what has no header is said to be without its own.

$nginx = start_nginx(allow => qr/messages refused/,
    apps => gateway_app(callback_url => $receiver->url('/204')));
like $nginx->request('POST', '/api/v1/messages', {
        'Content-Type' => 'application/json',
        'X-Hub-Signature-256' => 'sha256=' . '0' x 64 }, '{}')->{json}{detail},
    qr/^the header with the gateway's signature/,
    'without meta - its header is none';
is $nginx->get('/api/v1/messages?hub.mode=subscribe&hub.challenge=1&'
               . "hub.verify_token=$VERIFY_TOKEN")->{status}, 403,
    'without meta - its handshake is refused';
is twilio_post($nginx, twilio_fields(Body => 'x'))->{status}, 401,
    'without twilio - a form is by nobody';

$nginx->stop;
done_testing;
