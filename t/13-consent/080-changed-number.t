# Meta says that a number, the device that has it or its user id is another's
# now: all sessions of the number end, and its browsers are unknown again.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;

my $site = start_consent('confirm unknown; reply_limit 1000/h 1000/h;');
my $other = $site->browser;

$site->log_in($other, $ATTACKER);

# The notice of WhatsApp itself: the message is from the old number.

sub changed {
    my ($type, %more) = @_;

    return $site->say($VICTIM, '', message => { type => 'system',
        text => undef, system => { body => 'User A has changed', wa_id =>
            '56933333333', type => $type }, %more });
}

my @types = qw( user_changed_number user_changed_user_id
                customer_identity_changed );

for my $type (@types) {
    my $browser = $site->browser;

    $site->log_in($browser, $VICTIM);
    is $browser->new_state, 'session', "$type - a session before it";
    ok !$site->log_in($browser, $VICTIM), 'in a browser that is known';

    is changed($type)->{status}, 200, "$type - a message of WhatsApp";
    ok wait_until { $browser->new_state eq 'start' }, 'ends the session';
    ok $site->log_in($browser, $VICTIM), 'and the browser is unknown again';
    is +(grep { /^Done/ } $site->texts($VICTIM)), 0, 'and nobody is answered';

    changed($type, timestamp => '' . (time - 7200));
    is $browser->new_state, 'session',
        "$type - a late repetition ends nothing younger";
}

my $browser = $site->browser;
$site->log_in($browser, $VICTIM);
changed('');
changed($_, from => undef, from_user_id => 'US.1') for @types;
$site->say($VICTIM, 'user_changed_number');
is $browser->new_state, 'session',
    'other messages, and those of a hidden number - end nothing';
is $other->new_state, 'session', 'those of another number - go on';

like $site->nginx->error_log,
    qr/\[notice\].* 2 sessions ended, reason=number_changed, app=demo/,
    'the log - says how many';
unlike $site->nginx->error_log, qr/$VICTIM/, 'but not whose';

$site->nginx->stop;
done_testing;
