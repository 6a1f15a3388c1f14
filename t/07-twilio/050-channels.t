# A code for WhatsApp and a code for SMS: neither is validated by the other.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();
my $url = $receiver->url('/204');
my $nginx = start_nginx(allow => qr/cannot be understood|proves nothing/,
    apps =>
    twilio_app(callback_url => $url, more => "sms on; sms_phone $SMS_PHONE;")
    . twilio_app(name => 'one', token => 'token-of-tenant-one',
                 phone => '+14155550101',
                 callback_url => $url, more => 'sms on; '
                 . 'sms_phone +14155550101;')
    . twilio_app(name => 'short', token => 'token-of-tenant-short',
                 phone => '+14155550103',
                 callback_url => $url, more => 'sms on; sms_phone 12345;')
    . twilio_app(name => 'closed', token => 'token-of-tenant-closed',
                 phone => '+14155550104', callback_url => $url,
                 more => 'sms_phone +14155550104;')
    . twilio_app(name => 'none', token => 'token-of-tenant-none',
                 phone => '+14155550102',
                 callback_url => $url));

sub issue {
    return $nginx->issue(@_)->{json}{code};
}

sub sms {
    my (%field) = @_;

    return twilio_post($nginx, sms_fields(%field));
}

sub waits {
    my ($code) = @_;

    return (grep { $_->{code} eq $code } $nginx->records)[0]{status}
           eq 'requested';
}

# An SMS

my $code = issue(channel => 'sms');
my $answer = sms(Body => ">>$code<<");

is $answer->{status}, 200, 'SMS - is taken';
is $answer->{body}, $TWIML, 'and answered with empty TwiML';

my $callback = $receiver->wait_for($code);

is_deeply { map { $_ => $callback->{json}{$_} }
            qw( status phone_number profile_name ) },
    { status => 'validated', phone_number => '+56911111111',
      profile_name => undef }, 'SMS - has no profile name';
is $callback->{headers}{'whatsauth-channel'}, 'sms',
    'SMS - the site is told the channel';
like $callback->{body}, qr/,"error":null,"channel":"sms"\}\z/,
    'SMS - at the end of the body, because a sender can be forged';
is $nginx->get("/api/v1/verification/$callback->{json}{id}",
               { Authorization => "Bearer $TOKEN" })->{body},
    $callback->{body}, 'SMS - and when the site asks again';

$code = issue();
twilio_message($nginx, Body => ">>$code<<");
like $receiver->wait_for($code)->{body}, qr/,"error":null\}\z/,
    'WhatsApp - the body does not name the channel';

# Either by the other's way

for my $phone ($PHONE, $SMS_PHONE) {
    $code = issue(channel => 'sms');
    is twilio_message($nginx, Body => ">>$code<<",
                      To => "whatsapp:$phone")->{body}, $TWIML,
        "a code for SMS by WhatsApp to $phone - is answered";
    ok waits($code), 'and does nothing';
    sms(Body => ">>$code<<");
    ok $receiver->wait_for($code), 'by SMS it is validated';

    $code = issue();
    is sms(Body => ">>$code<<", To => $phone)->{body}, $TWIML,
        "a code for WhatsApp by SMS to $phone - is answered";
    ok waits($code), 'and does nothing';
    twilio_message($nginx, Body => ">>$code<<");
    ok $receiver->wait_for($code), 'by WhatsApp it is validated';
}

is_deeply [ $nginx->error_log =~ /reason=(\w+)/g ],
    [ qw( other_channel other_app other_app other_channel ) ],
    'each leaves a line';

# A refusal by the wrong channel is none.

$code = issue(channel => 'sms');
twilio_message($nginx, Body => ">>$code<<", From => 'whatsapp:US.1');
ok waits($code), 'a hidden phone on WhatsApp does not end a code for SMS';

# One number for both

