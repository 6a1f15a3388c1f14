# whatsauth-store moves a store from Valkey to one machine while no nginx runs:
# logins in each of their states go on there, and nothing is lost on the way
# there and back.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Consent;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";
my $USER = "US.$$";
my $OTHER = '56933333333';
my $SITE = slot_port(12);
my $valkey = start_valkey(cluster => 3, replicas => 1, node_timeout => 60_000);
my $url = $valkey->url;
my @folder = map { slot_folder() . "/store-$_" } 0 .. 1;

sub tool {
    my $said = join ' ', map { "'$_'" } @_;
    $said = `$tool $said 2>&1`;

    return ($? >> 8) . " $said";
}

# Nobody listens where callbacks go while the store is in Valkey.

sub host {
    my ($place) = @_;

    return start_consent('confirm unknown; reply_limit 1000/h 1000/h;'
        . ' expires 10m;', place => $place,
        callback_url => "http://127.0.0.1:$SITE/204",
        allow => qr/whatsauth store "|connect\(\) failed/);
}

# The dump of a store, without the lane of records that are only kept, which is
# the engine's own business, and without what expiry changes.

sub dump_of {
    my @lines = map { JSON::PP::decode_json($_) } split /\n/,
                tool('dump', @_) =~ s/^0 //r;

    for (@lines) {
        delete $_->{lane} if ($_->{state} // '') eq 'kept';
        delete $_->{status} if ($_->{state} // '') eq 'waiting';
    }

    return \@lines;
}


my $site = host($url);
my $nginx = $site->nginx;
ok $nginx->wait_until_open, 'before - nginx runs with Valkey';

my $waiting = $nginx->issue;
my $claimed = $nginx->issue(claim => 1);

my $due = $nginx->issue;
is $nginx->message(text_message(">>$due->{json}{code}<<",
                                id => 'wamid.due'))->{status}, 200,
    'a login - whose callback is due';

my $refused = $nginx->issue(authorized_numbers => "+$VICTIM");
$nginx->message(text_message(">>$refused->{json}{code}<<", from => $_))
    for $ATTACKER, $OTHER;

# The question that was put last is about the code that was issued first.

my @question = map { $nginx->issue } 0 .. 1;
$nginx->message(hidden_message($USER, type => 'text',
    text => { body => ">>$_->{json}{code}<<" })) for reverse @question;

my $known = $site->browser;
ok $site->log_in($known, $VICTIM), 'a session - whose login had a PIN';

my $pinned = $site->browser;
$site->begin($pinned);
$site->send($pinned, $OTHER);
my $pin = $site->pin($OTHER);
ok $pin, 'a login - whose PIN has gone out';

mkdir $_ for @folder;
my $in_use = '2 whatsauth-store: the store is in use: stop nginx, on all of its'
             . " hosts, and move again\n";
is tool('move', $url, $folder[0]), $in_use, 'move - while nginx runs';
is_deeply [ glob "$folder[0]/*" ], [], 'and nothing is made';
$nginx->stop;

my $moved = qr/^0 moved \d+ records, 1 sessions, 1 subjects\n\z/;

like tool('move', $url, $folder[0]), $moved, 'move - nginx is stopped';
my $dump = dump_of($url);
is_deeply dump_of($folder[0]), $dump, 'the store says what the other one says';
is tool('check', $folder[0]), "0 ok\n", 'and is sound';
is tool('check', $url), "0 ok\n", 'the other one is as it was';

like tool('move', $folder[0], $url, 'prefix=again'), $moved, 'and there again';
like tool('move', $url, 'prefix=again', $folder[1]), $moved, 'and back';
is_deeply dump_of($folder[1]), $dump, 'nothing is lost';
is tool('check', $folder[1]), "0 ok\n", 'the store is sound';

like tool('move', $url, $folder[1]),
    qr/^2 whatsauth-store: there is a store in "$folder[1]" already$/,
    'move - to a store that is there';
is_deeply dump_of($folder[1]), $dump, 'which stays as it is';

my $receiver = start_receiver(port => $SITE);
$site = host($folder[1]);
$nginx = $site->nginx;
$_->{nginx} = $nginx for $known, $pinned;

is $receiver->wait_for($due->{json}{code}, 60)->{json}{status}, 'validated',
    'after - the callback that was due is made';

is $nginx->message(text_message(">>$waiting->{json}{code}<<",
                                id => 'wamid.2'))->{status}, 200,
    'a code from before - its message';
is $receiver->wait_for($waiting->{json}{code})->{json}{status}, 'validated',
    'validates it';

my $claim = $claimed->{headers}{'whatsauth-claim'};
is $nginx->request('GET', '/api/v1/claim',
    { Authorization => "Bearer $claim" })->{json}{status}, 'requested',
    'a claim from before - it is known';
my $id = $due->{headers}{'whatsauth-id'};
is $nginx->request('GET', "/api/v1/verification/$id",
    { Authorization => "Bearer $TOKEN" })->{json}{status}, 'validated',
    'an id from before - it is known';

$nginx->message(text_message(">>$refused->{json}{code}<<",
                             from => '56944444444'));
is $receiver->wait_for($refused->{json}{code})->{json}{status}, 'failed',
    'the third sender who may not - the two from before count';

$nginx->message(hidden_message($USER, type => 'contacts', contacts => [ {
    origin => 'contact_request', phones => [ { phone => '+56955555555',
        wa_id => '56955555555', type => 'CELL' } ] } ]));
is $receiver->wait_for($question[0]{json}{code})->{json}{phone_number},
    '+56955555555', 'the question that was put last - the answer validates';

$pinned->post('pin', pin => $pin);
$pinned->post('finish');
is $pinned->new_state, 'session', 'a PIN from before - is the right one';

is $known->new_state, 'session', 'a session from before - it is good';
ok !$site->log_in($known, $VICTIM), 'a known browser - needs no PIN';
$site->say($VICTIM, '0');
ok wait_until(sub { $known->new_state eq 'start' }),
    'the answer 0 - ends the sessions of before';
is $pinned->new_state, 'session', 'and no others';

my $next = $nginx->issue;
is $next->{status}, 200, 'a new code';
is scalar(grep { $_ eq $next->{json}{code} }
          map { $_->{code} // () } @$dump), 0, 'which none had before';

is tool('move', $folder[1], $url, 'prefix=third'), $in_use,
    'move - while nginx runs with the store on this machine';
like tool('check', $url, 'prefix=third'), qr/^2 .*there is no store/,
    'and nothing is made';

$nginx->stop;
is tool('check', $folder[1]), "0 ok\n", 'after - the store is sound';

$valkey->stop;
done_testing;
