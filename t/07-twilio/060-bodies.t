# Forms of every size, other methods and types, and a store that is not there.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();
my $nginx = start_nginx(allow => qr/understood|too large/,
    apps => twilio_app(callback_url => $receiver->url('/204'))
            . whatsauth_app(name => 'meta', token => 'token-of-tenant-two',
                            callback_url => $receiver->url('/204')));

sub issue {
    return $nginx->issue(@_)->{json}{code};
}

sub padded {
    my ($code, $size) = @_;

    my $fields = twilio_fields(Body => ">>$code<<", Padding => '');
    $fields->{Padding} = 'x' x ($size - length form($fields));
    return $fields;
}

sub chunked {
    my ($fields) = @_;

    my $client = $nginx->client;
    $client->send('POST', '/api/v1/messages', {
        'Content-Type' => 'application/x-www-form-urlencoded',
        'Transfer-Encoding' => 'chunked',
        'X-Twilio-Signature' =>
            twilio_signature('http://127.0.0.1/api/v1/messages', $fields),
    });
    $client->write(sprintf "%x\r\n%s\r\n", length, $_)
        for unpack '(a1000)*', form($fields);
    $client->write("0\r\n\r\n");
    return $client->receive;
}

# In one buffer and in a temporary file

for my $size (1000, 16_384, 16_385, 40_000, 65_536) {
    my $code = issue();
    is twilio_post($nginx, padded($code, $size))->{body}, $TWIML,
        "form - of $size bytes";
    ok $receiver->wait_for($code), 'is understood';

    $code = issue();
    is chunked(padded($code, $size))->{body}, $TWIML, 'the same, chunked';
    ok $receiver->wait_for($code), 'is understood';
}

my $code = issue();

for my $size (65_537, 1_000_000) {
    is twilio_post($nginx, padded($code, $size))->{status}, 413,
        "form - of $size bytes";
    is chunked(padded($code, $size))->{json}{error}, 'body_too_large',
        'the same, chunked';
}

my %fields = map { +"Field$_" => $_ } 1 .. 980;
twilio_message($nginx, Body => ">>$code<<", %fields);
ok $receiver->wait_for($code), 'form - of nearly 1000 fields';
$code = issue();
is twilio_message($nginx, Body => ">>$code<<", %fields,
                  map { +"More$_" => '' } 1 .. 20)->{status}, 401,
    'form - of more than 1000 fields';

# Types

my $fields = twilio_fields(Body => ">>$code<<");

for my $type ('text/plain', 'multipart/form-data; boundary=x', 'text/xml',
              'application/x-www-form-urlencodedx', undef)
{
    my $answer = twilio_post($nginx, $fields,
                             headers => { 'Content-Type' => $type });
    is $answer->{status}, 415, 'type - ' . ($type // 'none');
    is $answer->{json}{error}, 'unsupported_media_type', 'is a problem';
}

is twilio_post($nginx, $fields, headers => {
        'Content-Type' => 'application/json',
    })->{status}, 401, 'type - JSON is the other provider';
is twilio_post($nginx, {}, headers => {
        'Content-Type' => 'Application/X-WWW-Form-Urlencoded',
    })->{body}, $TWIML, 'type - in capitals, and a form without fields';

# Methods: GET is Meta's handshake.

my $query = form($fields);
my $target = "/api/v1/messages?$query";
my $get = $nginx->get($target, { 'X-Twilio-Signature' =>
    twilio_signature("http://127.0.0.1$target", {}) });

is $get->{status}, 403, 'method - GET with a good signature is refused';
is $get->{json}{error}, 'invalid_verify_token', 'as what it is for Meta';
is $nginx->request('PUT', '/api/v1/messages', {
        'Content-Type' => 'application/x-www-form-urlencoded',
    }, $query)->{status}, 405, 'method - PUT';

is scalar(grep { $_->{status} eq 'requested' } $nginx->records), 1,
    'none of the refused ones validated its code';

# The other provider is not disturbed.

my $meta = issue(token => 'token-of-tenant-two');
is $nginx->message(text_message(">>$meta<<"))->{body}, '',
    "Meta's message - has an empty answer";
ok $receiver->wait_for($meta), 'and validates';

unlike $nginx->access_log, qr/Body=|AccountSid/,
    'the access log holds no field of a GET';

$nginx->stop;

# Late: after the code's time

$nginx = start_nginx(apps => twilio_app(callback_url => $receiver->url('/204'),
    more => 'expires 1s; callback_on validated;'));
$code = issue();
sleep 2;
is twilio_message($nginx, Body => ">>$code<<")->{body}, $TWIML,
    'late - is answered';
like $nginx->error_log, qr/reason=expired/, 'and does nothing';
$nginx->stop;

# A store that cannot be had: the one case in which Twilio is to repeat it.

$nginx = start_nginx(plain => 1, allow => qr/whatsauth/,
    apps => twilio_app(callback_url => $receiver->url('/204')),
    http => 'whatsauth_store /proc/whatsauth;');

my $answer = twilio_message($nginx, Body => '>>0123456789<<');

is $answer->{status}, 503, 'no store - 503';
is $answer->{headers}{'content-type'}, 'application/problem+json',
    'no store - a problem, and no TwiML';
is $answer->{json}{error}, 'store_unavailable', 'no store - says so';
ok $answer->{headers}{'retry-after'}, 'no store - and when to try again';
is twilio_message($nginx, Body => 'Hello')->{body}, $TWIML,
    'no store - what has no code needs none';

$nginx->stop;
done_testing;
