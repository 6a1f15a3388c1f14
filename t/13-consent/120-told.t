# The user is told of each login at the page, also where the replies of the app
# are used up: an attacker could see to that before his own.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;

# The hours of the budgets are those of the clock.

sleep 3601 - time % 3600 if time % 3600 > 3540;

my $BUDGET = 30;

my $site = start_consent('confirm off; reply_limit 1/h 1/h;
                          failure_message "Not for you.";
                          authorized_numbers 56911111111;');
my $nginx = $site->nginx;

sub told {
    my ($what) = @_;

    return scalar grep { /$what/ } $site->texts($VICTIM);
}

# Somebody who may not log in has the only reply.

my $browser = $site->browser;

$site->begin($browser);
$site->send($browser, $ATTACKER);
ok $site->wait_text($ATTACKER, qr/Not for you/), 'a reply - is the last one';

for my $n (1 .. $BUDGET) {
    my $other = $site->browser;

    $site->log_in($other, $VICTIM);
    ok $other->cookies->{'wa-demo'}, "login $n - has a session";
}

ok wait_until(sub { told('Answer 0') == $BUDGET }),
    'reply_limit - the user is told of each login';

# Nobody is told more of them in an hour.

$site->log_in($browser, $VICTIM);
ok wait_until(sub {
    $nginx->error_log =~ /reply suppressed, reason=login_limit, app=demo/;
}), 'the budget of an hour - ends, and the log says so';

# And answer 0 still works, unanswered.

$site->say($VICTIM, '0');
$browser->get('/login/');
isnt $browser->state, 'session', 'answer 0 - ends the session';

unlike $nginx->error_log, qr/$VICTIM|$ATTACKER/, 'no number in the log';

$nginx->stop;
done_testing;
