# The PIN goes the way that the message came: by Twilio, by a gateway, by SMS.
# SMS is offered only where a PIN can go out by it, and nobody ends a session by
# an SMS, because anybody can forge its sender.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Gateway;
use Test::WhatsAuth::Provider;
use Test::WhatsAuth::Twilio;

my $provider = start_provider();
my $api = start_receiver();
my $receiver = start_receiver();

sub app_of_twilio {
    my ($name, $more) = @_;

    return twilio_app(name => $name, token => "token-of-tenant-$name",
        callback_url => $receiver->url('/204'),
        twilio => "account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN "
                  . 'api=' . $provider->twilio,
        more => "login on; sms on; sms_phone $SMS_PHONE; "
                . "reply_limit 1000/h 1000/h; $more");
}

my $nginx = start_nginx(
    apps => app_of_twilio('demo', '')
            . app_of_twilio('rich', 'sms_reply on;')
            . app_of_twilio('open', 'confirm off;')
            . gateway_app(name => 'gate', token => 'token-of-tenant-gate',
                callback_url => $receiver->url('/204'),
                gateway => "$GATEWAY reply_url=" . $api->url('/200')
                           . q( 'reply_body=["$to","$text"]'),
                more => 'login on;'),
    server => join '', map { "location /$_/ { whatsauth_login $_; }" }
                       qw( demo rich open gate ));

sub begin {
    my ($app, %fields) = @_;

    my $browser = Test::WhatsAuth::Browser->new($nginx, login => "/$app/");
    $browser->post('start', %fields);
    $browser->get("/$app/");
    return $browser;
}

# The newest PIN, as soon as there are $count.

sub pin {
    my ($from, $count) = @_;

    return wait_until {
        my @pins = map { $_->{body} =~ /(?:\*|%2A)(\d{6})(?:\*|%2A)/i
                         ? $1 : () } $from->requests;
        @pins == $count ? $pins[-1] : undef;
    };
}

# Twilio

my $browser = begin('demo');
twilio_message($nginx, Body => $browser->text);
is $browser->new_state, 'pin', 'twilio - the page asks for a PIN';
$browser->post('pin', pin => pin($provider, 1));
is $browser->new_state, 'validated', 'which came by WhatsApp';
like +($provider->requests)[0]{body},
    qr/^From=whatsapp%3A%2B56943426553&To=whatsapp%3A%2B56911111111&Body=/,
    'from the number that was written to';

# A gateway

$browser = begin('gate');
gateway_message($nginx, text => $browser->text);
is $browser->new_state, 'pin', 'gateway - the page asks for a PIN';
$browser->post('pin', pin => pin($api, 1));
is $browser->new_state, 'validated', 'which came by its API';

# SMS

unlike $nginx->get('/demo/')->{body}, qr/value="sms"/,
    'sms - is not offered where no PIN could go out by it';

$browser = Test::WhatsAuth::Browser->new($nginx, login => '/demo/');
is $browser->post('start', channel => 'sms', '-Accept' => 'application/json')
       ->{json}{error}, 'invalid_parameter', 'nor taken';

like $nginx->get('/open/')->{body}, qr/value="sms"/,
    'sms - is offered where no PIN is due';

like $nginx->get('/rich/')->{body}, qr/value="sms"/,
    'sms_reply on - SMS is offered';
$browser = begin('rich', channel => 'sms');
my ($code) = $browser->{page} =~ /&gt;&gt;(\w+)&lt;&lt;/;
is twilio_post($nginx, sms_fields(Body => ">>$code<<"))->{status}, 200,
    'sms_reply on - a message';
is $browser->new_state, 'pin', 'the page - asks for a PIN';
$browser->post('pin', pin => pin($provider, 2));
is $browser->new_state, 'validated', 'which came by SMS';
like +($provider->requests)[1]{body},
    qr/^From=%2B14155550199&To=%2B56911111111&Body=/, 'to the sender';

$browser->post('finish');
is $browser->new_state, 'session', 'a session';
twilio_post($nginx, sms_fields(Body => '0'));
is $browser->new_state, 'session', 'the answer 0 by SMS - ends nothing';
twilio_message($nginx, Body => '0');
ok wait_until { $browser->new_state eq 'start' },
    'the answer 0 by WhatsApp - ends it';

$nginx->stop;
done_testing;