$code = issue(token => 'token-of-tenant-one', channel => 'sms');
twilio_message($nginx, Body => ">>$code<<", To => 'whatsapp:+14155550101');
ok waits($code), 'one number - a code for SMS by WhatsApp does nothing';
sms(Body => ">>$code<<", To => '+14155550101');
ok $receiver->wait_for($code), 'one number - by SMS it is validated';

$code = issue(token => 'token-of-tenant-one');
sms(Body => ">>$code<<", To => '+14155550101');
ok waits($code), 'one number - a code for WhatsApp by SMS does nothing';
twilio_message($nginx, Body => ">>$code<<", To => 'whatsapp:+14155550101');
ok $receiver->wait_for($code), 'one number - by WhatsApp it is validated';

# A short code has no plus

my $short = $nginx->issue(token => 'token-of-tenant-short',
                          channel => 'sms')->{json};
like $short->{link}, qr/^sms:12345\?&body=/, 'short code - in the link';
is $short->{deep_link}, $short->{link}, 'short code - in the deep link';

sms(Body => ">>$short->{code}<<", To => $_)
    for '123456', '+14155550103', $SMS_PHONE;
ok waits($short->{code}), 'short code - an SMS to another does nothing';
sms(Body => ">>$short->{code}<<", To => '12345');
is $receiver->wait_for($short->{code})->{json}{status}, 'validated',
    'short code - an SMS to it validates';

# No number for SMS

is $nginx->issue(token => 'token-of-tenant-none',
                 channel => 'sms')->{status}, 400,
    'no sms_phone - no code for SMS';
$code = issue(token => 'token-of-tenant-none');
sms(Body => ">>$code<<", To => $_) for '+14155550102', '';
ok waits($code), 'no sms_phone - an SMS does nothing';

# A number alone opens no channel

is $nginx->issue(token => 'token-of-tenant-closed',
                 channel => 'sms')->{json}{error}, 'invalid_parameter',
    'sms off - no code for SMS';
$code = issue(token => 'token-of-tenant-closed');
is sms(Body => ">>$code<<", To => '+14155550104')->{body}, $TWIML,
    'sms off - an SMS is answered';
ok waits($code), 'sms off - and does nothing';
like $nginx->error_log, qr/reason=sms_off, app=closed/, 'sms off - is noted';

# Senders of an SMS

$code = issue(channel => 'sms');
sms(Body => ">>$code<<", From => $_) for '22395', '22396', '12345678';
ok waits($code), 'SMS - senders without a number are one, and end no code';
is sms(Body => ">>$code<<", From => 'COMPANY')->{body}, $TWIML,
    'SMS - from a name, which nobody owns';
ok waits($code), 'does nothing';
is sms(Body => ">>$code<<", From => $_)->{status}, 401, "SMS - from $_"
    for '+1', '+', '12', '123456789', '+5691111111x';
ok waits($code), 'does nothing';

$code = issue(channel => 'sms');
is sms(Body => ">>$code<<", NumMedia => '1')->{status}, 200,
    'SMS - with a picture';
ok waits($code), 'does nothing';
sms(Body => ">>$code<<", From => $SMS_PHONE);
ok waits($code), 'SMS - from our own number does nothing';

# A channel that a reload closes: what waits for an SMS waits for its expiry

$code = issue(channel => 'sms');
$nginx->{apps} =~ s/sms on;/sms off;/;
$nginx->write_config($nginx->config);
$nginx->reload;

is sms(Body => ">>$code<<")->{body}, $TWIML, 'reload, sms off - is answered';
ok waits($code), 'reload, sms off - a code from before it is not validated';
like $nginx->error_log, qr/reason=sms_off, app=demo/,
    'reload, sms off - is noted';

$nginx->{apps} =~ s/sms off;/sms on;/;
$nginx->write_config($nginx->config);
$nginx->reload;

sms(Body => ">>$code<<");
ok $receiver->wait_for($code), 'reload, sms on - the code can be used again';

$nginx->stop;
done_testing;
