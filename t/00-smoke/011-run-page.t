# The demo: the page behind its gate, the login page in place of it, and the
# phone beside that, by the requests that a browser without JavaScript sends;
# t/browser/100-demo.mjs looks at them.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP qw( decode_json encode_json );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;

plan skip_all => 'the demo runs the installed nginx with the module as a .so'
    if $ENV{TEST_NGINX_BINARY};

my $port = slot_port();
my $demo;

my $pid = do {
    local @ENV{qw( WHATSAUTH_PORT CI )} = ($port, '');
    open $demo, '-|', "exec $TOP/demo/run 2>&1" or die "demo/run: $!\n";
};

my $said = '';

while (my $line = <$demo>) {
    $said .= $line;
    last if $line =~ m{^    http://127\.0\.0\.1:$port/members/$};
}

like $said, qr{/members/$}, 'the demo names its page' or diag $said;

my ($visitor, $other) = ({}, {});

# A visitor is a hash of cookies.

sub ask {
    my ($visitor, $method, $target, $body, %header) = @_;

    my $answer = Test::WhatsAuth::Client->connect($port)->request(
        $method, $target, {
            Host => "127.0.0.1:$port",
            Origin => "http://127.0.0.1:$port",
            'Content-Type' => 'application/x-www-form-urlencoded',
            Cookie => join('; ', map { "$_=$visitor->{$_}" }
                                 sort keys %$visitor),
            %header,
        }, $body);

    while (($answer->{headers}{'set-cookie'} // '')
           =~ /(?:^|, )([\w-]+)=([\w-]*)/g)
    {
        $visitor->{$1} = $2;
        delete $visitor->{$1} if $2 eq '';
    }

    return $answer;
}

sub open_page {
    my ($visitor, $target) = @_;

    return ask($visitor, 'GET', $target, undef, Accept => 'text/html');
}

sub state_of {
    my ($visitor) = @_;

    my ($state) = open_page($visitor, '/members/')->{body}
                  =~ /data-state="(\w+)"/;
    return $state;
}

sub chat {
    my ($visitor) = @_;

    return decode_json(ask($visitor, 'GET', '/demo/chat')->{body});
}

sub send_text {
    my ($text) = @_;

    return ask({}, 'POST', '/demo/send', encode_json({ text => $text }),
               'Content-Type' => 'application/json')->{status};
}

is ask($visitor, 'GET', '/')->{headers}{location}, "http://127.0.0.1:$port"
    . '/members/', 'the demo opens on the page behind the gate';

my $page = open_page($visitor, '/members/');
is $page->{status}, 401, 'the page - is in place of it';
like $page->{body}, qr/Corner Coffee/, 'the page - has the demo\'s title';
like $page->{body}, qr{<iframe src="/demo/phone"}, 'and the phone beside it';
like ask($visitor, 'GET', '/demo/phone')->{body}, qr/Simulated phone/,
    'the phone - says what it is';
is chat($visitor)->{prefilled}, undef, 'the phone - has nothing to send yet';

is ask($visitor, 'POST', '/login/start', 'return=/members/')->{status},
    303, 'a login begins';
is state_of($visitor), 'send', 'the page - waits for the message';

my $text = chat($visitor)->{prefilled};
like $text, qr/^>>[0-9a-f]{10}<<\n/, 'the phone - has the message';
is chat($other)->{prefilled}, undef, 'but not for another visitor';

is send_text($text), 204, 'the phone - sends it';

is state_of($visitor), 'pin', 'the page - asks for the PIN of its answer';

my $pin = wait_until {
    my ($last) = grep { $_->{from} eq 'site' } @{ chat($visitor)->{chat} };
    ($last->{text} // '') =~ /\b(\d{6})\b/ ? $1 : undef;
};
ok $pin, 'the phone - gets a PIN';
is ask($visitor, 'POST', '/login/pin', "pin=$pin&return=/members/")->{status},
    303, 'the page - takes it';
is open_page($visitor, '/members/')->{status}, 303,
    'the gate - takes the login that is validated';

$page = open_page($visitor, '/members/');
is $page->{status}, 200, 'the visitor is logged in';
like $page->{body}, qr/<h1>Hello,\ John\ Doe<.*>\+56911111111<
                       .*>20\d\d-\d\d-\d\d\ \d\d:\d\d\ UTC</sx,
    'and is told who that is';
is $page->{headers}{'cache-control'}, 'private, no-cache',
    'which no cache may keep';
is open_page($visitor, '/owner/')->{status}, 403,
    'the visitor is not the owner';
is state_of($other), 'start', 'another visitor is not logged in';

my $callback = wait_until {
    my ($one) = grep { $text =~ /$_->{verification_code}/ }
                map { decode_json($_->{body}) }
                @{ chat($visitor)->{callbacks} };
    $one;
};
is $callback->{status}, 'validated', 'the site has got the callback';
is ask({}, 'POST', '/site/callback', '{"id":"x"}')->{status}, 401,
    'which it takes from nobody else';

ok wait_until {
    grep { $_->{from} eq 'site' && $_->{text} =~ /Answer 0/ }
         @{ chat($visitor)->{chat} };
}, 'the phone - is told of the login';
is send_text('0'), 204, 'the phone - answers that it was somebody else';
ok wait_until { state_of($visitor) eq 'start' }, 'the visitor is logged out';

is ask({}, 'POST', '/demo/send', 'text=x')->{status}, 415,
    'a form of another site writes no message';

done_testing;

END {
    kill TERM => $pid if $pid;
    local $?;
    close $demo if $demo;
}
