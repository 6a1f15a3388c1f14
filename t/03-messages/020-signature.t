# X-Hub-Signature-256 over the raw bytes: without a good one nothing happens.

use strict;
use warnings;

use lib 't/lib';
use Compress::Zlib qw( memGzip );
use Digest::SHA qw( hmac_sha1_hex hmac_sha256_hex );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;

my $receiver = start_receiver();
my $url = $receiver->url('/204');
my $nginx = start_nginx(apps => whatsauth_app(callback_url => $url)
    . whatsauth_app(name => 'other', token => 'token-of-tenant-two',
                    app_secret => 'secret-of-tenant-two',
                    phone => '+14155552671', callback_url => $url)
    . whatsauth_app(name => 'rotates', token => 'token-of-tenant-three',
                    app_secret => 'the-old-app-secret '
                        . 'app_secret=the-new-app-secret',
                    phone => '+14155552672', callback_url => $url));

my $code = $nginx->issue->{json}{code};
my $body = text_message(">>$code<<");
my $good = signature($body);

sub refused {
    my ($title, %headers) = @_;

    my $answer = $nginx->post('/api/v1/messages', $body,
        { 'Content-Type' => 'application/json', %headers });

    is $answer->{status}, 401, "signature - $title";
    is $answer->{json}{error}, 'invalid_signature', '  is a problem';
    is $answer->{headers}{'www-authenticate'}, 'Bearer',
        '  with what HTTP asks of every 401';
}

sub signed {
    my ($title, $value) = @_;

    refused($title, 'X-Hub-Signature-256' => $value);
}

refused('none');
refused('of SHA-1 alone',
        'X-Hub-Signature' => 'sha1=' . hmac_sha1_hex($body, $APP_SECRET));
signed('by another secret', signature($body, 'guessed'));
signed('by an empty secret', signature($body, ''));
signed('by the token', signature($body, $TOKEN));
signed('of another body', signature("$body "));
signed('in capitals', 'sha256=' . uc hmac_sha256_hex($body, $APP_SECRET));
signed('of a scheme in capitals', $good =~ s/^sha/SHA/r);
signed('without its scheme', $good =~ s/^sha256=//r);
signed('with another scheme', $good =~ s/^sha256/sha512/r);
signed('truncated', substr $good, 0, -2);
signed('of half the length', substr $good, 0, 39);
signed('with a byte more', $good . '0');
signed('twice in a line', "$good,$good");
signed('empty', '');
signed('that is no hexadecimal', $good =~ s/.\z/g/r);
signed('with a byte outside of ASCII', $good =~ s/.\z/\xe9/r);
signed('with its last digit changed', $good =~ s/(.)\z/$1 ^ "\x01"/er);

# Two headers, either of which would be good

my $client = $nginx->client;
my $head = "POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\n"
    . "Content-Type: application/json\r\nContent-Length: " . length($body)
    . "\r\n";

for my $pair ([ $good, 'sha256=' . '0' x 64 ], [ $good, $good ]) {
    $client->{method} = 'POST';
    my @lines = map { "X-Hub-Signature-256: $_\r\n" } @$pair;
    $client->write(join '', $head, @lines, "\r\n", $body);
    is $client->receive->{status}, 401, 'signature - two headers';
}

is_deeply [ map { $_->{status} } $nginx->records ], ['requested'],
    'signature - none of these validated the code';

# Genuine, but not of the app whose code it is

is $nginx->message($body, secret => 'secret-of-tenant-two')->{status}, 200,
    'signature - by the secret of another app is genuine';
is_deeply [ map { $_->{status} } $nginx->records ], ['requested'],
    'but does not speak for this app';
like $nginx->error_log, qr/reason=other_app, app=demo/, 'and is noted';

is $nginx->message($body)->{status}, 200, 'signature - good';
ok $receiver->wait_for($code), 'and the code is validated';

for my $secret ('old', 'new') {
    $code = $nginx->issue(token => 'token-of-tenant-three')->{json}{code};
    $nginx->message(text_message(">>$code<<", phone => '+14155552672'),
                    secret => "the-$secret-app-secret");
    ok $receiver->wait_for($code), "signature - by the $secret of two secrets";
}

# The signature covers the compressed bytes, and nginx never unpacks them: these
# few bytes are fifty megabytes of nothing.

$code = $nginx->issue->{json}{code};
$body = text_message(">>$code<<");

my %gzip = (headers => { 'Content-Encoding' => 'gzip' });

is $nginx->message(memGzip($body), headers => {
       %{ $gzip{headers} }, 'X-Hub-Signature-256' => signature($body)
   })->{status}, 401, 'gzip - a signature of what is inside';
is $nginx->message(memGzip($_), %gzip)->{status}, 200,
    'gzip - signed, cannot be understood' for $body, ' ' x 50_000_000;

$nginx->{allow} = qr/a signed body cannot be understood/;

is_deeply [ map { $_->{status} } grep { $_->{code} eq $code }
            $nginx->records ], ['requested'], 'gzip - validates nothing';
$nginx->stop;

# The sandbox spares replies, and no proof.

$nginx = start_nginx(callback_url => $url, app => 'sandbox on;');
$code = $nginx->issue->{json}{code};
$body = text_message(">>$code<<");

refused('sandbox - no header');
signed('sandbox - by another secret', signature($body, 'another'));
$nginx->message(text_message(">>$_<<"))
    for '0000000000', '1234567890', 'ffffffffff';
is_deeply [ map { $_->{status} } $nginx->records ], ['requested'],
    'sandbox - neither these nor codes of anybody\'s choice do anything';

is $nginx->message($body)->{status}, 200, 'sandbox - signed';
ok $receiver->wait_for($code), 'validates the code';

$nginx->stop;
done_testing;
