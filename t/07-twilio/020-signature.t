# X-Twilio-Signature over URL and fields: without a good one nothing happens.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw( hmac_sha1_hex );
use MIME::Base64 qw( encode_base64 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();
my $nginx = start_nginx(
    apps => twilio_app(callback_url => $receiver->url('/204'),
                       more => 'message any;'));

my $HOST = '127.0.0.1';
my $URL = "http://$HOST/api/v1/messages";

sub issue {
    return $nginx->issue->{json}{code};
}

# Headers that are no signature, or sign something else

my $code = issue();
my $fields = twilio_fields(Body => ">>$code<<");
my $good = twilio_signature($URL, $fields);

sub refused {
    my ($title, $value, $sent) = @_;

    my $answer = twilio_post($nginx, $sent // $fields,
        headers => { 'X-Twilio-Signature' => $value });

    is $answer->{status}, 401, "signature - $title";
    is $answer->{json}{error}, 'invalid_signature', '  is a problem';
    is $answer->{headers}{'content-type'}, 'application/problem+json',
        '  and no TwiML';
}

my %bad = (
    'none' => undef,
    'empty' => '',
    'without its padding' => $good =~ s/=\z//r,
    'with another padding' => "$good=",
    'truncated' => substr($good, 0, -4),
    'with a character more' => "${good}A",
    'of other characters' => $good =~ s/./_/r,
    'in hexadecimal' => hmac_sha1_hex('x', $AUTH_TOKEN),
    'of SHA-256' => encode_base64('x' x 32, ''),
    'of other unused bits' => $good =~ s/(.)=\z/chr(1 + ord $1) . '='/er,
    'twice in a line' => "$good,$good",
    'by another token' => twilio_signature($URL, $fields, 'guessed'),
    'by an empty token' => twilio_signature($URL, $fields, ''),
    'by the API token' => twilio_signature($URL, $fields, $TOKEN),
    'of the URL alone' => twilio_signature($URL, {}),
    'of the fields alone' => twilio_signature('', $fields),
    'of another path' => twilio_signature("${URL}x", $fields),
    'of another host' => twilio_signature($URL =~ s/$HOST/localhost/r,
                                          $fields),
    'of another port' => twilio_signature($URL =~ s/$HOST/$HOST:8080/r,
                                          $fields),
    'of https' => twilio_signature($URL =~ s/http/https/r, $fields),
    'of a query' => twilio_signature("$URL?a=b", $fields),
    'of another field' => twilio_signature($URL,
                                           { %$fields, Body => 'x' }),
    'of a field more' => twilio_signature($URL, { %$fields, More => '' }),
);

refused($_, $bad{$_}) for sort keys %bad;
refused('of a field less', $good, { %$fields, More => '' });
refused("of Meta's header", undef);

# Two headers, either of which would be good

my $body = form($fields);
my $head = "POST /api/v1/messages HTTP/1.1\r\nHost: $HOST\r\nContent-Type: "
    . "application/x-www-form-urlencoded\r\nContent-Length: " . length($body)
    . "\r\n";

for my $pair ([ $good, encode_base64('x' x 20, '') ], [ $good, $good ]) {
    my $client = $nginx->client;
    $client->{method} = 'POST';
    $client->write(join '', $head, (map { "X-Twilio-Signature: $_\r\n" }
                                    @$pair), "\r\n", $body);
    is $client->receive->{status}, 401, 'signature - two headers';
}

# A signature by one provider's secret is none by the other's.

is $nginx->message(text_message(">>$code<<"), secret => $AUTH_TOKEN)->{status},
    401, "Meta's signature by an auth token";
is twilio_post($nginx, $fields, headers => {
        'X-Twilio-Signature' => undef,
        'X-Hub-Signature-256' => signature($body, $AUTH_TOKEN),
    })->{status}, 401, "a form with Meta's signature";

is_deeply [ map { $_->{status} } $nginx->records ], ['requested'],
    'none of these validated the code';

is twilio_post($nginx, $fields)->{status}, 200, 'signature - good';
ok $receiver->wait_for($code), 'and the code is validated';

# Spellings of the URL: the host that a client names does not matter.

my %urls = (
    'no port on either side' => {},
    'port 80 in the signature' => {
        url => "http://$HOST:80/api/v1/messages",
    },
    'another Host' => { host => 'login.example.com:8443' },
    'a Host of odd bytes' => { host => '[::1]' },
    'the name of the app' => { target => '/api/v1/messages?app=demo' },
    'tokens, as the hosted service has it' => {
        target => "/api/v1/messages?auth_token=x&api_token=$TOKEN",
    },
);

for my $how (sort keys %urls) {
    $code = issue();
    is twilio_post($nginx, twilio_fields(Body => ">>$code<<"),
                   %{ $urls{$how} })->{body}, $TWIML, "URL - $how";
    ok $receiver->wait_for($code), '  validates the code';
}

# Values of fields

my %texts = (
    'plus, ampersand, percent, equals' => '+ & % = %2B %zz',
    'lines' => "a\r\nb\n",
    'UTF-8' => "caf\xc3\xa9 \xf0\x9f\x98\x80",
    'bytes that are no UTF-8' => "\xff\xc3",
    'a zero' => "a\0b",
    '1600 characters' => 'x' x 1580,
);

for my $what (sort keys %texts) {
    $code = issue();
    twilio_message($nginx, Body => ">>$code<< $texts{$what}");
    ok $receiver->wait_for($code), "text - $what";
}

# User and password in the URL reach us as HTTP Basic.

my %users = (
    'user:pass' => 'user:pass',
    'user' => 'user:',
);

for my $user (sort keys %users) {
    $code = issue();
    twilio_post($nginx, twilio_fields(Body => ">>$code<<"),
        url => $URL =~ s{//}{//$user@}r,
        headers => { Authorization => 'Basic '
                                      . encode_base64($users{$user}, '') });
    ok $receiver->wait_for($code), "user - $user";
}

is twilio_post($nginx, twilio_fields(Body => 'x'),
               url => $URL =~ s{//}{//user:pass@}r)->{status}, 401,
    'user - in the signature alone';

for my $user ('user:p:w', 'us/er:', 'user:p@', 'user?:x') {
    is twilio_post($nginx, twilio_fields(Body => 'x'),
                   url => $URL =~ s{//}{//$user@}r,
                   headers => { Authorization => 'Basic '
                                . encode_base64($user, '') })->{status}, 401,
        "user - $user, which could hold the end of another host";
}

is twilio_post($nginx, twilio_fields(Body => 'x'),
               headers => { Authorization => 'Basic ?' })->{status}, 200,
    'user - one that cannot be read is none';

$nginx->stop;
done_testing;
