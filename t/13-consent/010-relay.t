# An attacker opens the login page, and talks the victim into sending the text
# of his login: without the PIN, which only the victim is told, he has nothing.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;
use Time::Local qw( timegm );

my $CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) '
    . 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

my $receiver = start_receiver();
my $site = start_consent('login_title "My company"; reply_limit 1000/h 1000/h;',
                         callback_url => $receiver->url('/204'));
my $nginx = $site->nginx;

my $attacker = $site->browser(headers => { 'User-Agent' => $CHROME });

$site->begin($attacker);
my ($code) = $attacker->text =~ />>(\w+)</;
is $site->send($attacker, $VICTIM)->{status}, 200,
    'relay - the victim sends the text of the attacker';

my $pin = $site->pin($VICTIM);
my ($text) = $site->texts($VICTIM);

like $pin, qr/^\d{6}$/, 'the victim - is told a PIN, by default';
like $text, qr/^Somebody wants to log in to My company/,
    'and what it is for, before it';
like $text, qr/\n\nDevice: Chrome on Windows\nPlace: 127\.0\.0\.x\n/,
    "and the attacker's device and place";
like $text, qr/\nTime: \d{4}-\d\d-\d\d \d\d:\d\d UTC\n\n/, 'and the time';
like $text, qr/the page that you opened yourself:\n\*\d{6}\*\n/,
    'and where alone it belongs';
like $text, qr/If it is not you, do nothing\.$/, 'and what to do else';

$attacker->get('/login/');
is $attacker->state, 'pin', 'the attacker - is asked for it';
unlike $attacker->{page}, qr/$pin/, 'and does not see it';

my $status = $attacker->send('GET', '/login/status', {})->{json};
is $status->{status}, 'requested', 'status - nothing is validated';
is $status->{step}, 'pin', 'status - but the step';
is $status->{phone_hint}, undef, 'status - nothing of the number';

is $attacker->post('finish')->{status}, 303, 'finish - without the PIN';
is $attacker->cookies->{'wa-demo'}, undef, 'is no login';
is +($nginx->records)[0]{status}, 'requested', 'the record - still waits';
is_deeply [ $receiver->requests ], [], 'the site - is not called';

# Another message does not help: the login is the first sender's.

$site->say($ATTACKER, ">>$code<<");
like $nginx->error_log, qr/message ignored, reason=used, app=demo/,
    'a message of his own - comes too late';

# A PIN belongs to one login.

my $second = $site->browser;
$site->begin($second);
$site->send($second, $ATTACKER);
my $own = $site->pin($ATTACKER);
isnt $own, $pin, 'another login - has another PIN';

is $attacker->post('pin', pin => $own)->{status}, 403,
    "the PIN of the attacker's own login - is a wrong one";
$attacker->get('/login/');
is $attacker->state, 'pin', 'the login - waits for two more';

# Three wrong ones end it, for the right one, too.

$attacker->post('pin', pin => wrong_pin($pin)) for 1 .. 2;
$attacker->get('/login/');
is $attacker->state, 'failed', 'three wrong PINs - end the login';

my $callback = $receiver->wait_for($code);
is $callback->{json}{status}, 'failed', 'the site - hears of it';
is $callback->{json}{error}, 'pin_wrong', 'and why';
is $callback->{json}{phone_number}, undef, 'but not whose it was';

$attacker->post('pin', pin => $pin);
$attacker->post('finish');
is $attacker->cookies->{'wa-demo'}, undef, 'the right PIN - comes too late';

# A user who opened the page gets in, and is told where.

my $victim = $site->browser(headers => { 'User-Agent' => $CHROME });
$site->begin($victim);
$site->send($victim, $VICTIM);
is $victim->post('pin', pin => join ' ', $site->pin($VICTIM) =~ /(...)(...)/)
        ->{status}, 303, 'the right PIN - as people copy it';
is $victim->post('finish')->{status}, 303, 'finish - after it';
ok $victim->cookies->{'wa-demo'}, 'is a login';

my $reply = $site->wait_text($VICTIM, qr/Not you/);
like $reply, qr/^You are logged in to My company\.\n\nDevice: Chrome on W/,
    'the reply - names the device';
like $reply, qr/\nPlace: 127\.0\.0\.x\n/, 'and the place';
like $reply, qr/\n\nNot you\? Answer 0\z/, 'and the way out';

# A user who looks for the PIN in the chat has time for it.

my $short = start_consent('confirm always; expires 1m;');
my $slow = $short->browser;
$short->begin($slow);
my $words = $slow->text;
my $left = left($slow);
ok $left > 50 && $left <= 60, 'expires - counts until the message';
$short->say($VICTIM, $words);
$short->pin($VICTIM);
$left = left($slow);
ok $left > 170 && $left <= 180, 'then there are three minutes for the PIN';
$short->nginx->stop;

sub left {
    my ($browser) = @_;

    my $status = $browser->send('GET', '/login/status', {})->{json};
    my ($date, $time) = $status->{expires_at} =~ /^(.+)T([\d:]+)/;

    return timegm(reverse(split /:/, $time), (split /-/, $date)[2],
                  (split /-/, $date)[1] - 1, (split /-/, $date)[0]) - time;
}

# "confirm" is for logins of the page: a site's own begin with its token.

$code = $nginx->issue->{json}{code};
$site->say($VICTIM, ">>$code<<");
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'verification_code - asks for no PIN';

unlike $nginx->error_log, qr/\b(?:$pin|$own)\b/, 'the log - has no PIN';
unlike $nginx->access_log, qr/\b(?:$pin|$own)\b/, 'the access log - has none';

$nginx->stop;
done_testing;
