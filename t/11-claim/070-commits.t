# The price of a request with a claim: a guess, and a request that would change
# nothing, is answered from a read.  A commit for each would let strangers, who
# need no token for them, keep the disk busy.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Provider;

my $provider = start_provider();
my $nginx = start_nginx(apps => whatsauth_app(
        app_secret => "$APP_SECRET phone_number_id=106540352242922 "
                      . "access_token=$ACCESS_TOKEN api=" . $provider->meta,
        callback_url => undef,
        more => 'login on; confirm always; reply_limit 100/h 1000/h;')
    . whatsauth_app(name => 'other', token => 'token-of-app-other',
                    more => 'login on;'),
    server => 'location /login/ { whatsauth_login demo; }
               location /other/ { whatsauth_login other; }');

my $browser = Test::WhatsAuth::Browser->new($nginx);
my $claim;

sub commits {
    my ($code) = @_;

    my $before = $nginx->store_stat->{last_txn};

    $code->() for 1 .. 20;
    return $nginx->store_stat->{last_txn} - $before;
}

# The key of a real record, and a secret that is guessed.

sub guessed {
    my ($claim) = @_;

    return $claim =~ s/(.)(.{9})$/($1 eq 'A' ? 'B' : 'A') . $2/er;
}

sub post {
    my ($name, %fields) = @_;

    return $browser->post($name, '-Accept' => 'application/json', %fields);
}

sub collect {
    return $nginx->post('/api/v1/claim', "claim=$_[0]", {
        'Content-Type' => 'application/x-www-form-urlencoded',
        Authorization => "Bearer $TOKEN" });
}

my @asked = (
    [ 'cancel', {} ], [ 'pin', { pin => '123456' } ],
    [ 'pin', { resend => 1 } ], [ 'finish', {} ],
);

# A guess

$browser->post('start');
$claim = $browser->cookies->{'wa-claim-demo'};

for my $asked (@asked) {
    my ($name, $fields) = @$asked;
    my $title = join ' ', $name, %$fields;
    my $answer;

    is commits(sub {
        $browser->cookies->{'wa-claim-demo'} = guessed($claim);
        $answer = post($name, %$fields);
    }), 0, "$title, a guess - no commit";
    is $answer->{json}{error}, 'invalid_claim', 'and no word about the record';

    my $other = Test::WhatsAuth::Browser->new($nginx, login => '/other/');
    is commits(sub {
        $other->cookies->{'wa-claim-other'} = $claim;
        $answer = $other->post($name, '-Accept' => 'application/json',
                               %$fields);
    }), 0, "$title, at another app - no commit";
    is $answer->{json}{error}, 'invalid_claim', 'and no word either';
}

my $issued = $nginx->issue(claim => 1);
my $token = $issued->{headers}{'whatsauth-claim'};
my $answer;

is commits(sub { $answer = collect(guessed($token)) }), 0,
    'claim, a guess - no commit';
is $answer->{status}, 401, 'and a 401';

# The claim itself, where there is nothing to do

$browser->cookies->{'wa-claim-demo'} = $claim;

for my $asked (@asked[1 .. 3]) {
    my ($name, $fields) = @$asked;
    my $title = join ' ', $name, %$fields;

    is commits(sub { $answer = post($name, %$fields) }), 0,
        "$title, too early - no commit";
    is $answer->{json}{error}, 'not_validated', 'which it says';
}

is commits(sub { $answer = collect($token) }), 0,
    'claim, too early - no commit';
is $answer->{json}{error}, 'not_validated', 'which it says';

is commits(sub {
    $browser->cookies->{'wa-claim-demo'} = $claim;
    $answer = post('cancel');
}), 1, 'cancel, the claim - one commit for the first of twenty';
is $answer->{status}, 200, 'and 200 for all';

$browser->cookies->{'wa-claim-demo'} = $claim;

for my $asked (@asked[1 .. 3]) {
    my ($name, $fields) = @$asked;
    my $title = join ' ', $name, %$fields;

    is commits(sub { $answer = post($name, %$fields) }), 0,
        "$title, too late - no commit";
    is "$answer->{status} $answer->{json}{error}", '410 failed',
        'which it says';
}

$nginx->stop;
done_testing;
