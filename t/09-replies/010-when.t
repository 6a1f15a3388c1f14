# The conditions of the three texts: after the site has accepted the callback,
# for a message that is refused or too late, and only once for each
# verification.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;
use Time::HiRes qw( sleep );

my $provider = start_provider();
my $receiver = start_receiver();
my $site = $receiver->url('/');

my %texts = (
    response_message => 'You are in.',
    failure_message => 'You are not.',
    expiration_message => 'Too late.',
);

sub app {
    my ($name, %option) = @_;

    my $access = $option{access} // "access_token=$ACCESS_TOKEN";
    my $texts = join "\n", map { "$_ \"$texts{$_}\";" }
                sort keys %{ $option{texts} // \%texts };

    return <<"END";
    whatsauth_app $name {
        token token-of-tenant-$name;
        phone $PHONE;
        callback_url @{[ $receiver->url('/204') ]};
        callback_secret none;
        authorized_callbacks $site;
        callback_retry 300ms 300ms;
        meta app_secret=$APP_SECRET phone_number_id=106540352242922
             $access api=@{[ $provider->meta ]};
        reply_limit 1000/h 1000/h;
        expires 1s;
        $texts
        @{[ $option{more} // '' ]}
    }
END
}

my $nginx = start_nginx(token => 'token-of-tenant-demo',
    allow => qr/did not answer in time/,
    http => 'whatsauth_callback_timeout 4s;', apps => join '',
    app('demo'),
    app('quiet', more => 'sandbox on;'),
    app('mute', access => ''),
    app('silent', texts => {}),
    app('untold', more => 'callback_on failed;'));

sub issue {
    my ($app, %parameter) = @_;

    return $nginx->issue(token => "token-of-tenant-$app", expires_at => 1,
                         %parameter)->{json}{code} // die;
}

sub issue_for_a_second {
    my ($app, %parameter) = @_;

    return $nginx->issue(token => "token-of-tenant-$app",
                         %parameter)->{json}{code};
}

sub say {
    my ($code, %option) = @_;

    my $status = $nginx->message(text_message(">>$code<<", %option))->{status};
    $status == 200 or die "$status for a message";
}

my $seen = 0;

# The texts that have gone out since the last call.

sub texts {
    my ($wanted) = @_;

    my @replies = $provider->replies($seen + $wanted);
    my @new = splice @replies, $seen;

    $seen += @new;
    return [ map { $_->{json}{text}{body} } @new ];
}

sub nothing {
    my ($title) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    ok $provider->stays_at($seen), $title;
}

sub last_reply {
    return ($provider->requests)[-1];
}

# response_message

my $code = issue('demo', callback_url => "${site}drip");

say($code);
is_deeply texts(1), [ 'You are in.' ], 'response_message - after the callback';

my $callback = $receiver->wait_for($code);
cmp_ok last_reply()->{time} - $callback->{time}, '>', 1,
    'not before the site has answered';

$code = issue('demo', callback_url => "${site}fail/1?once=1");
say($code);
is_deeply texts(1), [ 'You are in.' ],
    'response_message - after the second attempt';
is scalar(grep { $_->{target} eq '/fail/1?once=1'
                 && $_->{time} < last_reply()->{time} } $receiver->requests),
    2, 'not after the first';

$code = issue('untold');
say($code);
is_deeply texts(1), [ 'You are in.' ],
    'response_message - of a status that the site does not want to hear of';

# failure_message

$code = issue('demo', callback_url => "${site}500?all=1");
say($code);
is_deeply texts(1), [ 'You are not.' ],
    'failure_message - when the schedule is used up';
is scalar(grep { $_->{target} eq '/500?all=1' } $receiver->requests), 3,
    'after all attempts';
nothing('failure_message - no response_message comes besides');

$code = issue('demo', callback_url => "${site}410?gone=1");
say($code);
is_deeply texts(1), [ 'You are not.' ], 'failure_message - at 410';

$code = issue('demo', authorized_numbers => '+56922222222');
say($code);
is_deeply texts(1), [ 'You are not.' ],
    'failure_message - to the first message of a number that may not';
is last_reply()->{json}{to}, '+56911111111', 'to its sender';
say($code, from => '56933333333');
nothing('failure_message - not to the second');
say($code, from => '56922222222');
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'the code validates for the number that may';
nothing('the verification has had its one reply');

$code = issue('demo', authorized_numbers => '+56922222222');
say($code, from => "5693333333$_") for 1 .. 3;
is $receiver->wait_for($code)->{json}{error}, 'phone_number_not_authorized',
    'failure_message - three refused senders fail the code';
is_deeply texts(1), [ 'You are not.' ], 'with one reply';
nothing('and no more');

# expiration_message

$code = issue_for_a_second('demo');
is $receiver->wait_for($code)->{json}{status}, 'expired',
    'expiration_message - a code expires';
nothing('and nobody is told, for nobody has sent it');
say($code);
is_deeply texts(1), [ 'Too late.' ],
    'expiration_message - to who sends it then';
say($code, from => '56922222222');
say($code);
nothing('expiration_message - once');

$code = issue_for_a_second('demo', callback_url => "${site}hang?a=1");
$receiver->wait_for($code);
say($code);
is_deeply texts(1), [ 'Too late.' ],
    'expiration_message - while the site has not answered';

$code = issue('demo');
say($code);
is_deeply texts(1), [ 'You are in.' ], 'a code is used';
say($code);
say($code, from => '56922222222');
nothing('and a used code has no second reply');

# Texts of the code's own

say(issue('demo', response_message => 'Mine.', failure_message => 'My f.'));
is_deeply texts(1), [ 'Mine.' ], "response_message - the code's own";

say(issue('demo', failure_message => 'My failure.',
          authorized_numbers => '+56922222222'));
is_deeply texts(1), [ 'My failure.' ], "failure_message - the code's own";

$code = issue_for_a_second('demo', expiration_message => 'My end.');
sleep 1.1;
say($code);
is_deeply texts(1), [ 'My end.' ], "expiration_message - the code's own";

say(issue('silent', response_message => 'Only mine.'));
is_deeply texts(1), [ 'Only mine.' ],
    'response_message - of a code whose app has none';

# None at all

for my $app ('quiet', 'mute', 'silent') {
    my %own = $app eq 'silent' ? () : map { $_ => 'Own.' } keys %texts;
    my $late = issue_for_a_second($app, %own);

    $code = issue($app, %own);
    say($code);
    is $receiver->wait_for($code)->{json}{status}, 'validated',
        "$app - the code validates";

    say(issue($app, %own, callback_url => "${site}410?$app=1"));
    say(issue($app, %own, authorized_numbers => '+56922222222'));

    sleep 1.1;
    say($late);
    nothing("$app - and nobody is told, however it ends");
}

is_deeply [ grep { $_->{target} ne '/v26.0/106540352242922/messages' }
            $provider->requests ], [], 'all went to the same place';

$nginx->stop;
done_testing;
