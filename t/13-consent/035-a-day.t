# The answer 0 ends the sessions that began in the 24 hours before it, and none
# that began before.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Clock;
use Test::WhatsAuth::Consent;

my $HOUR = 3600;

my $clock = Test::WhatsAuth::Clock->new;
my $site = $clock->around(sub {
    start_consent('confirm off; session 90h idle=90h; '
                  . 'reply_limit 1000/h 1000/h;');
});


sub logged_in {
    my $browser = $site->browser;

    $site->begin($browser);
    $site->send($browser, $VICTIM, timestamp => $clock->time);
    $browser->post('finish');
    is $browser->new_state, 'session', 'a login';

    return $browser;
}


my $before = logged_in();

$clock->ahead(2 * $HOUR);
my $within = logged_in();

$clock->ahead(25 * $HOUR);
my $today = logged_in();

$site->say($VICTIM, '0', timestamp => $clock->time);
is $today->new_state, 'start', 'just before the answer - has ended';
is $within->new_state, 'start', '23 hours before it - has ended';
is $before->new_state, 'session', '25 hours before it - goes on';

$site->nginx->stop;

done_testing;
