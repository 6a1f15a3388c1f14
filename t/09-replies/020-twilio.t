# A reply by Twilio's API, by WhatsApp and by SMS.

use strict;
use warnings;

use lib 't/lib';
use MIME::Base64 qw( encode_base64 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;
use Test::WhatsAuth::Twilio;

my $ca = make_certificates();
my $provider = start_provider(tls => [ $ca->issue('twilio.test') ]);
my $receiver = start_receiver();
my $dns = start_dns('twilio.test' => ['127.0.0.1']);

my $target = "/2010-04-01/Accounts/$ACCOUNT_SID/Messages.json";

sub app {
    my ($name, $more) = @_;

    return twilio_app(name => $name, token => "token-of-tenant-$name",
        callback_url => $receiver->url('/204'),
        twilio => "account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN "
                  . 'api=' . $provider->twilio('twilio.test'),
        more => "sms on; sms_phone $SMS_PHONE; reply_limit 1000/h 1000/h; "
                . 'response_message "caf' . "\xc3\xa9"
                . ' & 100 % + $1 = so~."; ' . $more);
}

my $nginx = start_nginx(token => 'token-of-tenant-demo',
    http => 'resolver ' . $dns->address . ' ipv6=off;'
            . 'whatsauth_callback_ssl_trusted_certificate ' . $ca->file . ';',
    apps => app('demo', '') . app('rich', 'sms_reply on;')
            . app('mute', 'sms_reply on; sandbox on;'));

sub issue {
    my ($app, %parameter) = @_;

    return $nginx->issue(token => "token-of-tenant-$app",
                         %parameter)->{json}{code};
}

# WhatsApp

my $code = issue('demo');
is twilio_message($nginx, Body => ">>$code<<")->{body}, $TWIML,
    'twilio - a message';

my ($reply) = $provider->replies(1);

ok defined $reply, 'is replied to' or $nginx->stop, done_testing, exit;
is $reply->{method}, 'POST', 'reply - the method';
is $reply->{target}, $target, 'the path';
is $reply->{sni}, 'twilio.test', 'the name, with the handshake';

like delete $reply->{headers}{'user-agent'}, qr{^whatsauth/[\d.]+$},
    'reply - says who sends it';
is_deeply $reply->{headers}, {
    host => 'twilio.test:' . $provider->port,
    accept => 'application/json',
    connection => 'close',
    authorization => 'Basic '
                     . encode_base64("$ACCOUNT_SID:$AUTH_TOKEN", ''),
    'content-type' => 'application/x-www-form-urlencoded',
    'content-length' => length $reply->{body},
}, 'reply - all other headers';

is $reply->{body}, 'From=whatsapp%3A%2B56943426553'
    . '&To=whatsapp%3A%2B56911111111'
    . '&Body=caf%C3%A9+%26+100+%25+%2B+%241+%3D+so%7E.',
    'reply - the body, in which the text is escaped';

$code = issue('demo', authorized_numbers => '+56922222222',
              failure_message => 'No.');
twilio_message($nginx, Body => ">>$code<<");
is +($provider->replies(2))[1]{body},
    'From=whatsapp%3A%2B56943426553&To=whatsapp%3A%2B56911111111&Body=No.',
    'reply - a failure_message';

# A sender whose number is hidden: the user id takes its place.

$code = issue('demo', failure_message => 'No number.');
twilio_message($nginx, Body => ">>$code<<", WaId => undef,
               From => 'whatsapp:US.13491208655302741918',
               ExternalUserId => 'whatsapp:US.13491208655302741918');
is +($provider->replies(3))[2]{body}, 'From=whatsapp%3A%2B56943426553'
    . '&To=whatsapp%3AUS.13491208655302741918&Body=No%20number.'
    =~ s/%20/+/r, 'reply - to a user id';

# Money

sub sms {
    my ($app) = @_;

    my $code = issue($app, channel => 'sms');
    is twilio_post($nginx, sms_fields(Body => ">>$code<<"))->{status}, 200,
        "sms, $app - a message";
    is +($receiver->wait_for($code) // {})->{headers}{'whatsauth-channel'},
        'sms', 'validates the code';
}

sms('demo');
ok $provider->stays_at(3), 'and is not replied to: SMS cost money';

sms('mute');
ok $provider->stays_at(3), 'nor in the sandbox, with sms_reply on';

sms('rich');
($reply) = ($provider->replies(4))[3];
is $reply->{target}, $target, 'sms_reply on - is replied to by the account';
like $reply->{body}, qr/\AFrom=%2B14155550199&To=%2B56911111111&Body=caf/,
    'from sms_phone, with no prefix';

unlike $nginx->error_log, qr/was not accepted|\Q$AUTH_TOKEN\E|56911111111/,
    'the API took all, and the log holds no token or number';

$nginx->stop;
done_testing;
