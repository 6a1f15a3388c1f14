# Trouble that stops logins appears at nginx's default level of the error log:
# one line a minute for each cause and app, by all workers together, with a
# count, and one when it works again.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;
use Test::WhatsAuth::Twilio;

my $NUMBER = '106540352242922';
my $ANOTHER = '5';
my $OTHER_SECRET = 'app-secret-of-another';

my $receiver = start_receiver();
my $other = start_receiver(address => '127.0.0.2');
my $provider = start_provider();

sub app {
    my ($name, $more) = @_;

    return <<"END";
    whatsauth_app $name {
        token token-of-$name-0123456789;
        phone $PHONE;
        callback_url @{[ $receiver->url("/204?app=$name") ]};
        authorized_callbacks @{[ $receiver->url('/'),
                                 $other->url('/', '127.0.0.2') ]};
        callback_retry 100ms;
        $more
    }
END
}

my $nginx = start_nginx(
    log_level => 'error',
    token => 'token-of-shop-0123456789',
    apps => app('shop', "meta app_secret=$APP_SECRET phone_number_id=$NUMBER"
                . " verify_token=$VERIFY_TOKEN;")
            . app('reply', 'response_message "You are in."; '
                . "meta app_secret=$APP_SECRET phone_number_id=$NUMBER"
                . " verify_token=$VERIFY_TOKEN access_token=an-ended-token-1"
                . ' api=' . $provider->meta . ';')
            . app('sms', 'sms_phone ' . $SMS_PHONE . '; twilio account_sid='
                . "$ACCOUNT_SID auth_token=$AUTH_TOKEN;")
            . app('both', "meta app_secret=$OTHER_SECRET phone_number_id=77;"
                . " twilio account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN;"),
    http => 'whatsauth_public_url ' . 'https://login.test;',
    allow => qr/upstream/);

my $END = substr $PHONE, -2;

# The lines of a cause, without what nginx puts before and after.

