# No measurement of time tells whether an app exists: nginx hashes a POST that
# names an unknown app, or an unknown API token, as often as one that names a
# known app, for any number of its secrets.  The test counts the calls of
# HMAC(), because clocks lie on a busy machine.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Preload;
use Test::WhatsAuth::Twilio;

my $hmac = Test::WhatsAuth::Preload->new('hmac', numbers => 2);
my $SITE = 'http://127.0.0.1:' . slot_port(0) . '/callback';

# One secret, two while it is rotated, and none at Twilio

my $nginx = $hmac->around(sub {
    start_nginx(allow => qr/a signed body cannot be understood/,
        token => 'token-of-shop-app',
        http => 'whatsauth_public_url https://login.test;',
        apps => join '', map { whatsauth_app(callback_url => $SITE, %$_) }
            { name => 'shop', token => 'token-of-shop-app',
              more => "twilio account_sid=$ACCOUNT_SID "
                      . "auth_token=$AUTH_TOKEN;" },
            { name => 'rotated', token => 'token-of-rotated-app',
              app_secret => 'secret-of-rotated '
                            . 'app_secret=another-of-rotated' });
});

sub hashed {
    my ($send) = @_;

    $hmac->put(0, 0, 0);

    my $answer = $send->();
    my ($calls, $bytes) = $hmac->numbers(0, 2);

    return "$answer->{status} $answer->{body} $calls calls $bytes bytes";
}

sub meta {
    my ($query, $size) = @_;

    return hashed(sub { $nginx->message('x' x $size, secret => 'nobody',
                            target => "/api/v1/messages?$query") });
}

sub twilio {
    my ($query) = @_;

    # The URL is hashed, too, and each has a length of its own.

    return hashed(sub { twilio_post($nginx, twilio_fields(Body => 'x'),
                            token => 'nobody',
                            target => "/api/v1/messages?$query") })
           =~ s/ \d+ bytes\z//r;
}

# In the event loop, and in a thread

for my $size (600, 600_000) {
    my $known = meta('app=shop', $size);
    my $hashed = 2 * $size;

    like $known, qr/^401 .* 2 calls $hashed bytes\z/s,
        "app_secret - $size bytes under the wrong secret of an app";
    is meta($_, $size), $known, "app_secret - $size bytes, $_"
        for 'app=rotated', 'app=none', 'app=', 'api_token=token-of-shop-app',
            'api_token=none', 'api_token=';
}

my $known = twilio('app=shop');

like $known, qr/^401 .* [1-9]\d* calls/s,
    'auth_token - a form under the wrong auth token of an app';
is twilio($_), $known, "auth_token - $_"
    for 'app=rotated', 'app=none', 'api_token=token-of-rotated-app',
        'api_token=none';

# A good signature costs no additional hashes.

like hashed(sub { $nginx->message('{}',
                      target => '/api/v1/messages?app=shop') }),
    qr/^200 .* 1 calls 2 bytes\z/s, 'app_secret - a good signature';

$nginx->stop;
done_testing;
