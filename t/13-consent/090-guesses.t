# Guessing a PIN: over many logins, at once, in two tabs, over resends.  A
# forged SMS begins a login as somebody else, so that three tries for each
# login are not enough: a number has a limit of its own.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Consent;
use Test::WhatsAuth::Provider;
use Test::WhatsAuth::Twilio;

# The hours of the limit are those of the clock.

sleep 3601 - time % 3600 if time % 3600 > 3480;

my $site = start_consent('confirm always; reply_limit 1000/h 1000/h;',
                         workers => 4);
my $nginx = $site->nginx;

sub told {
    my ($number) = @_;

    my $browser = $site->browser;

    $site->begin($browser);
    $site->send($browser, $number);
    $browser->{pin} = $site->pin($number);
    return $browser;
}

sub guess {
    my ($browser, $pin) = @_;

    my $answer = $browser->post('pin', pin => $pin,
                                '-Accept' => 'application/json');

    return join ' ', $answer->{status}, $answer->{json}{error} // ();
}


# At once, in all workers

my $browser = told('56911111101');
my $right = $browser->{pin};
my $cookie = $browser->cookie;
my @answers = $nginx->together(map {
    [ 'POST', '/login/pin', { Cookie => $cookie, Accept => 'application/json',
      'Sec-Fetch-Site' => 'same-origin',
      'Content-Type' => 'application/x-www-form-urlencoded' },
      sprintf 'pin=%06d', ($right + $_) % 1000000 ]
} 1 .. 25);

is scalar(grep { $_->{json}{error} eq 'pin_wrong' } @answers), 2,
    'twenty-five guesses at once - two are compared';
is scalar(grep { $_->{json}{error} eq 'failed' } @answers), 23,
    'the third ends the login for all others';
is guess($browser, $right), '410 failed', 'and for the right PIN';


# Two tabs, resends and repeated messages have the same three tries

$browser = told('56911111102');
my $tab = $site->browser;
%{ $tab->cookies } = %{ $browser->cookies };
is guess($browser, wrong_pin($browser->{pin})), '403 pin_wrong',
    'one tab - a wrong PIN';
is guess($tab, wrong_pin($browser->{pin})), '403 pin_wrong',
    'the other tab - another';
$browser->post('pin', resend => 1);
is $site->pin('56911111102'), $browser->{pin}, 'a resend - is the same PIN';
is guess($browser, wrong_pin($browser->{pin})), '410 failed',
    'and brings no more tries';
is guess($tab, $browser->{pin}), '410 failed', 'in no tab';

$browser = told('56911111103');
guess($browser, wrong_pin($browser->{pin})) for 1, 2;
my $text = $browser->text;
$site->say('56911111103', $text);
is $site->pin('56911111103'), $browser->{pin},
    'the message again - is the same PIN';
is guess($browser, wrong_pin($browser->{pin})), '410 failed',
    'and brings no more tries';

# A PIN is that of one login

my ($one, $two) = (told('56911111104'), told('56911111104'));
SKIP: {
    skip 'by chance both PINs are equal', 1 if $one->{pin} eq $two->{pin};
    is guess($two, $one->{pin}), '403 pin_wrong',
        'the PIN of another login - is wrong';
}
$site->begin($one);
is guess($one, $one->{pin}), '409 not_validated',
    'the PIN of a login before - waits for a message like any';

# The claim of the page is none of the API's

my ($claim) = values %{ $two->cookies };
for my $bearer ("wac_$claim", $claim, "wac_$two->{pin}") {
    my $answer = $site->browser->post('pin', pin => $two->{pin},
        '-Authorization' => "Bearer $bearer");
    is $answer->{status}, 401, 'the claim as Bearer - is none';
}
is guess($two, $two->{pin}), '200', 'and the right PIN - counts';


# Many logins of one number

my $waits = told($VICTIM);

for my $n (1 .. 9) {
    my $login = told($VICTIM);
    guess($login, wrong_pin($login->{pin})) for 1 .. 3;
    is $login->new_state, 'failed', "login $n of an hour - has failed";
}

my $unsent = $site->browser;
$site->begin($unsent);
$site->send($unsent, $VICTIM);
ok wait_until { $unsent->new_state eq 'send_failed' },
    'the next PIN - is not sent any more';
guess($unsent, '000000') for 1, 2;

is guess($waits, wrong_pin($waits->{pin})), '403 pin_wrong',
    'the thirtieth guess - is compared';
is guess($waits, $waits->{pin}), '429 too_many_requests',
    'the next one - is not, though it is right';

my $answer = $unsent->post('pin', pin => '000000');
is $answer->{status}, 429, 'for the page - 429';
like $answer->{body}, qr/data-state="limited"/, 'in the state that says so';
like $answer->{headers}{'retry-after'}, qr/\A[1-9]\d*\z/, 'and until when';
is $waits->new_state, 'pin', 'the login - has not failed by that';
is guess($site->browser, '000000'), '401 invalid_claim',
    'without a claim - is not limited';

my $other = told($ATTACKER);
is guess($other, $other->{pin}), '200',
    'another number - is not limited, either';

unlike $nginx->error_log, qr/$VICTIM|$ATTACKER/, 'the log - has no number';
$nginx->stop;


# Forged SMS in both spellings of a number: one person, one limit

my $provider = start_provider();
my $receiver = start_receiver();

$nginx = start_nginx(
    apps => twilio_app(name => 'demo', callback_url => $receiver->url('/204'),
        twilio => "account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN "
                  . 'api=' . $provider->twilio,
        more => "login on; sms on; sms_phone $SMS_PHONE; sms_reply on;"),
    server => 'location /login/ { whatsauth_login demo; }');

my %count;

for my $n (1 .. 24) {
    my $forger = Test::WhatsAuth::Browser->new($nginx);

    $forger->post('start', channel => 'sms');
    $forger->get('/login/');
    my ($code) = $forger->{page} =~ /&gt;&gt;(\w+)&lt;&lt;/;
    twilio_post($nginx, sms_fields(Body => ">>$code<<",
        From => $n % 2 ? '+5491123456789' : '+541123456789'));
    $count{ guess($forger, '000000') }++ for 1, 2;
}

is $count{'429 too_many_requests'}, 18,
    'forged SMS - after thirty guesses no PIN is compared';

$nginx->stop;
done_testing;
