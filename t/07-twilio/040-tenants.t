# One tenant cannot speak for another: a message counts only for an app that
# lists its account with a token that signed it, and whose number it came to.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();

# Accounts: letters become the digits of a SID.

sub sid {
    my ($name) = @_;

    return 'AC' . unpack 'H32', sprintf '%-16s', $name;
}

my %app = (
    a => { phone => '+14155550001',
           twilio => 'account_sid=' . sid('a')
                     . ' auth_token=auth-of-tenant-a' },
    b => { phone => '+14155550002',
           twilio => 'account_sid=' . sid('b')
                     . ' auth_token=auth-of-tenant-b' },
    c => { phone => '+14155550003',
           twilio => 'account_sid=' . sid('c')
                     . ' auth_token=old-auth-of-tenant-c '
                     . 'auth_token=new-auth-of-tenant-c',
           more => 'twilio account_sid=' . sid('sub')
                   . ' auth_token=auth-of-the-subaccount;' },
    d => { phone => '+14155550003',
           twilio => 'account_sid=' . sid('c')
                     . ' auth_token=new-auth-of-tenant-c '
                     . 'auth_token=old-auth-of-tenant-c' },
    m => { phone => '+14155550004',
           twilio => 'account_sid=' . sid('m')
                     . ' auth_token=the-same-for-both-providers',
           more => 'meta app_secret=the-same-for-both-providers;' },
);

my $nginx = start_nginx(allow => qr/proves nothing/, apps => join '', map {
    twilio_app(name => $_, token => "token-of-tenant-$_", %{ $app{$_} },
               callback_url => $receiver->url("/204/$_"))
} sort keys %app);

sub issue {
    my ($name) = @_;

    return $nginx->issue(token => "token-of-tenant-$name")->{json}{code};
}

sub sent {
    my ($code, $sid, $to, $token, %option) = @_;

    my $phone = $app{$to} ? $app{$to}{phone} : $to;

    return twilio_post($nginx, twilio_fields(Body => ">>$code<<",
        AccountSid => $sid, To => "whatsapp:$phone"), token => $token,
        %option)->{status};
}

sub status {
    my ($app) = @_;

    return join ' ', map { $_->{status} } grep { $_->{app} eq $app }
                     $nginx->records;
}

my $code = issue('a');

my @others = (
    [ sid('b'), 'b', 'auth-of-tenant-b', 'all of b' ],
    [ sid('a'), 'a', 'auth-of-tenant-b', 'the token of b' ],
    [ sid('b'), 'a', 'auth-of-tenant-a', 'the account of b' ],
    [ sid('b'), 'a', 'auth-of-tenant-b', 'account and token of b' ],
    [ sid('a'), 'b', 'auth-of-tenant-a', 'the number of b' ],
    [ sid('a'), '+141555500011', 'auth-of-tenant-a',
        'a number that begins with ours' ],
    [ sid('a'), '+1415555000', 'auth-of-tenant-a',
        'the beginning of our number' ],
    [ sid('none'), 'a', 'auth-of-tenant-a', 'an account of nobody' ],
);

for my $other (@others) {
    is sent($code, @$other[0 .. 2]), 200, "a code of a, with $other->[3]";
}

is sent($code, $_, 'a', 'auth-of-tenant-a'), 401,
    "an account that is no SID, $_"
    for sid('a') . '0', 'AC', lc sid('a'), 'SM' . substr(sid('a'), 2);

is status('a'), 'requested', 'none of them validates it';

my @notes = $nginx->error_log =~ /(reason=other_app, app=a, id=[0-9a-f-]{36})/g;
is @notes, @others, 'and each leaves a line' or diag $nginx->error_log;

is sent($code, sid('a'), 'a', 'auth-of-tenant-a'), 200,
    'a code of a, with all of a';
is $receiver->wait_for($code)->{target}, '/204/a', 'validates it';

# Both tokens of an account that is being rotated

for my $token ('old', 'new') {
    $code = issue('c');
    sent($code, sid('c'), 'c', "$token-auth-of-tenant-c");
    ok $receiver->wait_for($code), "two tokens - the $token one";
}

# Another account of the same app

$code = issue('c');
is sent($code, sid('sub'), 'c', 'new-auth-of-tenant-c'), 200,
    'two accounts - the second with a token of the first';
is sent($code, sid('c'), 'c', 'auth-of-the-subaccount'), 200,
    'two accounts - the first with a token of the second';
like status('c'), qr/requested/, 'neither validates';
sent($code, sid('sub'), 'c', 'auth-of-the-subaccount');
ok $receiver->wait_for($code), 'two accounts - the second with its own token';

