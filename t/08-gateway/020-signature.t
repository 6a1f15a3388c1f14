# Only a POST with HMAC-SHA256 of the body in its header counts for a gateway.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw( hmac_sha256_hex hmac_sha1_hex );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Gateway;

my $receiver = start_receiver();
my $nginx = start_nginx(quiet => 1,
    allow => qr/messages refused|the signature of gateway works/,
    apps => gateway_app(callback_url => $receiver->url('/204'),
        gateway => "$GATEWAY secret=the-next-gateway-secret"));

sub issue {
    return $nginx->issue->{json}{code};
}

sub status {
    my ($body, $headers) = @_;

    my $answer = $nginx->request('POST', '/api/v1/messages',
        { 'Content-Type' => 'application/json', %$headers }, $body);

    return "$answer->{status} "
           . ($answer->{json}{detail} // $answer->{body} // '');
}

my $missing = '401 the header with the gateway\'s signature is missing or '
              . 'malformed';
my $wrong = '401 the gateway\'s signature is not by a known secret';

my $code = issue();
my $body = gateway_body(text => ">>$code<<");
my $mac = hmac_sha256_hex($body, $GATEWAY_SECRET);

is status($body, {}), $missing, 'no header';
is status($body, { 'X-Acme-Signature' => '' }), $missing, 'an empty one';
is status($body, { 'X-Acme-Signature' => $mac }), $missing, 'no prefix';
is status($body, { 'X-Acme-Signature' => "SHA256=$mac" }), $missing,
    'another prefix';
is status($body, { 'X-Acme-Signature' => "sha256=${mac}0" }), $missing,
    'a digit more';
is status($body, { 'X-Acme-Signature' => 'sha256=' . substr $mac, 1 }),
    $missing, 'a digit less';
is status($body, { 'X-Acme-Signature' => 'sha256=' . 'g' x 64 }), $missing,
    'no digits';
is status($body, { 'X-Acme-Signature' =>
    'sha256=' . hmac_sha1_hex($body, $GATEWAY_SECRET) }), $missing, 'SHA-1';
is status($body, { 'X-Other-Signature' => "sha256=$mac" }), $missing,
    'another header';
is status($body, { 'X-Acme-Signature' => "sha256=$mac",
                   'x-acme-signature' => "sha256=$mac" }), $missing,
    'the header twice';

is status($body, { 'X-Acme-Signature' => 'sha256=' . '0' x 64 }), $wrong,
    'zeros';
is status($body, { 'X-Acme-Signature' =>
    'sha256=' . hmac_sha256_hex($body, 'another-secret') }), $wrong,
    'another secret';
is status("$body ", { 'X-Acme-Signature' => "sha256=$mac" }), $wrong,
    'a body with a byte more';
is status($body =~ s/>>/> >/r, { 'X-Acme-Signature' => "sha256=$mac" }),
    $wrong, 'a byte in the text';
is status('', { 'X-Acme-Signature' => "sha256=$mac" }), $wrong,
    'no body';

is_deeply [ map { $_->{status} } $nginx->records ], [ 'requested' ],
    'none of these validates the code';

like status($body, { 'x-acme-signature' => 'sha256=' . uc $mac }), qr/^200/,
    'digits of either case, the header in any';
ok $receiver->wait_for($code), 'validate the code';

$code = issue();
is gateway_message($nginx, text => ">>$code<<",)->{status}, 200,
    'two secrets - the first';
ok $receiver->wait_for($code), 'validates the code';
$code = issue();
is gateway_post($nginx, gateway_body(text => ">>$code<<"),
                secret => 'the-next-gateway-secret')->{status}, 200,
    'two secrets - the second';
ok $receiver->wait_for($code), 'validates the code';

# The signature by openssl of the same body

$code = issue();
$body = gateway_body(text => ">>$code<<");
my $file = $nginx->root . '/body';
open my $out, '>', $file or die $!;
print $out $body;
close $out;
my ($digest) = qx(openssl dgst -sha256 -hmac $GATEWAY_SECRET $file)
               =~ /([0-9a-f]{64})\s*$/;
like status($body, { 'X-Acme-Signature' => "sha256=$digest" }), qr/^200/,
    'openssl dgst - signs the same';
ok $receiver->wait_for($code), 'and the code is validated';

# The log says what to mend, without a secret.

like $nginx->error_log,
    qr/messages refused: the gateway's signature is not by a known secret/,
    'the log names the cause';
like $nginx->error_log, qr/the signature of gateway works again/,
    'and says when it works again';
unlike $nginx->error_log, qr/$mac|gateway-secret/, 'and no secret';

$nginx->stop;
done_testing;