sub lines {
    my ($about) = @_;

    return map { s/.*\[error\] \S+ (?:\*\d+ )?whatsauth: //r
                 =~ s/, client: .*//r }
           grep { /\[error\].*whatsauth: .*$about/ }
           split /\n/, $nginx->error_log;
}

sub line_is {
    my ($about, $line, $title) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    wait_until { grep { $_ eq $line } lines($about) };
    is_deeply [ (lines($about))[-1] ], [ $line ], $title;
}

# Sends it to all workers in turn.

sub all_workers {
    my ($times, @request) = @_;

    for my $worker ($nginx->workers) {
        $nginx->client($worker)->request(@request) for 1 .. $times;
    }
}

sub code {
    my ($app, %parameter) = @_;

    return $nginx->issue(token => "token-of-$app-0123456789", %parameter)
                 ->{json}{code};
}

sub say {
    my ($app, %option) = @_;

    return $nginx->message(text_message('>>' . code($app) . '<<', %option));
}

# A secret that is wrong

my @wrong = $nginx->message_request(text_message('hello'),
                                    secret => 'another-secret-0123');
my @noise = $nginx->message_request(
    text_message('hello', phone_number_id => '99"x'), secret => 'noise');

all_workers(10, @wrong);
is_deeply [ lines('X-Hub') ], [ 'messages refused: X-Hub-Signature-256 is not '
    . "by a known secret; the body is for phone_number_id=$NUMBER, count=1, "
    . 'app=shop' ], 'secret - one line of twenty POSTs to two workers';

all_workers(10, @noise);
line_is('none by a|id=99', 'messages refused: X-Hub-Signature-256 is not by a '
    . 'known secret; the body is for phone_number_id=99, count=1',
    'secret - what names no number of ours is a cause of its own');

my @unsigned = (@wrong[0, 1], { 'Content-Type' => 'application/json' }, '{}');

all_workers(5, @unsigned);
line_is('missing', 'messages refused: X-Hub-Signature-256 is missing or '
    . 'malformed, count=1', 'no signature - another one');

say('shop');
line_is('signature of meta works.*app=shop',
    'the signature of meta works again, failures=20, app=shop',
    'secret - the next message works again');
line_is("the signature of meta works again, failures=\\d+\$",
    'the signature of meta works again, failures=20',
    'secret - so does the noise');
is_deeply [ lines('header with') ], [],
    'no signature - a stranger, and nothing that works again';

# A number that is not the app's

say('shop', phone_number_id => $ANOTHER, phone => '+56900000017');
line_is('came to', "a message with a code of this app came to $ANOTHER, "
    . "number ...17; expected $NUMBER, number ...$END, count=1, app=shop",
    'number - what came and what was expected');
say('shop');
line_is('number that', 'the number that messages come to works again, '
    . 'failures=1, app=shop', 'number - works again');
say('shop', phone_number_id => $ANOTHER);
say('shop');

# Of two providers only the message's own is told of.

$nginx->message(text_message('>>' . code('both') . '<<',
                             phone_number_id => $ANOTHER),
                secret => $OTHER_SECRET);
line_is('came to.*app=both', 'a message with a code of this app came to '
    . "$ANOTHER, number ...$END; expected 77, number ...$END, count=1, "
    . 'app=both',
    'number, two providers - what the app has of this one');
$nginx->message(text_message('>>' . code('reply') . '<<',
                             phone_number_id => $NUMBER),
                secret => $OTHER_SECRET);
line_is('came to.*app=reply', 'a message with a code of this app came to '
    . "$NUMBER, number ...$END, as expected, but with the secret of another "
    . 'app or number, count=1, app=reply',
    'number - is right, and the secret is not');

# The clock

say('shop', timestamp => '' . (int(time) + 3600));
ok wait_until(sub {
    (lines('clock skew'))[0] =~ /this[ ]machine[ ]is[ ]3(?:600|599|598)
        [ ]seconds[ ]behind[ ]the[ ]time[ ]of[ ]a[ ]message,[ ]count=1$/x
}), 'clock - a message from the future' or diag lines('clock skew');
say('shop');
line_is('the clock', 'the clock works again, failures=1', 'clock - is right');

for (1 .. 5) {
    say('shop', timestamp => '' . (int(time) - 7200));
    say('shop');
}

is scalar(() = lines('clock')), 2,
    'clock - wrong and right in turn do not flood the log';

# A callback that is given up

sub log_in {
    my (%parameter) = @_;

    my $code = code('shop', %parameter);
    $nginx->message(text_message(">>$code<<"));
}

log_in(callback_url => $receiver->url('/500?session_id=4711'));
line_is('given up', 'callback to ' . $receiver->url('/500') . ' given up, '
    . 'status 500, attempts 2, count=1, app=shop',
    'callback - is given up: which, without its query');
log_in(callback_url => $other->url('/204?good=1', '127.0.0.2'));
ok wait_until(sub {
    grep { $_->{target} eq '/204?good=1' } $other->requests
}), 'callback - of another site comes';
is_deeply [ lines('callback works') ], [], 'which says nothing of the first';
log_in();
line_is('callback works', 'the callback works again, failures=1, app=shop',
    'callback - works again');
log_in(callback_url => $receiver->url('/410')) for 1 .. 3;

# A reply

say('reply');
line_is('replies', 'replies refused by ' . $provider->meta =~ s{/v.*}{}r
    . ', status 401, error 190, count=1, app=reply',
    'reply - the access token has ended');

# A handshake

my $shake = '/api/v1/messages?hub.mode=subscribe&hub.challenge=1'
            . '&hub.verify_token=';

$nginx->get($shake . 'wrong-token-0123') for 1 .. 3;
line_is('handshake', 'handshake refused: the token is none of the '
    . 'verify tokens, count=1', 'handshake - a wrong token');
$nginx->get($shake . $VERIFY_TOKEN);
line_is('verify token works', 'the verify token works again, failures=3',
    'handshake - works again');
$nginx->get($shake . $_) for 'wrong-token-0123', $VERIFY_TOKEN, 'wrong-token-9';

# Twilio, by its account

twilio_post($nginx, twilio_fields(Body => 'hello'), token => 'another',
            target => '/api/v1/messages?api_token=token-of-sms-0123456789')
    for 1, 2;
line_is('X-Twilio', 'messages refused: X-Twilio-Signature is not by an auth '
    . 'token, for this URL, of the app that it names; the body is for '
    . "AccountSid=$ACCOUNT_SID, "
    . 'checked as https://login.test/api/v1/messages, '
    . 'see whatsauth_public_url, count=1, app=sms',
    'Twilio - by its account, and the URL without its query');

my $sms_code = code('sms');

twilio_post($nginx, twilio_fields(Body => ">>$sms_code<<",
                                  To => 'whatsapp:+56900000017'),
            url => 'https://login.test/api/v1/messages');
line_is('came to.*app=sms', 'a message with a code of this app came to '
    . "$ACCOUNT_SID, number ...17; expected $ACCOUNT_SID, number ...$END, "
    . 'count=1, app=sms',
    'Twilio - the number of another app');

# The last message with a time for now

say('shop', timestamp => '' . (int(time) - 7200));

# Failures between two lines are counted, also over a reload.

all_workers(3, @wrong);
is scalar(() = lines('X-Hub.*app=shop')), 1, 'the same minute - no line';
$nginx->reload;
all_workers(2, @wrong);
is scalar(() = lines('X-Hub.*app=shop')), 1, 'the same after a reload';

ok wait_until(sub { lines('X-Hub.*app=shop') == 2 }, 70),
    'the minute is over - the next line';
like +(lines('X-Hub.*app=shop'))[1], qr/ count=10, app=shop$/,
    'with what came meanwhile';
ok wait_until(sub { lines('handshake') == 2 && lines('clock skew') == 2
                    && lines('given up') == 2 && lines('X-Twilio') == 2 }, 20),
    'and so for the other causes';
like +(lines('clock skew'))[1],
    qr/:[ ]this[ ]machine[ ]is[ ]7\d\d\d[ ]seconds[ ]or[ ]more[ ]ahead:[ ]a
       [ ]message[ ]is[ ]older[ ]than[ ]its[ ]code,[ ]count=6$/x,
    'clock - a message from before its code';
like +(lines('given up'))[1], qr/ status 410, attempts 1, count=3, app=shop$/,
    'callback - three times';
like +(lines('handshake'))[1], qr/ count=2$/,
    'handshake - wrong again after a right one';

# A success after the last failure takes the place of its line.

ok wait_until(sub { lines('number that.*app=shop') == 2 }, 20),
    'number - wrong and right again within the minute: it works again';
like +(lines('number that.*app=shop'))[1],
    qr/ works again, failures=1, app=shop$/,
    'with the failure that no line has told of';
is scalar(() = lines('came to.*app=shop')), 1, 'and no line of a failure';

say('shop');
line_is('signature of meta works.*app=shop',
    'the signature of meta works again, failures=10, app=shop',
    'secret - works again, all over');

unlike $nginx->error_log,
    qr/56911111111|56900000017|an-ended-token|wrong-token|session_id|token-of/,
    'no line has a number, a token, a secret or a query';

$nginx->stop;
done_testing;