# Apps of one owner share a number: the code decides.

for my $name ('d', 'c') {
    $code = issue($name);
    sent($code, sid('c'), $name, 'new-auth-of-tenant-c');
    is $receiver->wait_for($code)->{target}, "/204/$name",
        "a shared number - the code of $name goes to $name";
}

$code = issue('d');
sent($code, sid('sub'), 'd', 'auth-of-the-subaccount');
is status('d') =~ tr/q//, 1, 'a shared number - an account of c alone is not d';

# A token and a secret of the same letters at two providers

$code = issue('m');
is $nginx->message(text_message(">>$code<<", phone => $app{a}{phone}),
                   secret => 'the-same-for-both-providers')->{status}, 200,
    'one secret for both';
is status('m'), 'requested', 'a message by Meta to another number is not heard';
sent($code, sid('m'), 'm', 'the-same-for-both-providers');
ok $receiver->wait_for($code), 'one secret for both - by Twilio';
$code = issue('m');
$nginx->message(text_message(">>$code<<", phone => $app{m}{phone}),
                secret => 'the-same-for-both-providers');
ok $receiver->wait_for($code), 'one secret for both - by Meta';

is sent(issue('a'), sid('a'), 'a', 'auth-of-tenant-a',
        target => '/api/v1/messages?app=b'), 401, 'the URL names another app';

$nginx->stop;

# With more than eight distinct tokens the URL says whose message it is.

sub many {
    my ($n, $more) = @_;

    return join '', map {
        twilio_app(name => "app$_", token => "token-of-tenant-$_",
                   phone => '+1415555' . (1000 + $_),
                   twilio => 'account_sid=' . sid($_)
                             . " auth_token=auth-of-tenant-$_",
                   callback_url => $receiver->url('/204'))
    } 1 .. $n;
}

sub narrowed {
    my ($code, $query, $token) = @_;

    return sent($code, sid('9'), '+14155551009', $token,
                target => "/api/v1/messages$query");
}

$nginx = start_nginx(apps => many(9) . whatsauth_app(name => 'meta',
    token => 'token-of-tenant-meta', app_secret => 'auth-of-tenant-9',
    phone => '+14155551009',
    callback_url => $receiver->url('/204')));

$code = issue(9);
is narrowed($code, '', 'auth-of-tenant-9'), 401,
    'nine tokens - no app is named';
is narrowed($code, '?app=app1', 'auth-of-tenant-9'), 401,
    'nine tokens - another app';
is narrowed($code, '?app=app9', 'auth-of-tenant-1'), 401,
    'nine tokens - the app, but a token of another';
is narrowed($code, '?app=none', 'auth-of-tenant-9'), 401,
    'nine tokens - an unknown app';
is narrowed($code, '?app=meta', 'auth-of-tenant-9'), 401,
    'nine tokens - an app without an account';
is narrowed($code, '?app=app9', 'auth-of-tenant-9'), 200,
    'nine tokens - the app';
ok $receiver->wait_for($code), 'validates its code';

$code = issue(9);
is narrowed($code, '?auth_token=x&api_token=token-of-tenant-9',
            'auth-of-tenant-9'), 200,
    'nine tokens - the API token, as the hosted service has it';
ok $receiver->wait_for($code), 'validates its code';

$code = issue('meta');
is $nginx->message(text_message(">>$code<<", phone => '+14155551009'),
                   secret => 'auth-of-tenant-9')->{status}, 200,
    'nine tokens - are no secrets of Meta';
ok $receiver->wait_for($code), 'which has one';

$nginx->stop;

$nginx = start_nginx(apps => many(8));
$code = issue(8);
is sent($code, sid('8'), '+14155551008', 'auth-of-tenant-8'), 200,
    'eight tokens - nobody need be named';
ok $receiver->wait_for($code), 'and the code is validated';
is $nginx->message(text_message('x'))->{status}, 401,
    'without meta - a message of Meta is by nobody';
$nginx->stop;

# A reload brings a new token and takes the old one.

$nginx = start_nginx(apps => many(1));
$code = issue(1);
$nginx->{apps} = many(1) =~ s/auth-of-tenant-1/fresh-token-of-tenant-1/r;
$nginx->write_config($nginx->config);
$nginx->reload;
is sent($code, sid('1'), '+14155551001', 'auth-of-tenant-1'), 401,
    'reload - the old token';
is sent($code, sid('1'), '+14155551001', 'fresh-token-of-tenant-1'), 200,
    'reload - the new token';
ok $receiver->wait_for($code), 'validates the code from before it';

$nginx->stop;
done_testing;
