# No log shows what the login page is asked for: no argument, cookie, claim,
# PIN, code or number; of a form only that there was one.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );
use Test::WhatsAuth::Consent;

my $folder = slot_folder();

# Ways in which nginx refuses a request before the login page sees it.

my %refusals = (
    limit_req => [ 503, 'limit_req zone=all;' ],
    deny => [ 403, 'deny all;' ],
    auth_basic => [ 401, 'auth_basic x; auth_basic_user_file none;' ],
    return => [ 410, 'return 410;' ],
    body => [ 413, 'client_max_body_size 1k;' ],
);

my $site = start_consent('confirm always; reply_limit 1000/h 1000/h;'
                         . 'authorized_origins https://shop.test;',
    http => 'log_format all "$request|$whatsauth_app'
            . '|$whatsauth_result|$whatsauth_id|$http_referer|";'
            . 'limit_req_zone $server_port zone=all:1m rate=1r/m;',
    server => "access_log $folder/all all; access_log $folder/lines combined;"
              . 'location /login/ { whatsauth_login demo; }'
              . join('', map { "location /$_/ { whatsauth_login demo; "
                               . "$refusals{$_}[1] }" } sort keys %refusals),
    allow => qr/too large|limiting requests|access forbidden/);
my $nginx = $site->nginx;

my %secret;

sub keep {
    my ($what, $value) = @_;

    $secret{"$what $value"} = $value;
    return $value;
}

my $query = 'return=' . keep('the path', '/my-private-path')
            . '&lang=' . keep('the language', 'es-my-own')
            . '&x=' . keep('the argument', 'my-argument');

# A login, with each step that a person may take

sub cookies {
    my ($browser) = @_;

    my $cookies = $browser->cookies;
    keep("the cookie $_", $cookies->{$_}) for keys %$cookies;
}

my $browser = $site->browser;
$browser->get("/login/?$query");
$browser->post("start?$query", return => '/my-private-path');
cookies($browser);
$browser->get("/login/?$query");
my ($code) = $browser->{page} =~ /&gt;&gt;(\w+)&lt;&lt;/;
keep('the code', $code);
my ($qr) = $browser->{page} =~ m{/login/qr/([\w-]{36})\.svg};
keep('the image', $qr);
my ($csrf) = $browser->{page} =~ /name="csrf" value="([\w-]+)"/;
keep('the csrf field', $csrf) if $csrf;

is $browser->get("/login/qr/$qr.svg?$query")->{status}, 200, 'the image';
is $browser->get("/login/status?$query")->{status}, 200, 'the state';

my $frame = $nginx->client;
$frame->send('GET', "/login/wait?$query", { Cookie => join '; ', map {
    "$_=" . $browser->cookies->{$_} } keys %{ $browser->cookies } });
$frame->fill;

$browser->get('/login/');
$site->send($browser, keep('the number', $VICTIM));
my $pin = keep('the PIN', $site->pin($VICTIM));
undef $frame;

$browser->post("pin?$query", pin => keep('a wrong PIN', wrong_pin($pin)));
$browser->post("pin?$query", pin => $pin, '-Sec-Fetch-Site' => 'cross-site');
$browser->post("pin?$query", pin => "$pin " x 10);
is $browser->post("pin?$query", pin => $pin)->{status}, 303, 'the PIN';
is $browser->post("finish?$query", return => '/my-private-path')->{status},
    303, 'the end';
cookies($browser);
is $browser->get("/login/sessions?$query")->{status}, 200, 'the sessions';
my ($session) = $browser->{page} =~ /name="session" value="([\w-]{36})"/;
keep('the session', $session);

# The widget, and the site that collects

my @widget = ('-Origin' => 'https://shop.test',
              '-Sec-Fetch-Site' => 'cross-site');
my $other = $site->browser;
my $begun = $other->post('start', @widget, '-Accept' => 'application/json');
my $claim = keep('the claim', $begun->{headers}{'whatsauth-claim'});
my ($text) = $begun->{json}{text} =~ />>(\w+)<</;
keep("the widget's code", $text);
$site->say($VICTIM, ">>$text<<");
keep("the widget's PIN", my $second = $site->pin($VICTIM));
is $other->post('pin', @widget, pin => $second,
                '-Authorization' => "Bearer $claim")->{status}, 200,
    "the widget's PIN";

for my $path ('/api/v1/claim', "/api/v1/claim?claim=$claim",
              "/login/status?claim=$claim")
{
    $nginx->get($path, { Authorization => "Bearer $claim" });
}

is $nginx->post('/api/v1/claim', "claim=$claim", {
    'Content-Type' => 'application/x-www-form-urlencoded',
    'Idempotency-Key' => keep('the key', 'my-idempotency-key'),
    Authorization => "Bearer $TOKEN" })->{status}, 200, 'the collection';

# Ends: by the site, whose numbers stand in its request, and by the person

$nginx->request('DELETE', "/api/v1/sessions?phone=%2B$VICTIM",
                { Authorization => "Bearer $TOKEN" });
$nginx->request('DELETE', "/api/v1/sessions?session=$session",
                { Authorization => "Bearer $TOKEN" });
$site->say($VICTIM, '0');
$browser->post("logout?$query", return => '/my-private-path');
$browser->post("cancel?$query");

# Cookies that are none of ours, and claims that are none

for my $name ('wa-demo', 'wa-claim-demo', 'wa-known-demo') {
    my $value = keep('a spoilt cookie', "my-spoilt-$name");

    for my $path ('', 'status', 'wait', 'sessions', 'none', "qr/$qr.svg") {
        $nginx->get("/login/$path?$query", { Cookie => "$name=$value" });
    }

    $nginx->request('POST', "/login/finish?$query", {
        Cookie => "$name=$value; $name=$value",
        'Sec-Fetch-Site' => 'same-origin' }, "return=$value");
}

# Refused by nginx, which prints the request line into the error log

for my $how (sort keys %refusals) {
    my ($status) = @{ $refusals{$how} };

    for my $name ('', 'start', 'pin', 'status', 'sessions') {
        $nginx->get("/$how/$name?$query") if $how eq 'limit_req';

        my $answer = $nginx->request('POST', "/$how/$name?$query", {
            'Sec-Fetch-Site' => 'same-origin',
            'Content-Type' => 'application/x-www-form-urlencoded',
            Cookie => 'wa-claim-demo=my-spoilt-wa-claim-demo' },
            "pin=$pin&" . 'x' x 2000);
        is $answer->{status}, $status, "$how - /$name is refused";
    }

    $nginx->get("/$how/qr/$qr.svg?$query");
}

# The last lines are written when the requests have ended.

$nginx->stop;

my %log = map { $_ => try_read_file("$folder/$_") }
          'all', 'lines';
$log{error} = $nginx->error_log;

# An id is for logs, once its code can no longer be sent; as an address of the
# image it is not.

$log{all} =~ s/\|[\w-]{36}\|([^|]*)\|$/||$1|/mg;

like $log{$_}, qr{/login/}, "log $_ - has the requests"
    for grep { $_ ne 'error' } sort keys %log;
like $log{error}, qr/client intended to send too large body/,
    'log error - has refusals';

for my $secret (sort keys %secret) {
    my @shows = grep { index($log{$_}, $secret{$secret}) >= 0 }
                sort keys %log;

    is "@shows", '', "no log shows $secret"
        or diag map { my $log = $_; grep { index($_, $secret{$secret}) >= 0 }
                      split /^/, $log{$log} } @shows;
}

is_deeply [ grep { /\?/ } map { split /\n/, $log{$_} } sort keys %log ], [],
    'no log shows an argument';

done_testing;
