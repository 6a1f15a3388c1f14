# Idempotency-Key repeats a lost answer, and is no way to collect twice, to
# collect for others, or to find out what others have.  And who may end
# sessions by the API: the app's own token, for the app's own sessions.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $NEWS = 'token-of-the-news-app';
my $FORM = 'application/x-www-form-urlencoded';

my $nginx = start_nginx(quiet => 1, workers => 4,
    apps => whatsauth_app(more => 'login on; page_token token-of-a-page-1; '
                         . 'authorized_origins https://shop.test;')
            . whatsauth_app(name => 'news', token => $NEWS,
                            more => 'login on;'),
    server => 'location /login/ { whatsauth_login demo; }'
              . 'location /news/ { whatsauth_login news; }');

sub won {
    my (%option) = @_;

    my $issued = $nginx->issue(claim => 1, %option);
    $nginx->message(text_message(">>$issued->{json}{code}<<"));
    return $issued->{headers}{'whatsauth-claim'};
}

sub collect {
    my ($claim, %option) = @_;

    my @keys = ref $option{key} ? @{ $option{key} } : $option{key} // ();
    my $client = $nginx->client;
    my $body = $option{body} // "claim=$claim";

    # Headers that come twice are not in a hash.

    $client->{method} = 'POST';
    $client->write(join "\r\n", 'POST /api/v1/claim HTTP/1.1',
        'Host: 127.0.0.1', "Content-Type: $FORM",
        'Authorization: Bearer ' . ($option{token} // $TOKEN),
        'Content-Length: ' . length $body,
        (map { ($option{header} // 'Idempotency-Key') . ": $_" } @keys),
        '', $body);

    return $client->receive;
}

sub error_of {
    my ($answer) = @_;

    return join ' ', $answer->{status}, $answer->{json}{error} // ();
}


# Keys that are none

my $claim = won();

for my $case ([ 'empty', [''] ], [ 'of blanks', ['  '] ],
              [ 'of 256 bytes', ['k' x 256] ], [ 'of 7 KB', ['k' x 7168] ],
              [ 'twice', [ 'a', 'a' ] ], [ 'two', [ 'a', 'b' ] ],
              [ 'twice, one empty', [ 'a', '' ] ])
{
    my ($name, $key) = @$case;

    is error_of(collect($claim, key => $key)), '400 invalid_parameter',
        "a key $name - is refused";
}

my $first = collect($claim, key => 'k' x 255);
is $first->{status}, 200, 'a key of 255 bytes - collects after all those';


# Keys that are another

for my $case ([ 'none', undef ], [ 'a shorter one', 'k' x 254 ],
              [ 'other letters', 'K' x 255 ], [ '0', '0' ],
              [ 'zeros', "\0" x 16 ], [ 'a comma', 'k' x 254 . ',' ])
{
    my ($name, $key) = @$case;

    next if ($key // '') =~ /\0/;

    is error_of(collect($claim, key => $key)), '409 already_collected',
        "another key, $name - gets nothing";
}

is collect($claim, key => 'k' x 255, header => 'idempotency-KEY')->{body},
    $first->{body}, 'the key - repeats the answer, however it is spelled';
is error_of(collect($claim, key => 'k' x 255, token => $NEWS)),
    '401 invalid_claim', 'the key, by another app - gets nothing';
is error_of(collect($claim, key => 'k' x 255, token => 'token-of-a-page-1')),
    '401 invalid_token', 'the key, by a page - gets nothing';

my $other = won();
isnt collect($other, key => 'k' x 255)->{json}{id}, $first->{json}{id},
    'the key with another claim - has its own answer';

# A key that came too early is not spent.

my $early = $nginx->issue(claim => 1);
my $waits = $early->{headers}{'whatsauth-claim'};
is error_of(collect($waits, key => 'early')), '409 not_validated',
    'too early - not validated';
$nginx->message(text_message(">>$early->{json}{code}<<"));
is collect($waits, key => 'early')->{status}, 200, 'too early - then it counts';


# Bodies

$claim = won();

for my $body ('', 'claim=', "claim=$claim&claim=$claim", "claim=&claim=$claim"
              . "&claim=$claim", "Claim=$claim", "claim[]=$claim",
              "claim%00=$claim", "x=1;claim=$claim")
{
    is error_of(collect($claim, body => $body)), '400 invalid_parameter',
        'the form ' . ($body =~ s/wac_[\w-]+/CLAIM/gr || 'without a field')
        . ' - is refused';
}

for my $value ("$claim%00", "$claim%20", "+$claim", "$claim%0A", "$claim,x",
               'wac_' . lc substr $claim, 4)
{
    is error_of(collect($claim, body => "claim=$value")), '401 invalid_claim',
        'the claim ' . ($value =~ s/\Q$claim\E/CLAIM/r =~ s/wac_.*/folded/r)
        . ' - is none';
}

my @together = $nginx->together(map {
    [ 'POST', '/api/v1/claim', { Authorization => "Bearer $TOKEN",
      'Content-Type' => $FORM, 'Idempotency-Key' => "k$_" }, "claim=$claim" ]
} 1 .. 40);
is scalar(grep { $_->{status} == 200 } @together), 1,
    'forty keys at once - one of them collects';
is scalar(grep { error_of($_) eq '409 already_collected' } @together), 39,
    'and all the others hear of it';


# Sessions

my $browser = Test::WhatsAuth::Browser->logged_in($nginx);
$browser->get('/login/sessions');
my ($id) = $browser->{page} =~ /name="session" value="([0-9a-f-]{36})"/;
ok $id, 'a session, with an id';

sub end {
    my ($what, $token, $method) = @_;

    return error_of($nginx->request($method // 'DELETE',
        "/api/v1/sessions?$what",
        { $token ? (Authorization => "Bearer $token") : () }));
}

is end("session=$id", $NEWS), '404 not_found',
    'the id, by another app - is not found';
is end('phone=%2B56911111111', $NEWS), '200',
    'the number, by another app - has no session there';
is end("session=$id", 'token-of-a-page-1'), '401 invalid_token',
    'the id, by a page - is refused';
is end("session=$id", undef), '401 invalid_token', 'without a token - refused';
is end("session=$id", $_), '401 invalid_token',
    'with a claim or a cookie as the token - refused'
    for $claim, $browser->cookies->{'wa-demo'};
is end("session=$id", $TOKEN, $_), '405 method_not_allowed',
    "$_ - ends nothing" for qw( GET POST );
is end("session=$id&phone=%2B56911111111", $TOKEN), '400 invalid_parameter',
    'both - is refused';
is end("session=$id&session=$id", $TOKEN), '400 invalid_parameter',
    'twice - is refused';
is end('session=' . $first->{json}{id}, $TOKEN), '404 not_found',
    'the id of a login without a session - is not found';

$browser->get('/login/');
is $browser->state, 'session', 'the session - lives after all that';
is end("session=$id", $TOKEN), '200', 'the token of the app - ends it';
$browser->get('/login/');
is $browser->state, 'start', 'and it is over';

$nginx->stop;
done_testing;
