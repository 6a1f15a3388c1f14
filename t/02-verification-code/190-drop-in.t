# A site that comes from the hosted service changes base URL and token: its
# documented requests get the documented answers, key by key and byte by byte.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

# The responses that the service documents

my $ISSUED = '{"code":"322c9a59dd",'
    . '"link":"https://wa.me/+56943426553?text=%3E%3E322c9a59dd%3C%3C%0A'
    . 'Just%20tap%20the%20%22send%22%20button.",'
    . '"deep_link":"whatsapp://send?text=%3E%3E322c9a59dd%3C%3C%0A'
    . 'Just%20tap%20the%20%22send%22%20button.&phone=+56943426553"}';

my $ISSUED_QR = $ISSUED =~ s{(?="deep_link")}{
    '"qr":"https://login.test/api/v1/qr/'
    . '123e4567-e89b-42d3-a456-426614174000.png",'}er;

my $CALLED = '{"id":"123e4567-e89b-42d3-a456-426614174000",'
    . '"status":"validated","verification_code":"9f76681bd4",'
    . '"phone_number":"+1234567890","profile_name":"John Doe",'
    . '"expires_at":"2021-01-27T01:17:13.674Z",'
    . '"requested_at":"2021-01-26T23:17:13.674Z",'
    . '"validated_at":"2021-01-26T23:23:17.280Z",'
    . '"authorized_numbers":[],"error":null}';

my $receiver = start_receiver();
my $nginx = start_nginx(apps => whatsauth_app(
        callback_url => $receiver->url('/204'),
        more => 'callback_success strict; callback_retry 100ms;'
                . 'authorized_callbacks ' . $receiver->url('/') . ';'),
    http => 'whatsauth_public_url https://login.test;');

my $ISSUE = '/api/v1/verification_code';
my %bearer = (Authorization => "Bearer $TOKEN");

# A text in which each value that differs every time is a word for its form

sub shape {
    my ($text) = @_;

    return $text
        =~ s/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-
             [0-9a-f]{12}/ID/gxr
        =~ s/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/TIME/gr
        =~ s/(?<=%3E)[0-9a-f]{10}(?=%3C)|(?<=")[0-9a-f]{10}(?=")/CODE/gr;
}

sub called {
    my ($code) = @_;

    return $receiver->wait_for($code) // {};
}

# The requests for a code, as the documentation's curl lines have them

my $answer = $nginx->get($ISSUE, { %bearer, 'User-Agent' => 'curl/7.64.1',
                                   Accept => '*/*' });

is $answer->{status}, 200, 'GET - the status';
is $answer->{headers}{'content-type'}, 'application/json', 'the type';
is shape($answer->{body}), shape($ISSUED), 'GET - the body';
is $answer->{body}, $ISSUED =~ s/322c9a59dd/$answer->{json}{code}/gr,
    'has the same code in all its places';

is shape($nginx->get("$ISSUE?qr=1", \%bearer)->{body}), shape($ISSUED_QR),
    'GET, qr=1 - the image between link and deep_link';

# curl --data-urlencode of everything that is documented

my %all = (
    callback_url => $receiver->url('/200?session_id=42'),
    expires_at => 120,
    authorized_numbers => '+1234567890, +56911111111',
    link_message => 'Tap "send" to log in',
    response_message => 'You are in',
    expiration_message => 'Too late',
    failure_message => 'Sorry',
    qr => 1,
);

my $query = join '&', map { my $value = $all{$_};
    $value =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ge;
    "$_=$value" } sort keys %all;

my @answers = ($nginx->get("$ISSUE?$query", \%bearer),
    $nginx->post($ISSUE, $query, { %bearer,
        'Content-Type' => 'application/x-www-form-urlencoded' }));

