# ask_number: the page asks for the number first, and messages of all others
# do nothing.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;

my $site = start_consent('ask_number on; confirm off; '
                         . 'reply_limit 1000/h 1000/h;');
my $nginx = $site->nginx;
my $browser = $site->browser;

like $browser->get('/login/')->{body}, qr/name="number"/,
    'the page - has a field for the number';

my $answer = $browser->post('start');
is $answer->{status}, 400, 'start - without a number';
like $answer->{body}, qr/data-state="start"/, 'shows the field again';
like $answer->{body}, qr/class="error"[^>]*>[^<]*number/, 'and says why';
is $browser->post('start', '-Accept' => 'application/json')->{json}{error},
    'number_required', 'which a script learns by a word';

for my $number ('abc', '12', '+56 9 1111 1111, +56 9 2222 2222', '+', ',') {
    is $browser->post('start', number => $number,
                      '-Accept' => 'application/json')->{json}{error},
        'invalid_parameter', "start - $number";
}

like $browser->post('start', number => '+56 9"><b>')->{body},
    qr/name="number"[^>]* value="\+56 9&quot;&gt;&lt;b&gt;"/,
    'the page - has it for the person to mend, as text';

is_deeply [ $nginx->records ], [], 'none of these begins a login';

is $site->begin($browser, number => '+56 9 1111-1111')->{status}, 303,
    'start - a number as people write it';
is $browser->state, 'send', 'which begins a login';

$site->send($browser, $ATTACKER);
is +($nginx->records)[0]{status}, 'requested',
    'a message from another number - does nothing';
like $nginx->error_log, qr/reason=phone_number_not_authorized/,
    'and the log says why';
$browser->get('/login/');
is $browser->state, 'send', 'and the page waits on';

$site->send($browser, $VICTIM);
$browser->get('/login/');
is $browser->state, 'validated', 'a message from that number - is the login';
$browser->post('finish');
ok $browser->cookies->{'wa-demo'}, 'which begins a session';

$nginx->stop;

# The app's own numbers hold besides.

$site = start_consent("ask_number on; confirm off; "
                      . "authorized_numbers +$VICTIM;");
$browser = $site->browser;
$site->begin($browser, number => "+$ATTACKER");
$site->send($browser, $ATTACKER);
$browser->get('/login/');
is $browser->state, 'send',
    'a number that the app does not let in - cannot be typed in';

$site->begin($browser, number => "+$VICTIM");
$site->send($browser, $VICTIM);
$browser->get('/login/');
is $browser->state, 'validated', 'one of its own - can';

unlike $site->nginx->error_log, qr/$VICTIM|$ATTACKER/,
    'the log - has no number';

$site->nginx->stop;

# Without the directive a number in the form is nobody's business.

$site = start_consent('confirm off;');
$browser = $site->browser;
unlike $browser->get('/login/')->{body}, qr/name="number"/,
    'ask_number off - the page has no field';
$site->begin($browser, number => "+$ATTACKER");
$site->send($browser, $VICTIM);
$browser->get('/login/');
is $browser->state, 'validated', 'and a number in the form counts for nothing';

$site->nginx->stop;
done_testing;
