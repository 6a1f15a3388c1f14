# An attacker before the gate: other spellings of the path, cookies that are
# somebody else's or spoilt, headers that pretend, ways around the access phase.
# Nothing of the location comes out, and no visit ends in a loop.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw( make_path );
use File::Temp qw( tempdir );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Files qw( write_file );

my $site = start_receiver();
my $port = $site->port;
my $folder = tempdir(CLEANUP => 1);

make_path("$folder/private/a");
for my $file (qw( private/index.html private/a/page.html private/secret.txt )) {
    write_file("$folder/$file",
               'THE SECRET of a thousand bytes ' . 'x' x 1000);
}
system 'chmod', '-R', 'a+rX', $folder;

my $nginx = start_nginx(workers => 4, quiet => 1,
    apps => whatsauth_app(more => 'login on; max_live 1000;')
            . whatsauth_app(name => 'news', token => 'token-of-the-news-app',
                            more => 'login on;'),
    http => 'log_not_found off;',
    server => <<"CONF");
root $folder;

location /login/ { whatsauth_login demo; }
location /news/ { whatsauth_login news; }
location ^~ /private/ {
    whatsauth_gate demo;
    whatsauth_gate_numbers any;
}
location /app/ {
    whatsauth_gate demo;
    whatsauth_gate_numbers any;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header X-User \$whatsauth_subject;
    proxy_set_header X-Name \$whatsauth_name;
}
location /optional/ {
    whatsauth_gate demo optional;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header X-User \$whatsauth_subject;
}
location /of-news/ {
    whatsauth_gate news;
    whatsauth_gate_numbers any;
    alias $folder/private/;
}
location /accel { proxy_pass http://127.0.0.1:$port; }
location = /204 {
    whatsauth_gate demo;
    whatsauth_gate_numbers any;
    try_files /private/secret.txt =404;
}
location = /go-in { error_page 418 = /private/secret.txt; return 418; }
CONF

my $HTML = 'text/html,*/*;q=0.8';

sub visitor {
    my (%option) = @_;

    return Test::WhatsAuth::Browser->new($nginx,
        headers => { Accept => $HTML }, %option);
}

sub validated {
    my ($browser, @message) = @_;

    $browser->begin_login(@message);
    return $browser;
}

sub logged_in {
    my ($browser, @message) = @_;

    validated($browser, @message)->post('finish');
    return $browser;
}

sub open_page {
    my ($cookies, %headers) = @_;

    return $nginx->get('/private/secret.txt',
        { Accept => $HTML, $cookies ? (Cookie => $cookies) : (), %headers });
}

my $victim = logged_in(visitor(), '56911111111', name => 'Ana');
my $session = $victim->cookies->{'wa-demo'};
my $mine = "wa-demo=$session";

like open_page($mine)->{body}, qr/THE SECRET/, 'the session - lets in';


# Spellings of the path

for my $path (
    '/private/secret.txt', '//private/secret.txt', '/private//secret.txt',
    '/%70rivate/secret.txt', '/private%2fsecret.txt', '/./private/secret.txt',
    '/x/../private/secret.txt', '/private/./secret.txt',
    '/private/%2e/secret.txt',
    '/private/a/../secret.txt', '/private/a/%2e%2e/secret.txt', '/private',
    '/private/', '/private/a/page.html', '/PRIVATE/secret.txt',
    '/private/secret.txt/', '/private/secret.txt%00', '/private;/secret.txt',
    '/private\\secret.txt', '/private/secret.txt?return=/&x',
    'http://127.0.0.1/private/secret.txt', '/login/../private/secret.txt',
    '/login/..%2fprivate/secret.txt', '/of-news/secret.txt', '/204', '/go-in',
    '/accel', '/app/', '/app', '/%2e%2e/private/secret.txt')
{
    for my $method (qw( GET HEAD POST PUT DELETE OPTIONS PROPFIND PATCH X )) {
        my $answer = $nginx->request($method, $path, { Accept => $HTML },
                                     $method eq 'POST' ? 'x=y' : undef);

        unlike $answer->{body}, qr/THE SECRET/, "$method $path - is closed";
        unlike $answer->{status}, qr/^(?:2|304|500)/, "with $answer->{status}";
    }
}

# Parts of it, and what a browser has of it already

for my $header ([ Range => 'bytes=0-9' ], [ 'If-None-Match' => '*' ],
                [ 'If-Modified-Since' => 'Fri, 01 Jan 2100 00:00:00 GMT' ],
                [ 'If-Range' => '"x"' ], [ 'If-Match' => '*' ],
                [ Upgrade => 'websocket' ], [ TE => 'trailers' ])
{
    for my $accept ($HTML, '*/*') {
        my $answer = open_page('', @$header, Accept => $accept);

        is $answer->{status}, 401, "$header->[0], $accept - 401";
        is $answer->{headers}{'content-range'}, undef, 'and no part';
        is $answer->{headers}{etag}, undef, 'and no tag of the file';
        is $answer->{headers}{'last-modified'}, undef, 'and no date';
    }
}


# Cookies: each is none, is cleared where it is spoilt, and no visit loops

my $news = logged_in(visitor(login => '/news/'), '56922222222');
my $begun = visitor();
$begun->post('start');
my $claim = $begun->cookies->{'wa-claim-demo'};
my $other = logged_in(visitor(), '56933333333')->cookies->{'wa-demo'};
my $ended = logged_in(visitor(), '56944444444');
my $old = $ended->cookies->{'wa-demo'};
$ended->post('logout');

my %cookies = (
    'of another app' => "wa-demo=$news->{cookies}{'wa-news'}",
    'of another app, by its name' => "wa-news=$session",
    'a claim as a session' => "wa-demo=$claim",
    'a session as a claim' => "wa-claim-demo=$session",
    'a mark as a session' => "wa-known-demo=$session",
    'that has ended' => "wa-demo=$old",
    'twice' => "$mine; $mine",
    'of two people' => "$mine; wa-demo=$other",
    'empty' => 'wa-demo=',
    'empty and good' => "wa-demo=; $mine",
    'huge' => 'wa-demo=' . 'A' x 6000,
    'in quotes' => "wa-demo=\"$session\"",
    'with a blank' => "wa-demo =$session",
    'in capitals' => "WA-demo=$session",
    'in the value of another' => "a=$mine",
    'with the prefix' => "__Host-$mine",
    'with a dollar' => "\$Version=1; \$$mine",
    'by commas' => "a=b, $mine",
    'shorter' => substr($mine, 0, -1),
    'longer' => "${mine}A",
    'with another secret' => $mine =~ s/(.)(?=.{4}\z)/$1 eq 'A' ? 'B' : 'A'/er,
    'zeros' => 'wa-demo=' . 'A' x 43,
    'percent' => "wa-demo=%$session",
    'spoilt, and a spoilt claim' => 'wa-demo=x; wa-claim-demo=x',
);

for my $name (sort keys %cookies) {
    my $browser = visitor();
    my $answer = open_page($cookies{$name});

    is $answer->{status}, 401, "a cookie $name - is none";
    unlike $answer->{body}, qr/THE SECRET/, 'and brings nothing';

    $browser->keep($answer);
    $answer = $browser->get('/private/secret.txt');
    is $answer->{status}, 401, 'and the next visit - is as the first';
    is $answer->{headers}{'set-cookie'}, undef, 'with nothing left to clear';

    is open_page($cookies{$name}, Accept => '*/*')->{json}{error},
        'login_required', 'and a program - has a problem';
}

# A site where the prefix counts, because it is not on this machine

my $far = { Host => 'shop.example', Accept => $HTML };
is $nginx->get('/private/secret.txt', { %$far, Cookie => $mine })->{status},
    401, 'a cookie without the prefix - of a subdomain, or of plain http';
is $nginx->get('/private/secret.txt', { %$far, Cookie => "__Host-$mine" })
         ->{status}, 200, 'a cookie with the prefix - the session';
is $nginx->get('/private/secret.txt',
               { %$far, Cookie => "__Host-$mine; wa-demo=x" })->{status}, 200,
    'a planted one beside it - does no harm';


# Headers

$victim->get('/app/');
my ($request) = reverse $site->requests;
is $request->{headers}{'x-user'}, '56911111111', 'the app - hears who it is';
is $request->{headers}{'x-name'}, 'Ana', 'and the name';

my %forged = map { $_ => '56999999999' }
    qw( X-User X_User x-user X-Whatsauth-Subject Whatsauth_subject
        Whatsauth-Phone Remote-User );

$nginx->get('/optional/', { %forged, Accept => $HTML });
($request) = reverse $site->requests;
is $request->{headers}{'x-user'}, undef,
    'a forged header - is not that of a person';
is $request->{headers}{x_user}, undef, 'nor with an underscore';

$nginx->get('/optional/', { %forged, Cookie => $mine });
($request) = reverse $site->requests;
is $request->{headers}{'x-user'}, '56911111111',
    'nor beside a session';

for my $name ("Eve\r\nX-User: 56999999999", "Eve\nX-User: 56999999999",
              "Eve\x{2028}X-User: 1", "Eve\x00", "Eve\x{85}x")
{
    my $eve = logged_in(visitor(), '56955555555', name => $name);

    $eve->get('/app/');
    ($request) = reverse $site->requests;
    is $request->{headers}{'x-user'}, '56955555555',
        'a name with a line - is no header';
    unlike $request->{headers}{'x-name'}, qr/[\x00-\x1f\x7f]/,
        'and has no control character';
}


# One connection, several people

my $client = $nginx->client;
my @order = ([ $mine, 200 ], [ '', 401 ], [ "wa-demo=$old", 401 ],
             [ "wa-demo=$other", 200 ], [ '', 401 ], [ $mine, 200 ]);

for my $step (@order) {
    my ($cookie, $status) = @$step;
    my $answer = $client->request('GET', '/private/secret.txt',
                                  { Cookie => $cookie || undef });

    is $answer->{status}, $status,
        'one connection - ' . ($cookie ? 'a session' : 'nobody');
}

$client->send('GET', '/private/secret.txt', { Cookie => $mine });
$client->send('GET', '/private/secret.txt', {});
is $client->receive->{status}, 200, 'two requests at once - the session';
is $client->receive->{status}, 401, 'and nobody after it';


# The claim: only the person's own navigation collects

my $waits = validated(visitor(), '56966666666');

for my $case ([ 'GET', 'Sec-Fetch-Mode' => 'navigate',
                'Sec-Fetch-Dest' => 'iframe' ],
              [ 'GET', 'Sec-Fetch-Mode' => 'no-cors',
                'Sec-Fetch-Dest' => 'image' ],
              [ 'GET', 'Sec-Fetch-Mode' => 'cors',
                'Sec-Fetch-Dest' => 'empty' ],
              [ 'GET', 'Sec-Fetch-Mode' => 'navigate, navigate',
                'Sec-Fetch-Dest' => 'document' ],
              [ 'POST', 'Sec-Fetch-Mode' => 'navigate',
                'Sec-Fetch-Dest' => 'document' ],
              [ 'GET', 'X-Requested-With' => 'XMLHttpRequest' ],
              [ 'GET', Accept => 'application/json' ])
{
    my ($method, %headers) = @$case;
    my $answer = $waits->send($method, '/private/secret.txt', \%headers);
    my $name = join ' ', $method, map { $headers{$_} } sort keys %headers;

    is $answer->{status}, 401, "$name - collects nothing";
    is $answer->{headers}{'set-cookie'}, undef, 'and sets nothing';
    is $answer->{json}{error}, 'login_required', 'and has no page';
}

is $waits->get('/private/secret.txt')->{status}, 303, 'the navigation - does';

# A claim that somebody else has planted is of no use on another host.

my $planted = validated(visitor(), '56977777777');
my $answer = $nginx->get('/private/secret.txt', { %$far,
    Cookie => "wa-claim-demo=$planted->{cookies}{'wa-claim-demo'}" });
is $answer->{status}, 401, 'a planted claim - logs nobody in as somebody else';
is $answer->{headers}{'set-cookie'}, undef, 'and gives no session';

# All workers at once, each with the same claim, and a logout among them

my $race = validated(visitor(), '56988888888');
my $cookie = "wa-claim-demo=$race->{cookies}{'wa-claim-demo'}";
my %got;
$got{ ($_->{headers}{'set-cookie'} // '') =~ /wa-demo=([\w-]{43})/ ? $1 : '' }++
    for $nginx->together(map { [ 'GET', "/private/$_",
        { Accept => $HTML, Cookie => $cookie } ] } 1 .. 40);
is scalar(keys %got), 1, 'forty navigations - one session';
ok length((keys %got)[0]), 'for all of them';

my ($token) = keys %got;
is open_page("wa-demo=$token")->{status}, 200, 'which lets in';
$nginx->request('POST', '/login/logout', { Cookie => "wa-demo=$token",
                                           'Sec-Fetch-Site' => 'same-origin' });
for my $worker ($nginx->workers) {
    is $nginx->client($worker)->request('GET', '/private/secret.txt',
        { Accept => $HTML, Cookie => "wa-demo=$token; $cookie" })->{status},
        401, "worker $worker - after the logout neither lets in";
}

$nginx->stop;


# A location that takes the login's own path as well must not go round.

$nginx = start_nginx(
    app => 'login on;',
    allow => qr/rewrite or internal redirection cycle/,
    server => <<"CONF");
root $folder;
location /login/ { whatsauth_login demo; }
location ~ /\$ {
    whatsauth_gate demo;
    whatsauth_gate_numbers any;
}
location ~ \\.txt\$ {
    whatsauth_gate demo;
    whatsauth_gate_numbers any;
}
CONF

$answer = open_page('');
is $answer->{status}, 500, 'a regex over the login - leads nowhere';
unlike $answer->{body}, qr/THE SECRET/, 'and is closed';
$nginx->stop;

done_testing;