for my $n (0, 1) {
    my $how = ('GET', 'POST')[$n];

    is $answers[$n]{status}, 200, "$how - with all parameters";
    is shape($answers[$n]{body}), shape($ISSUED_QR
        =~ s/Just%20tap%20the%20%22send%22%20button\./
             Tap%20%22send%22%20to%20log%20in/xgr =~ tr/ \n//dr),
        'has the text in both links';
}

# The callback

my $code = $answer->{json}{code};

$nginx->message(text_message(">>$code<<\nJust tap the \"send\" button.",
                             from => '1234567890', name => 'John Doe'));

my $request = called($code);

is $request->{method}, 'POST', 'callback - the method';
is $request->{headers}{'content-type'}, 'application/json', 'the type';
is $request->{headers}{accept}, '*/*', 'Accept';
ok length($request->{headers}{'user-agent'} // ''), 'User-Agent';
is shape($request->{body}), shape($CALLED), 'callback - the body';
is $request->{json}{verification_code}, $code, 'is of the code';

my %json = %{ $request->{json} };
cmp_ok $json{requested_at}, 'le', $json{validated_at}, 'its times in order';
cmp_ok $json{validated_at}, 'lt', $json{expires_at}, 'before it would expire';

$code = $answers[0]{json}{code};
$nginx->message(text_message(">>$code<<", from => '1234567890'));
$request = called($code);

is $request->{target}, '/200?session_id=42',
    'callback - the query that the session is in';
is shape($request->{body}), shape($CALLED)
    =~ s/\[\]/["+1234567890","+56911111111"]/r,
    'callback - the authorized numbers';

# A code that nobody sends

$nginx->stop;
$nginx = start_nginx(callback_url => $receiver->url('/204'),
                     app => "expires 1s; meta app_secret=$APP_SECRET "
                            . 'verify_token=token;');
$code = $nginx->issue->{json}{code};

is shape(called($code)->{body}), shape($CALLED)
    =~ s/"validated"/"expired"/r =~ s/"\+1234567890"/null/r
    =~ s/"John Doe"/null/r =~ s/(?<="validated_at":)"TIME"/null/r,
    'callback - of a code that has expired';

# Wrong requests, with the documented status

my %wrong = (
    'no token' => [ 401, $ISSUE, {} ],
    'a wrong token' => [ 401, $ISSUE, { Authorization => 'Bearer no' } ],
    'another scheme' => [ 401, $ISSUE, { Authorization => "Basic $TOKEN" } ],
    'a callback that may not be' =>
        [ 403, "$ISSUE?callback_url=https%3A%2F%2Fevil.test%2F", \%bearer ],
    'no such URL' => [ 404, '/api/v1/verification_codes', \%bearer ],
    'a parameter' => [ 400, "$ISSUE?expires_at=soon", \%bearer ],
);

for my $what (sort keys %wrong) {
    my ($status, @request) = @{ $wrong{$what} };
    is $nginx->get(@request)->{status}, $status, "$what - is $status";
}

# Meta's handshake, with the API token as verify token

$answer = $nginx->get('/api/v1/messages?hub.mode=subscribe'
    . "&hub.challenge=1158201444&hub.verify_token=$TOKEN");
is "$answer->{status} $answer->{body}", '200 1158201444',
    'messages - the handshake by the API token';

# The delivery rule of the service: 204, or 200 with JSON

$nginx->stop;
$nginx = start_nginx(callback_url => $receiver->url('/204'),
    app => 'callback_success strict; callback_retry 100ms;'
           . 'authorized_callbacks ' . $receiver->url('/') . ';');

my %attempts = (
    '204' => 1, '200' => 1, '200?type=text/html' => 2, '201' => 2, '302' => 2,
    '500' => 2,
);

my %code;

for my $path (keys %attempts) {
    $code{$path} = $nginx->issue(callback_url => $receiver->url("/$path"))
                   ->{json}{code};
    $nginx->message(text_message(">>$code{$path}<<"));
}

for my $path (sort keys %attempts) {
    my $record = wait_until {
        (grep { $_->{code} eq $code{$path} && $_->{state} eq 'kept' }
         $nginx->records)[0];
    };

    is scalar(grep { ($_->{json}{verification_code} // '') eq $code{$path} }
              $receiver->requests), $attempts{$path},
        "callback_success strict - $path, attempts";
    is $record->{status}, $attempts{$path} == 1 ? 'validated' : 'failed',
        'and what becomes of it';
}

$nginx->stop;
done_testing;
