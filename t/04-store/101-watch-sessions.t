# A watch of a session is called when the session ends, in every worker, by
# whatever cause: the person, the site, an answer 0, another number, one session
# too many, and by time.  No other session's watch is.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Clock;
use Test::WhatsAuth::Consent;
use Test::WhatsAuth::Watched;

if (my $why = Test::WhatsAuth::Watched->load) {
    plan skip_all => $why;
}

my $SESSIONS_MAX = 32;

my $watched = Test::WhatsAuth::Watched->new;
my $clock = Test::WhatsAuth::Clock->new;
my $site = $clock->around(sub {
    start_consent('confirm off; max_live 1000; reply_limit 1000/h 1000/h;',
        server => 'location /login/ { whatsauth_login demo; }'
                  . $watched->location);
});
my $nginx = $site->nginx;

my %since;

# A browser, and the id of the session that has just begun in it.

sub log_in {
    my ($number) = @_;

    my %before = map { $_->{id} => 1 } $nginx->sessions;
    my $browser = $site->browser;
    $site->log_in($browser, $number);
    my ($id) = grep { !$before{$_} } map { $_->{id} } $nginx->sessions;

    return ($browser, $id);
}

sub watch {
    my (@ids) = @_;

    $watched->watch_sessions($nginx, $_, @ids) for $nginx->workers;
}

# Each of the workers is called, and for nothing else.

sub ended_are {
    my ($title, @ids) = @_;

    my @expected = sort map { my $id = $_; map { "$_ $id ended" }
                              $nginx->workers } @ids;
    my @got;

    wait_until(sub {
        @got = map { "$_->{pid} $_->{id} $_->{status}" } $watched->calls;
        @got = grep { !$since{$_} } @got;
        @got >= @expected;
    });

    is_deeply [ sort @got ], \@expected, $title;
    @since{@got} = (1) x @got;
}

my ($other, $other_id) = log_in($ATTACKER);
watch($other_id);
ended_are('a session - nobody is called before it ends');

my ($browser, $id) = log_in($VICTIM);
watch($id);
$browser->post('logout');
ended_are('logout - both workers are called', $id);

my ($second, $second_id);
($browser, $id) = log_in($VICTIM);
($second, $second_id) = log_in($VICTIM);
watch($id, $second_id);
$second->get('/login/sessions');
$second->post('sessions', session => $id);
ended_are('the list of sessions - the one that was ended', $id);
$second->post('sessions', all => 1);
ended_are('the list of sessions - all', $second_id);

sub end_sessions {
    my ($query) = @_;

    return $nginx->request('DELETE', "/api/v1/sessions?$query",
                           { Authorization => "Bearer $TOKEN" })->{json}{ended};
}

(undef, $id) = log_in($VICTIM);
(undef, $second_id) = log_in($VICTIM);
watch($id, $second_id);
is end_sessions("session=$id"), 1, 'the site - ends one session';
ended_are('its watch is called', $id);
is end_sessions("phone=$VICTIM"), 1, 'the site - ends all of a number';
ended_are('those that were left', $second_id);

(undef, $id) = log_in($VICTIM);
(undef, $second_id) = log_in($VICTIM);
watch($id, $second_id);
$site->say($VICTIM, '0');
ended_are('answer 0 - all of the number', $id, $second_id);

(undef, $id) = log_in($VICTIM);
watch($id);
$site->say($VICTIM, '', message => { type => 'system', text => undef,
    system => { type => 'user_changed_number', wa_id => '56933333333' } });
ended_are('another number - all of the old one', $id);

(undef, $id) = log_in($VICTIM);
watch($id);
log_in($VICTIM) for 2 .. $SESSIONS_MAX;
ended_are('as many sessions as may be - none ends');
log_in($VICTIM);
ended_are('one too many - the oldest ends', $id);

# A watch that comes late finds the end by itself.

watch($id);
ended_are('an ended session - its watch is over at once');

$other->get('/login/');
is $other->state, 'session', 'another person - is logged in all the time';

# Sweeps find those that nobody has used for an hour.

$clock->ahead(3601);
ended_are('an hour without use - ends all that were there',
          $other_id);

$nginx->stop;
done_testing;
