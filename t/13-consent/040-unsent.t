# A PIN that cannot be sent: the page says so, the log says why, and the login
# can go on with the second sending.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;
use Test::WhatsAuth::Gateway;
use Time::HiRes qw( sleep );

# The hours of the budget are those of the clock.

sleep 3601 - time % 3600 if time % 3600 > 3480;

my $receiver = start_receiver();

# Meta refuses it.

my $site = start_consent('', api => '/400/131047');
my $browser = $site->browser;

sub unsent {
    my ($browser) = @_;

    return wait_until { $browser->new_state eq 'send_failed' };
}

$site->begin($browser);
$site->send($browser, $VICTIM);
ok unsent($browser), 'a PIN that the API refuses - the page says so';
is $browser->send('GET', '/login/status', {})->{json}{step}, 'send_failed',
    'and so does the status';
like $site->nginx->error_log, qr/131047/, 'the log - says why';

# A PIN that was refused by mistake, or read elsewhere, still counts.

my ($pin) = map { /\*(\d{6})\*/ } $site->texts($VICTIM);
is $browser->post('pin', resend => 1)->{status}, 303,
    'resend - the second sending';
ok unsent($browser), 'which fails, too';
is +(my @sent = $site->texts($VICTIM)), 2, 'after one request each';
is $sent[1], $sent[0], 'with the same text';
is $browser->post('pin', resend => 1)->{status}, 429, 'resend - no third one';
is $browser->post('pin', pin => wrong_pin($pin))->{status}, 403,
    'the PIN - is still compared';
is $browser->post('pin', pin => $pin)->{status}, 303, 'and taken';
is $browser->new_state, 'validated', 'which ends the login well';

$site->begin($browser);
is $browser->post('pin', pin => $pin, '-Accept' => 'application/json')
       ->{json}{error}, 'not_validated', 'pin - before any message';
is $browser->post('pin', resend => 1, '-Accept' => 'application/json')
       ->{json}{error}, 'not_validated', 'resend - before any message';

$site->nginx->stop;

# A worker that is asked to stop while one waits to be sent again: no other
# knows of it.

$site = start_consent('', api => '/503/131000');
$browser = $site->browser;

$site->begin($browser);
$site->send($browser, $VICTIM);
ok wait_until(sub { $site->nginx->error_log =~ /reply was not accepted/ }),
    'an API that is busy - the PIN waits';
is $browser->new_state, 'pin', 'and the page asks for it';
$site->nginx->reload(0);
ok wait_until(sub { $browser->new_state eq 'send_failed' }, 40),
    'reload - the page says in the end that it was not sent';
is +(my @tries = $site->texts($VICTIM)), 3, 'after all its tries';

$site->nginx->stop;

# The budget: 10 in an hour to one sender, and none of them is a reply's.

$site = start_consent('confirm always; reply_limit 1/h 1/h;');

for my $n (1 .. 10) {
    $browser = $site->browser;
    $site->begin($browser);
    $site->send($browser, $VICTIM);
    ok $site->pin($VICTIM), "PIN $n of an hour - is sent";
}

$browser = $site->browser;
$site->begin($browser);
$site->send($browser, $VICTIM);
ok unsent($browser), 'PIN 11 - is not';
like $site->nginx->error_log, qr/PIN suppressed, reason=pin_limit, app=demo/,
    'and the log says why';

$browser = $site->browser;
$site->begin($browser);
$site->send($browser, $ATTACKER);
ok $site->pin($ATTACKER), 'another sender - has a budget of his own';
unlike $site->nginx->error_log, qr/$VICTIM|$ATTACKER/, 'no number in the log';

$site->nginx->stop;

# Where nothing can be sent, nobody is asked for it.

for my $app (
    [ 'sandbox', start_consent('sandbox on;') ],
    [ 'a gateway that cannot be answered', undef ])
{
    my ($what, $site) = @$app;
    my $nginx = $site ? $site->nginx : start_nginx(
        apps => gateway_app(callback_url => $receiver->url('/204'),
                            more => 'login on;'),
        server => 'location /login/ { whatsauth_login demo; }');

    my $browser = Test::WhatsAuth::Browser->new($nginx);
    $browser->post('start');
    $browser->get('/login/');

    $site ? $site->send($browser, $VICTIM)
          : gateway_message($nginx, text => $browser->text);

    is $browser->new_state, 'validated', "$what - no PIN by default";
    $browser->post('finish');
    ok $browser->cookies->{'wa-demo'}, 'and a login';
    is $site->provider->count, 0, 'and nothing is sent' if $site;
    $nginx->stop;
}

done_testing;
