# nginx asks a sender who hides the phone behind a user name for the number,
# and only the contact that answers the question logs in.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( sleep );

# An API that takes one of the two names of the question only.

package Local::Api {
    use parent qw( Test::WhatsAuth::Receiver );

    sub record {
        my ($self, $request) = @_;

        $self->{type} = eval { JSON::PP->new->decode($request->{body})
                               ->{interactive}{type} };
        return $self->SUPER::record($request);
    }

    sub answer {
        my ($self, $client, $target, $before) = @_;

        my $so_far = grep { $_->{target} eq $target } $self->requests;

        return send_answer($client, 429, '{"error":{"code":80007}}')
            if $target =~ m{^/once/} && $so_far < 2;
        return send_answer($client, 400, '{"error":{"code":131056}}')
            if $target =~ m{^/pair/} && $so_far < 2;

        my ($only) = $target =~ m{^/only/(\w+)/}
            or return $self->SUPER::answer($client,
                          $target =~ s{^/(?:once|pair)/}{/200/}r, $before);
        my $good = $self->{type} eq $only;
        my $body = $good ? '{"messages":[{"id":"wamid.x"}]}'
            : '{"error":{"message":"(#100) +56911111111","code":100}}';

        send_answer($client, $good ? 200 : 400, $body);
    }

    sub send_answer {
        my ($client, $status, $body) = @_;

        $client->syswrite("HTTP/1.1 $status Status\r\n"
            . "Content-Type: application/json\r\nContent-Length: "
            . length($body) . "\r\n\r\n$body");
    }
}

sleep 61 - (3600 - time % 3600) if time % 3600 > 3540;

my $NUMBER = '106540352242922';
my $THEIR_SECRET = 'app-secret-of-the-stranger';
my $QUESTION = 'Please tap the button to send your phone number and log in.';

my $api = Local::Api->start;
my $receiver = start_receiver();

