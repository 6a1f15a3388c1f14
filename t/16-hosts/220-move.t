# whatsauth-store moves a store from a machine to Valkey while no nginx runs:
# codes, logins and sessions go on there.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";
my $receiver = start_receiver();
my $NUMBER = '106540352242922';
my $USER = "US.$$";
my $valkey = start_valkey(cluster => 3, replicas => 1, node_timeout => 60_000);
my $url = $valkey->url;

sub tool {
    my $said = join ' ', map { "'$_'" } @_;
    $said = `$tool $said 2>&1`;

    return ($? >> 8) . " $said";
}

sub host {
    return start_nginx(apps => <<"APP", allow => qr/whatsauth store "/, @_,
whatsauth_app demo {
    token $TOKEN;
    phone $PHONE;
    callback_url @{[ $receiver->url('/204') ]};
    callback_secret none;
    meta app_secret=$APP_SECRET phone_number_id=$NUMBER
         access_token=access-token api=@{[ $receiver->url('/200/v26.0') ]};
    expires 10m;
    login on;
    confirm off;
}
whatsauth_app brief {
    token token-of-tenant-brief;
    phone $PHONE;
    callback_url @{[ $receiver->url('/204') ]};
    callback_secret none;
    meta app_secret=$APP_SECRET phone_number_id=1;
    expires 1s;
}
APP
        server => 'whatsauth_gate_numbers any;
                   location /login/ { whatsauth_login demo; }
                   location /private/ { whatsauth_gate demo;
                                        try_files /none =204; }');
}

# The dump of a store, without the lane of records that are only kept, which is
# the engine's own business.

sub dump_of {
    my ($place) = @_;

    my @lines = map { JSON::PP::decode_json($_) } split /\n/,
                tool('dump', $place) =~ s/^0 //r;

    for (@lines) {
        delete $_->{lane} if ($_->{state} // '') eq 'kept';
        delete $_->{status} if ($_->{state} // '') eq 'waiting';
    }

    return \@lines;
}


my $old = host(place => undef);
my $store = $old->root . '/store';

my $waiting = $old->issue;
my $claimed = $old->issue(claim => 1);
my $done = $old->issue;
$old->message(text_message(">>$done->{json}{code}<<", id => 'wamid.1'));
$receiver->wait_for($done->{json}{code});
my $question = $old->issue;
$old->message(hidden_message($USER, type => 'text',
    text => { body => ">>$question->{json}{code}<<" }));
ok wait_until(sub { grep { ($_->{json}{recipient} // '') eq $USER }
                    $receiver->requests }),
    'before - a user is asked for the number';
my $browser = Test::WhatsAuth::Browser->logged_in($old);
is $browser->get('/private/')->{status}, 204, 'before - the session is good';
my $brief = $old->issue(token => 'token-of-tenant-brief');
$old->stop;
is $brief->{status}, 200, 'before - a code that expires while nginx is stopped';

ok wait_until(sub { tool('dump', $store) =~ /"app":"brief".*?"expired"/ }),
    'which it does';

is tool('move', $store, $url, 'replicas=2'), '2 whatsauth-store: '
    . $valkey->primary(0)->{host} . ' port ' . $valkey->primary(0)->{port}
    . ": fewer than 2 replicas answer\n", 'move - too few replicas';
is tool('check', $url), '2 whatsauth-store: the store is only half moved: move'
    . ' again, or remove all keys that begin with "wa:"' . "\n",
    'it has not come to its end - there is no store yet';

my $early = host(place => $url);
ok wait_until(sub { $early->error_log =~ /is only half moved/ }),
    'nginx - says so, too';
is $early->issue->{status}, 503, 'and has no store';
$early->stop;

is tool('move', $store, $url), "0 moved 6 records, 1 sessions, 1 subjects\n",
    'move - once more';
is tool('check', $url), "0 ok\n", 'the store is sound';
is_deeply dump_of($url), dump_of($store), 'and says what the other one says';
is tool('check', $store), "0 ok\n", 'which is as it was';

like tool('move', $store, $url),
    qr/^2 .*there is a store with the prefix "wa" already$/,
    'there is a store - refused';
is tool('move', $store, $url, 'prefix=other'),
    "0 moved 6 records, 1 sessions, 1 subjects\n", 'another prefix - another';

my $new = host(place => $url);
ok $new->wait_until_open, 'after - nginx starts';

is $new->message(text_message(">>$waiting->{json}{code}<<",
                              id => 'wamid.2'))->{status}, 200,
    'a code from before - its message';
is $receiver->wait_for($waiting->{json}{code})->{json}{status}, 'validated',
    'validates it';
$new->message(hidden_message($USER, type => 'contacts', contacts => [ {
    origin => 'contact_request', phones => [ { phone => '+56922222222',
        wa_id => '56922222222', type => 'CELL' } ] } ]));
is $receiver->wait_for($question->{json}{code})->{json}{phone_number},
    '+56922222222', 'a question from before - the answer validates';
my $claim = $claimed->{headers}{'whatsauth-claim'};
is $new->request('GET', '/api/v1/claim',
    { Authorization => "Bearer $claim" })->{json}{status}, 'requested',
    'a claim from before - it is known';
$browser->{nginx} = $new;
is $browser->get('/private/')->{status}, 204,
    'a session from before - it is good';
is tool('check', $url), "0 ok\n", 'after - the store is sound';
$new->stop;

# Rows that the move has not put there.

my $foreign = start_valkey();

for my $server ($valkey->servers) {
    $foreign->primary->call('SET', $_, 'x')
        for grep { /^wa:\{..\}:r:/ } @{ $server->call('KEYS', '*') };
}

is tool('move', $store, $foreign->url, 'replicas=0'), '2 whatsauth-store: '
    . 'there are other rows with this prefix: remove all keys that begin with'
    . " \"wa:\", and move again\n", 'rows of somebody else - refused';

for ([ 'move' ], [ 'move', $store ], [ 'move', $url, $url ],
     [ 'move', $store, $store ])
{
    like tool(@$_), qr/^2 usage: /, "@$_ - refused";
}

$foreign->stop;
$valkey->stop;
done_testing;
