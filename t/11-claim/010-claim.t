# A claim: who asked for the code sees how the login goes, and its site
# collects it, once.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();

my $nginx = start_nginx(quiet => 1,
    apps => join '',
    whatsauth_app(callback_url => $receiver->url('/204'),
                  more => 'sms on; sms_phone +14155550199;'),
    whatsauth_app(name => 'short', token => 'token-of-app-short',
                  more => "authorized_callbacks https://example.com/;\n"
                          . 'callback_secret none;'),
    whatsauth_app(name => 'brief', token => 'token-of-app-brief',
                  callback_url => $receiver->url('/204'),
                  more => 'expires 1s; callback_on validated;'));

sub issue {
    my (%parameter) = @_;

    my $issued = $nginx->issue(claim => 1, %parameter);
    $issued->{claim} = $issued->{headers}{'whatsauth-claim'};

    return $issued;
}

sub send_code {
    my ($issued, %option) = @_;

    return $nginx->message(text_message(">>$issued->{json}{code}<<",
                                        %option))->{status};
}

sub status {
    my ($issued) = @_;

    return $nginx->get('/api/v1/claim',
                       { Authorization => "Bearer $issued->{claim}" });
}

sub collect {
    my ($issued, %option) = @_;

    return $nginx->post('/api/v1/claim', "claim=$issued->{claim}", {
        'Content-Type' => 'application/x-www-form-urlencoded',
        Authorization => 'Bearer ' . ($option{token} // $TOKEN),
        defined $option{key} ? ('Idempotency-Key' => $option{key}) : (),
    });
}

sub error_of {
    my ($response) = @_;

    return "$response->{status} " . ($response->{json}{error} // '');
}

# Issue

my $plain = $nginx->issue;
is $plain->{headers}{'whatsauth-claim'}, undef, 'issue - no claim unasked';
is $nginx->issue(claim => 0)->{headers}{'whatsauth-claim'}, undef,
    'claim=0 - none';
is error_of($nginx->issue(claim => 2)), '400 invalid_parameter',
    'claim=2 - refused';

my $login = issue();
like $login->{claim}, qr/\Awac_[A-Za-z0-9_-]{43}\z/, 'claim=1 - the header';
is_deeply [ sort keys %{ $login->{json} } ], [ qw( code deep_link link ) ],
    'claim=1 - the body is as without';
is issue()->{claim} eq $login->{claim}, '', 'each code has its own';

is error_of($nginx->issue(token => 'token-of-app-short')),
    '400 invalid_parameter', 'no callback_url - a code needs one';
is issue(token => 'token-of-app-short')->{status}, 200,
    'no callback_url - but not with a claim';

# Waiting

my $state = status($login);
is $state->{status}, 200, 'status - a code that waits';
is $state->{body},
    qq({"id":"$login->{headers}{'whatsauth-id'}","status":"requested",)
    . qq("expires_at":"$login->{headers}{'whatsauth-expires-at'}",)
    . '"step":"send","collected":false,"phone_hint":null}',
    'status - the object, to the letter';
is $state->{headers}{'cache-control'}, 'no-store', 'status - no-store';
is $state->{headers}{'content-type'}, 'application/json', 'status - its type';

my $head = $nginx->request('HEAD', '/api/v1/claim?wait=50',
                           { Authorization => "Bearer $login->{claim}" });
is $head->{status}, 200, 'HEAD - at once';
is $head->{headers}{'content-length'}, length $state->{body},
    'HEAD - the length';

is error_of(collect($login)), '409 not_validated', 'collect - too early';

# Validated

is send_code($login, from => '56987654311'), 200, 'the message comes';
$state = status($login);
is "@{ $state->{json} }{qw( status step phone_hint )}",
    'validated done +56*******11', 'status - validated, with a hint';
is $state->{json}{collected}, JSON::PP::false, 'status - not collected';

my $first = collect($login, key => 'one');
is $first->{status}, 200, 'collect - 200';
is $first->{json}{phone_number}, '+56987654311', 'collect - the number';
is $first->{json}{id}, $login->{headers}{'whatsauth-id'}, 'collect - the id';
like $first->{body}, qr/"error":null,"collected_at":"[^"]{24}"}\z/,
    'collect - collected_at is the last key';
is status($login)->{json}{collected}, JSON::PP::true, 'status - collected';

is collect($login, key => 'one')->{body}, $first->{body},
    'lost answer - the same key gets the same bytes';
is error_of(collect($login, key => 'two')), '409 already_collected',
    'another key - already collected';
is error_of(collect($login)), '409 already_collected',
    'no key - already collected';

my $without = issue();
send_code($without);
is collect($without)->{status}, 200, 'no key - collected';
is error_of(collect($without)), '409 already_collected',
    'no key - and never again';

# Ends

my $expired = issue(token => 'token-of-app-brief');
ok wait_until(sub { status($expired)->{json}{status} eq 'expired' }),
    'expired - the status tells';
is status($expired)->{json}{step}, 'done', 'expired - the step is done';
is error_of(collect($expired, token => 'token-of-app-brief')), '410 expired',
    'expired - nothing to collect';

my $failed = issue(authorized_numbers => '+56911112222');
send_code($failed, from => "5698765431$_") for 1 .. 3;
is status($failed)->{json}{status}, 'failed', 'failed - the status tells';
is status($failed)->{json}{phone_hint}, undef, 'failed - no hint';
my $refused = collect($failed);
is error_of($refused), '410 failed', 'failed - nothing to collect';
like $refused->{json}{detail}, qr/phone_number_not_authorized/,
    'failed - the detail says why';

# Without callback

my $short = issue(token => 'token-of-app-short');
send_code($short);
is collect($short, token => 'token-of-app-short')->{json}{status},
    'validated', 'short way - one request to start, one to collect';

# Forms

for my $case (
    [ 'no field', '' ],
    [ 'two fields', "claim=$login->{claim}&claim=$login->{claim}" ],
) {
    my ($name, $body) = @$case;

    is error_of($nginx->post('/api/v1/claim', $body, {
        'Content-Type' => 'application/x-www-form-urlencoded',
        Authorization => "Bearer $TOKEN" })), '400 invalid_parameter',
        "collect - $name";
}

is error_of($nginx->post("/api/v1/claim?claim=$login->{claim}", '', {
    Authorization => "Bearer $TOKEN" })), '400 invalid_parameter',
    'collect - a claim in the URL does not count';
is error_of(collect($login, key => 'k' x 256)), '400 invalid_parameter',
    'collect - a key of 256 bytes';
is error_of(collect($login, token => 'wrong')), '401 invalid_token',
    'collect - without the token of an app';

my $put = $nginx->request('PUT', '/api/v1/claim');
is error_of($put), '405 method_not_allowed', 'PUT - refused';
is $put->{headers}{allow}, 'GET, HEAD, POST, OPTIONS', 'PUT - Allow';

# Sessions

sub end_sessions {
    my ($query) = @_;

    return $nginx->request('DELETE', "/api/v1/sessions$query",
                           { Authorization => "Bearer $TOKEN" });
}

is end_sessions('?phone=%2B56987654311')->{body}, '{"ended":0}',
    'sessions - a number without any';
is error_of(end_sessions("?session=$login->{headers}{'whatsauth-id'}")),
    '404 not_found', 'sessions - a login without one';
is error_of(end_sessions('?session=x')), '404 not_found', 'sessions - no id';
is error_of(end_sessions('')), '400 invalid_parameter',
    'sessions - neither phone nor session';
is error_of(end_sessions('?phone=569&session=x')), '400 invalid_parameter',
    'sessions - both';
is error_of(end_sessions('?phone=09876')), '400 invalid_parameter',
    'sessions - a number without a country';
is error_of($nginx->request('DELETE', '/api/v1/sessions?phone=56987654311')),
    '401 invalid_token', 'sessions - without a token';

$nginx->stop;

done_testing;