sub app {
    my ($name, $path, $more) = @_;

    my $access = $path ? 'access_token=access-token api='
                         . $api->url("$path/v26.0") : '';

    return <<"END";
    whatsauth_app $name {
        token token-of-tenant-$name;
        phone $PHONE;
        callback_url @{[ $receiver->url('/204') ]};
        callback_secret none;
        meta app_secret=$APP_SECRET phone_number_id=$NUMBER $access;
        expires 10m;
        failure_message "You are not in.";
        @{[ $more // '' ]}
    }
END
}

my $nginx = start_nginx(token => 'token-of-tenant-demo', apps => join '',
    app('demo', '/200'), app('second', '/200'),
    app('fail', '/200', 'hidden_number fail;'), app('no_access'),
    app('other_name', '/only/contact_request'), app('no_name', '/only/none'),
    app('broken', '/500', 'hidden_number request;'),
    app('once', '/once'), app('pair', '/pair'), app('bad', '/404'),
    app('quiet', '/200', 'sandbox on;'),
    app('limited', '/200', 'reply_limit 1/h 1/h;'),
    app('stranger', '/200') =~ s/$NUMBER/20654035/r
        =~ s/$APP_SECRET/$THEIR_SECRET/r,
    app('named', '/200', 'authorized_numbers +56922222222;'));

my ($users, $told) = (0, 0);

sub issue {
    my ($app, %parameter) = @_;

    return $nginx->issue(token => "token-of-tenant-$app",
                         %parameter)->{json}{code};
}

sub new_user {
    return sprintf 'US.%d%d', $$, ++$users;
}

# The code of a hidden sender

sub code_message {
    my ($user, $code, %message) = @_;

    return hidden_message($user, type => 'text',
        text => { body => ">>$code<<" }, %message);
}

# The card by which a user answers; %card changes it.

sub card_message {
    my ($user, $phone, %option) = @_;

    my $message = delete $option{message} // {};

    return hidden_message($user, type => 'contacts', contacts => [ {
        origin => 'contact_request',
        phones => [ { phone => "+$phone", wa_id => $phone, type => 'CELL' } ],
        %option,
    } ], %$message);
}

sub say {
    my ($body, %option) = @_;

    return $nginx->message($body, %option)->{status};
}

sub state_of {
    my ($code) = @_;

    return (grep { $_->{code} eq $code } $nginx->records)[0]{status};
}

sub asked {
    my ($user) = @_;

    return grep { ($_->{json}{recipient} // '') eq $user } $api->requests;
}

sub is_asked {
    my ($user, $times, $title) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    wait_until { asked($user) >= $times };
    sleep 0.3;
    is scalar(() = asked($user)), $times, $title;
}

# The reasons in the log since the last call.

sub reasons {
    my @all = $nginx->error_log =~ /message ignored, reason=(\w+)/g;
    my @new = splice @all, $told;

    $told += @new;
    return \@new;
}

sub callbacks {
    my ($code) = @_;

    sleep 0.2;
    return map { $_->{json} } grep { ($_->{json}{verification_code} // '')
                                     eq $code } $receiver->requests;
}

# The question and its answer

my $code = issue('demo');
my $user = new_user();

is say(code_message($user, $code, id => 'wamid.the-first')), 200,
    'hidden number - a message with a code';
is_asked $user, 1, 'its sender is asked';

my ($request) = asked($user);
is $request->{target}, "/200/v26.0/$NUMBER/messages",
    'question - to the number that the message came to';
is $request->{headers}{authorization}, 'Bearer access-token',
    'question - with the access token';
is_deeply $request->{json}, {
    messaging_product => 'whatsapp', recipient_type => 'individual',
    recipient => $user, context => { message_id => 'wamid.the-first' },
    type => 'interactive', interactive => {
        type => 'request_contact_info', body => { text => $QUESTION },
        action => { name => 'request_contact_info' },
    },
}, 'question - what it says';
is_deeply [ callbacks($code) ], [], 'question - the site hears nothing yet';
is state_of($code), 'requested', 'question - the code waits';

is say(card_message($user, '56911111111')), 200, 'answer - the card';
my $callback = $receiver->wait_for($code)->{json};
is_deeply { map { $_ => $callback->{$_} }
            qw( status phone_number profile_name error ) },
    { status => 'validated', phone_number => '+56911111111',
      profile_name => 'John Doe', error => undef },
    'answer - validates with its number';
is_deeply reasons(), [], 'answer - nothing is ignored';

say(card_message($user, '56911111111'));
is_deeply reasons(), ['used'], 'answer - a second one finds the code used';
is scalar(() = callbacks($code)), 1, 'answer - one callback';
ok !(grep { $_->{json}{text} } $api->requests),
    'answer - no failure_message was sent';

# Repeated by the provider

$code = issue('demo');
$user = new_user();
my $body = code_message($user, $code);
my $card = card_message($user, '56911111111');

$nginx->together(map { [ $nginx->message_request($body) ] } 1 .. 20);
is_asked $user, 1, 'repeated - a message twenty times, one question';
is_deeply [ grep { $_ ne 'duplicate' } @{ reasons() } ], [],
    'repeated - the others are duplicates';

$nginx->message(code_message($user, $code)) for 1 .. 2;
is_asked $user, 1, 'repeated - the code sent again, no other question';
is_deeply reasons(), [ ('phone_number_hidden') x 2 ],
    'repeated - which the log tells';

$nginx->together(map { [ $nginx->message_request($card) ] } 1 .. 20);
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'repeated - the answer twenty times';
is scalar(() = callbacks($code)), 1, 'repeated - one callback';
is_deeply [ grep { $_ ne 'duplicate' } @{ reasons() } ], [],
    'repeated - the other answers are duplicates';

# Cards that answer no question

$code = issue('demo');
$user = new_user();
my $other = new_user();
say(code_message($user, $code));

my $mine = { phone => '+56911111111', wa_id => '56911111111' };
my %forged = (
    'a card that was not asked for' => { origin => 'other' },
    'a card without an origin' => { origin => undef },
    'a card without a phone' => { phones => [] },
    'a card of two phones' => { phones => [ $mine, $mine ] },
    'a phone that is not its own WhatsApp number' => {
        phones => [ { %$mine, wa_id => '56922222222' } ] },
    'a phone without a WhatsApp number' => {
        phones => [ { phone => '+56911111111' } ] },
    'a forwarded card' => { message => { context => { forwarded => 1 } } },
    'a card in a group' => { message => { group_id => 'group' } },
);

for my $how (sort keys %forged) {
    is say(card_message($user, '56911111111', %{ $forged{$how} })), 200,
        "no answer - $how";
    my @reasons = @{ reasons() };
    ok state_of($code) eq 'requested'
        && !(grep { $_ ne 'contact' } @reasons), 'does nothing';
}

# A worker writes ten lines of a kind in a minute: new ones begin anew, and the
# old ones write how many more there were.
$nginx->reload;
reasons();
say(card_message($other, '56911111111'));
is_deeply reasons(), ['contact'], 'no answer - the card of another user';
say(hidden_message($user, type => 'contacts', from_user_id => undef,
    contacts => [ { origin => 'contact_request', phones => [ $mine ] } ]));
is_deeply reasons(), ['contact'], 'no answer - a card of nobody';
is say(card_message($user, '56911111111'), secret => 'wrong'), 401,
    'no answer - a card with a wrong signature';
say(card_message($user, '56911111111', message => { number => '20654035' }),
    secret => $THEIR_SECRET);
is_deeply reasons(), ['contact'], "no answer - by another tenant's number";
say(card_message($user, '56911111111'), secret => $THEIR_SECRET);
is_deeply reasons(), ['contact'], "no answer - with another tenant's secret";
is state_of($code), 'requested', 'no answer - the code waits';

say(card_message($user, '56911111111'));
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'no answer - after all that the right one still counts';

# Another tenant cannot put its own code in the place of ours.

$code = issue('demo');
$user = new_user();
my $theirs = issue('stranger');
say(code_message($user, $code));
say(code_message($user, $theirs, number => '20654035'),
    secret => $THEIR_SECRET);
say(card_message($user, '56911111111'));
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'tenants - the answer goes to whom it was given';
is state_of($theirs), 'requested', 'tenants - and to nobody else';

# Other senders of the same code

$nginx->reload;
reasons();
$code = issue('demo');
($user, $other) = (new_user(), new_user());
say(code_message($user, $code));
say(code_message($other, $code));
is_deeply reasons(), ['other_user'], 'a second hidden sender - does nothing';
is_asked $other, 0, 'is not asked';
say(card_message($other, '56922222222'));
is_deeply reasons(), ['contact'], 'and cannot answer';
say(card_message($user, '56911111111'));
is $receiver->wait_for($code)->{json}{phone_number}, '+56911111111',
    'the first one can';

$code = issue('demo');
$user = new_user();
say(code_message($user, $code));
say(text_message(">>$code<<", from => '56933333333'));
is $receiver->wait_for($code)->{json}{phone_number}, '+56933333333',
    'a sender whose number is seen decides the code all the same';
say(card_message($user, '56911111111'));
is_deeply reasons(), ['used'], 'and an answer is too late';

# The last code that a user was asked about, in one app and in two

for my $second ('demo', 'second') {
    my ($old, $new) = (issue('demo'), issue($second));

    $user = new_user();
    say(code_message($user, $_)) for $old, $new;
    is_asked $user, 2, "two codes of demo and $second - two questions";
    say(card_message($user, '56911111111'));
    is $receiver->wait_for($new)->{json}{status}, 'validated',
        'the answer is for the last';
    is state_of($old), 'requested', 'and not for the first';
}

# authorized_numbers

reasons();
$code = issue('named');
$user = new_user();
say(code_message($user, $code));
say(card_message($user, '56911111111'));
is_deeply reasons(), ['phone_number_not_authorized'],
    'authorized_numbers - an answer with another number';
is state_of($code), 'requested', 'authorized_numbers - the code waits';
my $text = wait_until { (grep { $_->{json}{text} } $api->requests)[0] };
is $text->{json}{to} . $text->{json}{text}{body},
    '+56911111111You are not in.', 'authorized_numbers - failure_message';
say(card_message($user, '56922222222'));
is $receiver->wait_for($code)->{json}{phone_number}, '+56922222222',
    'authorized_numbers - the right number in a second answer';

$code = issue('named');
$user = new_user();
say(code_message($user, $code));
say(card_message($user, '56911111111')) for 1 .. 3;
is state_of($code), 'requested', 'authorized_numbers - one sender is one';
say(card_message($user, "5691111111$_")) for 2, 3;
$callback = $receiver->wait_for($code)->{json};
is "$callback->{status} $callback->{error}",
    'failed phone_number_not_authorized',
    'authorized_numbers - the third wrong number fails the code';

# An API that is not able to now, which takes seconds below

my %slow = map { my $user = new_user();
                 say(code_message($user, issue($_)));
                 $_ => $user } qw( once pair bad broken );

# Policy fail, and where nobody can be asked

for my $app ('fail', 'no_access') {
    $code = issue($app);
    $user = new_user();
    say(code_message($user, $code, id => "wamid.first.$app"));
    say(code_message($_, $code)) for $user, new_user();
    is state_of($code), 'requested', "$app - two senders leave the code";
    say(code_message(new_user(), $code));
    $callback = $receiver->wait_for($code)->{json};
    is "$callback->{status} $callback->{error}",
        'failed phone_number_unavailable', "$app - three fail it";
    is $callback->{phone_number}, undef, "$app - without a number";
    is_asked $user, $app eq 'fail' ? 1 : 0, "$app - nobody is asked";
    is_deeply [ map { $_->{json} } asked($user) ], [ $app eq 'fail' ? {
        messaging_product => 'whatsapp', recipient_type => 'individual',
        recipient => $user, type => 'text',
        context => { message_id => "wamid.first.$app" },
        text => { preview_url => JSON::PP::false, body => 'You are not in.' },
    } : () ], "$app - the first who can be written to gets failure_message";
}

$code = issue('fail', failure_message => 'Not with a hidden number.');
$user = new_user();
say(code_message($user, $code));
wait_until { asked($user) };
is +(asked($user))[0]{json}{text}{body}, 'Not with a hidden number.',
    "fail - the code's own text";
say(code_message($user, $code));
is_asked $user, 1, 'fail - once';

reasons();
$code = issue('demo');
say(code_message('', $code)) for 1 .. 3;
is_deeply reasons(), [ ('phone_number_unavailable') x 3 ],
    'no user id - there is nobody to ask';
is state_of($code), 'requested', 'no user id - all of them are one sender';

$code = issue('demo');
say(code_message(('U' x 128) . $_, $code)) for 1 .. 3;
is $receiver->wait_for($code)->{json}{error}, 'phone_number_unavailable',
    'a user id too long - is not asked';
is_asked 'U' x 128, 0, 'nor is a part of it written to';

# The API

$code = issue('other_name');
$user = new_user();
say(code_message($user, $code));
is_asked $user, 2, 'error 100 - the question is put in the other words';
is join(' ', map { $_->{json}{interactive}{type} } asked($user)),
    'request_contact_info contact_request', 'error 100 - once each';
is +(asked($user))[1]{json}{interactive}{action}{name}, 'contact_request',
    'error 100 - both names change';
is +(asked($user))[1]{json}{context}{message_id},
    (asked($user))[0]{json}{context}{message_id}, 'error 100 - same context';
unlike $nginx->error_log, qr/was not accepted.+app=other_name/,
    'error 100 - no warning';
say(card_message($user, '56911111111'));
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'error 100 - the answer counts';

$code = issue('no_name');
$user = new_user();
say(code_message($user, $code));
is_asked $user, 2, 'error 100 twice - there is no third question';
like $nginx->error_log,
    qr{accepted by http://127\.0\.0\.1:\d+, status 400, error 100, app=no_name},
    'error 100 twice - is logged';
is state_of($code), 'requested', 'error 100 twice - the code waits';

$code = issue('broken');
$user = new_user();
say(code_message($user, $code));
is_asked $user, 1, 'error 500 - a question';
like $nginx->error_log, qr/was not accepted.+status 500.+app=broken/,
    'error 500 - is logged';
is state_of($code), 'requested', 'error 500 - the code waits';
say(card_message($user, '56911111111'));
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'error 500 - the question may have come through: an answer counts';

# sandbox

reasons();
$code = issue('quiet');
$user = new_user();
say(code_message($user, $code));
is_asked $user, 0, 'sandbox - nobody is asked';
is_deeply reasons(), ['phone_number_hidden'], 'sandbox - which the log tells';
is state_of($code), 'requested', 'sandbox - the code waits';

# Questions have a budget of their own: 10 an hour to one user.

my @limited = (new_user(), new_user());

for (1, 2) {
    $code = issue('limited', authorized_numbers => '+56922222222');
    say(text_message(">>$code<<", phone_number_id => $NUMBER));
}

ok wait_until(sub {
    $nginx->error_log =~ /suppressed, reason=reply_limit, app=limited/
}), 'questions - the budget of replies is used up';

reasons();
say(code_message($limited[0], $code = issue('limited'))) for 1 .. 11;
say(code_message($limited[1], issue('limited')));
is_asked $limited[0], 10, 'questions - ten to one user are asked all the same';
is_asked $limited[1], 1, 'questions - and one to another user';
is_deeply reasons(), ['question_limit'],
    'questions - the log tells of the eleventh';
is state_of($code), 'requested', 'questions - whose code waits';

# The question from above: again after 4 and 16 seconds

sub waits_of {
    my ($user) = @_;

    my @at = map { $_->{time} } asked($user);
    my @waits = map { $at[$_] - $at[$_ - 1] } 1 .. $#at;

    # A busy machine adds to each.
    return map { $_ < 3.5 ? $_ : $_ < 15.5 ? 4 : 16 } @waits;
}

wait_until { asked($slow{broken}) == 3 } 30;
sleep 1;
is_deeply { map { $_ => [ waits_of($slow{$_}) ] } sort keys %slow },
    { once => [ 4 ], pair => [ 4 ], broken => [ 4, 16 ], bad => [] },
    'again - after 429, error 131056 and 5xx, but not after 404';
is join(' ', map { $_->{json}{interactive}{type} . $_->{json}{context}
                   {message_id} } asked($slow{broken})),
    join(' ', ((asked($slow{broken}))[0]{json}{interactive}{type}
              . (asked($slow{broken}))[0]{json}{context}{message_id}) x 3),
    'again - with the same words';

# Expiry

$nginx->stop;
$nginx = start_nginx(token => 'token-of-tenant-demo', apps =>
    app('demo', '/200', 'expiration_message "Late.";') =~ s/10m/2s/r);
$told = 0;

$code = issue('demo');
$user = new_user();
say(code_message($user, $code));
is_asked $user, 1, 'expiry - a question';
is $receiver->wait_for($code)->{json}{status}, 'expired',
    'expiry - the code does not wait for the answer';
say(card_message($user, '56911111111'));
is_deeply reasons(), ['expired'], 'expiry - which is too late';
is scalar(() = callbacks($code)), 1, 'expiry - the site hears no more';

$code = issue('demo');
$user = new_user();
wait_until { state_of($code) eq 'expired' };
say(code_message($user, $code)) for 1 .. 2;
is_asked $user, 1, 'expiry - a code that comes too late leads to no question';
is +(asked($user))[0]{json}{text}{body}, 'Late.',
    'expiry - but to expiration_message';

unlike $nginx->error_log, qr/\Q$user\E|56911111111|access-token|\Q$code\E/,
    'the log has no user id, number, token or code';

$nginx->stop;
done_testing;
