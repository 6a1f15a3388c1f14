# The answer 0: "this was not me".  It ends the sessions of that number which
# have begun in the 24 hours before it, at once in all workers.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Consent;
use Test::WhatsAuth::Provider;

my $site = start_consent('confirm off; reply_limit 1000/h 1000/h;',
    workers => 4,
    more_apps => whatsauth_app(name => 'news', token => 'token-of-the-news-app',
        phone => '+56922222222', more => 'login on;'),
    server => 'location /login/ { whatsauth_login demo; }'
              . 'location /news/ { whatsauth_login news; }');
my $nginx = $site->nginx;

sub logged_in {
    my ($number) = @_;

    my $browser = $site->browser;
    $site->log_in($browser, $number);
    return $browser;
}

my @victims = map { logged_in($VICTIM) } 1 .. 3;
my $other = logged_in($ATTACKER);

my $stranger = Test::WhatsAuth::Browser->new($nginx, login => '/news/');
$site->begin($stranger);
$nginx->message(text_message($stranger->text, from => $VICTIM,
    phone => '+56922222222', phone_number_id => '200000000000001'));
$stranger->post('finish');
is $stranger->new_state, 'session', 'a login at another app';

is $_->new_state, 'session', 'a login of the number' for @victims;

# Texts that are no answer

for my $text ('00', '0 0', '1', 'zero', '0.', 'O', '>>0<<', '0 not me', '-0',
              "0\x{fe0f}\x{20e3}")
{
    $site->say($VICTIM, $text);
}

$site->say($VICTIM, '0', message => { context => { forwarded => \1 } });
$site->say($ATTACKER . '9', '0');

is $_->new_state, 'session', 'other texts, forwarded ones - end nothing'
    for @victims;

# It ends those of today, with the next request in each worker.

my $answers = grep { /^Done/ } $site->texts($VICTIM);
is $site->say($VICTIM, " 0\n")->{status}, 200, 'the answer 0';

ok $site->wait_text($VICTIM, qr/^Done\. /), 'it is answered';

for my $worker ($nginx->workers) {
    my $client = $nginx->client($worker);

    for my $victim (@victims) {
        my $page = $client->request('GET', '/login/', {
            Cookie => 'wa-demo=' . ($victim->cookies->{'wa-demo'} // '') });

        like $page->{body}, qr/data-state="start"/,
            "worker $worker - knows no session of the number";
    }
}

is $other->new_state, 'session', 'those of another number - go on';
is $stranger->new_state, 'session',
    'those at an app that has not heard it - go on';

# Nothing ended: nothing to say.

$site->say($VICTIM, '0');
$site->say('56933333333', '0');

logged_in('56944444444');
$site->say('56944444444', '0');
ok $site->wait_text('56944444444', qr/^Done/), 'the answer 0 - of a third';
is scalar(grep { /^Done/ } $site->texts($VICTIM)), $answers + 1,
    'an answer 0 after it - has no response';
is scalar($site->texts('56933333333')), 0,
    'nor has one of a number that has never been logged in';
unlike $nginx->error_log, qr/ 0 sessions ended/, 'and the log is silent';

# A repetition of the message ends no login that began after it.

my $then = time;
my @id = (id => 'wamid.zero', timestamp => $then - 7200);
my $late = logged_in($VICTIM);
$site->say($VICTIM, '0', @id);
is $late->new_state, 'session', 'a message of two hours ago - is too old';

# A clock that is wrong: a message from before all logins ends none, and one
# from tomorrow is one of now.

$site->say($VICTIM, '0', id => 'wamid.epoch', timestamp => 1);
is $late->new_state, 'session', 'a message of 1970 - ends nothing';
$site->say($VICTIM, '0', id => 'wamid.tomorrow', timestamp => $then + 108000);
ok wait_until { $late->new_state eq 'start' },
    'a message of tomorrow - ends the logins of today';
$late = logged_in($VICTIM);

# A login that is validated and not collected yet gives no session any more.

my $waiting = $site->browser;
$site->begin($waiting);
$site->send($waiting, $VICTIM);
is $waiting->new_state, 'validated', 'a login - is validated';
$site->say($VICTIM, '0');
ok wait_until { $late->new_state ne 'session' }, 'the answer 0 - comes first';
$waiting->post('finish');
is $waiting->cookies->{'wa-demo'}, undef, 'finish - begins no session';

# One whose PIN has gone out is over as well, though the PIN is known already.

my $asks = start_consent('confirm always; reply_limit 1000/h 1000/h;');
my $own = $asks->browser;
ok $asks->log_in($own, $VICTIM), 'a login with a PIN';

my $pending = $asks->browser;
$asks->begin($pending);
$asks->send($pending, $VICTIM);
my $pin = $asks->pin($VICTIM);
sleep 1;                          # a provider tells the time in whole seconds
$asks->say($VICTIM, '0');
ok $asks->wait_text($VICTIM, qr/^Done/), 'the answer 0 - after the PIN';

my @json = ('-Accept' => 'application/json');
is $pending->post('pin', resend => 1, @json)->{json}{error}, 'failed',
    'pin - is not sent again';
is $pending->post('pin', pin => $pin, @json)->{json}{error}, 'failed',
    'pin - the right one does not count any more';
$pending->post('finish');
is $pending->cookies->{'wa-demo'}, undef, 'finish - begins no session';
is $pending->send('GET', '/login/status', {})->{json}{status}, 'failed',
    'the login - has failed';

$asks->begin($own);
$asks->send($own, $VICTIM);
is $own->post('pin', pin => $asks->pin($VICTIM))->{status}, 303,
    'a login after it - takes its PIN';
$own->post('finish');
$own->get('/login/');
is $own->state, 'session', 'and begins a session';
$asks->nginx->stop;

# Other ways to spell it

for my $zero ("\xd9\xa0", "\xdb\xb0", "\xe0\xa5\xa6", "\xef\xbc\x90") {
    my $browser = logged_in($VICTIM);
    my $text = $zero;

    utf8::decode($text);
    $site->say($VICTIM, $text);
    ok wait_until { $browser->new_state eq 'start' },
        sprintf 'the answer U+%04X - a zero of another script', ord $text;
}

unlike $nginx->error_log, qr/$VICTIM/, 'the log - has no number';

$nginx->stop;
done_testing;
