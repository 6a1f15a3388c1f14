# The gate before whatever nginx serves: files, upstreams, caches, WebSockets.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw( make_path );
use File::Temp qw( tempdir );
use IO::Socket::INET ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Files qw( read_file write_file );

my $site = start_receiver();
my $port = $site->port;
my $folder = tempdir(CLEANUP => 1);

make_path("$folder/wiki/a");
write_file("$folder/wiki/index.html", 'the wiki');
write_file("$folder/wiki/a/page.html", 'a page');
write_file("$folder/401.html", 'the site asks you to log in');
write_file("$folder/404.html", 'not here');
write_file("$folder/secret.txt", 'a secret');
write_file("$folder/include.shtml",
           '<!--#include virtual="/wiki/a/page.html" -->');
system 'chmod', '-R', 'a+rX', $folder;

my $nginx = start_nginx(app => 'login on; max_live 1000;',
    http => <<"CONF",
proxy_cache_path $folder/cache keys_zone=cache:1m;
log_format who '\$whatsauth_phone|\$whatsauth_subject|\$whatsauth_session|'
               '\$whatsauth_login_at|\$whatsauth_known|\$whatsauth_app';
CONF
    server => <<"CONF");
whatsauth_gate demo;
whatsauth_gate_numbers any;
root $folder;
index index.html;

location /login/ { whatsauth_login demo; }
location /wiki/ { access_log $folder/who.log who; }
location /alias/ { alias $folder/wiki/; }
location /200/try/ { try_files \$uri \@site; }
location \@site {
    proxy_pass http://127.0.0.1:$port;
    proxy_set_header X-User \$whatsauth_subject;
}
location /try-open/ { whatsauth_gate off; try_files /nowhere /wiki/index.html; }
location /missing/ {
    log_not_found off;
    error_page 404 /wiki/index.html;
}

location /own/ { error_page 401 /401.html; }
location = /401.html { whatsauth_gate off; }
location /own-same/ { error_page 401 =200 /401.html; }

location /first/ {
    whatsauth_gate off;
    log_not_found off;
    error_page 404 /second/;
}
location /second/ {
    recursive_error_pages on;
    error_page 401 /401.html;
}

location /intercepted/ {
    proxy_pass http://127.0.0.1:$port/401/;
    proxy_intercept_errors on;
}
location /upstream-401/ { proxy_pass http://127.0.0.1:$port/401/; }

location /cached/ {
    proxy_pass http://127.0.0.1:$port/header/200/?status=200&name=x;
    proxy_cache cache;
    proxy_cache_valid 1h;
    proxy_cache_key \$uri\$whatsauth_subject;
    add_header X-Cache \$upstream_cache_status;
}

location /expires/ { expires 1h; alias $folder/wiki/; }
location /added/ { add_header Cache-Control public; alias $folder/wiki/; }

location /200/led/ { try_files /nowhere \@led; }
location \@led { whatsauth_gate off; proxy_pass http://127.0.0.1:$port; }
location /led-missing/ { error_page 404 /404.html; log_not_found off; }
location = /404.html { whatsauth_gate off; }

location /rewritten/ { rewrite ^ /wiki/a/page.html last; }
location /encoded/ { alias $folder/; }

location /ssi/ { whatsauth_gate off; ssi on; ssi_types *; alias $folder/; }

location /socket/ {
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_http_version 1.1;
    proxy_set_header Upgrade \$http_upgrade;
    proxy_set_header Connection upgrade;
}

location /variable/ {
    set \$seen \$http_cookie;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header Cookie \$http_cookie;
}
CONF

my %page = (Accept => 'text/html');

sub logged_in {
    return Test::WhatsAuth::Browser->logged_in($nginx, @_);
}

sub last_request {
    my ($request) = reverse $site->requests;
    return $request;
}

my $person = logged_in('56911111111');
my $other = logged_in('56922222222');

# Files

my @files = map { [ $_, $person->get($_) ] }
            qw( /wiki/ /wiki/a/page.html /alias/a/page.html /rewritten/ );
is_deeply [ map { "$_->[0] $_->[1]{body}" } @files ],
    [ '/wiki/ the wiki', '/wiki/a/page.html a page',
      '/alias/a/page.html a page', '/rewritten/ a page' ],
    'files, index, alias, rewrite - with a session';
is_deeply [ map { $nginx->get($_->[0])->{status} } @files ], [ (401) x 4 ],
    'files, index, alias, rewrite - without one';
is_deeply [ map { $nginx->get($_)->{status} }
            qw( //wiki/index.html /wiki/a/../index.html /%77iki/index.html
                /wiki/%2e%2e/wiki/index.html /x/../wiki/index.html
                /WIKI/index.html /wiki/index.html%00 /wiki/./a/page.html ) ],
    [ (401) x 6, 400, 401 ], 'other spellings of a path';

my $answer = $person->get('/wiki/', { 'If-Modified-Since' =>
                                      $files[0][1]{headers}{'last-modified'} });
is $answer->{status}, 304, 'not modified';
is $answer->{headers}{'cache-control'}, 'private, no-cache', 'is private, too';

like read_file("$folder/who.log"),
    qr/^\+56911111111\|56911111111\|[0-9a-f]{8}\|\d{4}-[-\d]+T[\d:.]+Z\|0\|-$/m,
    'variables - after an internal redirect';
like read_file("$folder/who.log"), qr/^-\|-\|-\|-\|-\|demo$/m,
    'variables - of nobody';

$person->get('/200/try/x');
is last_request()->{headers}{'x-user'}, '56911111111',
    'try_files - a named location has the variables';
is last_request()->{headers}{cookie}, undef, 'and no cookie of ours';
is $nginx->get('/200/try/y')->{status}, 401, 'try_files - without a session';
is $nginx->get('/try-open/')->{status}, 401,
    'try_files - into a gated location';
is $person->get('/missing/x')->{status}, 404, 'error_page - of another status';
is $person->get('/missing/x')->{body}, 'the wiki', 'with a gated page';

# A public page can include a gated file: the access phase is not asked of
# subrequests (docs/GATE.md says so).

is $nginx->get('/ssi/include.shtml')->{body}, 'a page', 'SSI - goes round';

# The operator's page, and upstreams that answer 401 themselves

for my $headers ({}, \%page) {
    $answer = $nginx->get('/own/x', $headers);
    is $answer->{status}, 401, 'error_page 401 - the status';
    is $answer->{body}, 'the site asks you to log in', 'the site\'s own page';
    is $answer->{headers}{'www-authenticate'},
        'WhatsAuth app="demo", login="/login/"', 'and our challenge';
}

is $nginx->get('/own-same/x', \%page)->{status}, 200, 'error_page 401 =200';

# nginx takes one of the pages of errors, and the gate knows which.

is $nginx->get('/first/x')->{json}{error}, 'login_required',
    'error_page - leads to a gate whose own page is not taken any more';
like $nginx->get('/first/x', \%page)->{body}, qr/data-state="start"/,
    'where a navigation gets the login page';

for my $path (qw( /intercepted/ /upstream-401/ )) {
    $answer = $person->get($path, \%page);
    is $answer->{status}, 401, "$path - the site's own 401";
    unlike $answer->{body}, qr/data-state/, 'is not our page';
}

# Upstreams

$person->cookies->{theme} = 'dark';
$person->get('/variable/');
is last_request()->{headers}{cookie}, 'theme=dark',
    'a variable with the cookies - that has been read before';

# Several headers, in any place among the others

$person->get('/200/try/z', { Cookie => 'x=1', 'X-Last' => 'here' });
my $session = $person->cookies->{'wa-demo'};
my @cases = (
    [ "Cookie: wa-demo=$session" ] => undef,
    [ "Cookie: wa-demo=$session", 'Cookie: a=b' ] => 'a=b',
    [ 'Cookie: a=b', "Cookie: wa-demo=$session" ] => 'a=b',
    [ "Cookie: a=b; wa-demo=$session; c=d", 'Cookie: __Host-wa-known-demo=x',
      'Cookie: wa-claim-demo=y;e=f' ] => 'a=b; c=d; e=f',
    [ "Cookie: wa-claim-demo=y; wa-demo=$session; __Host-wa-claim-demo=y; "
      . '__Host-wa-demo=z; wa-known-demo=x; wa-demon=g' ] => 'wa-demon=g',
);

while (my ($lines, $expected) = splice @cases, 0, 2) {
    my $path = '/200/try/case' . @cases;
    my $filler = join '', map { "X-Filler-$_: $_\r\n" } 1 .. 30;

    for my $place (0, 1) {
        my $answer = raw($nginx, "GET $path$place HTTP/1.1\r\n"
            . "Host: 127.0.0.1\r\n" . ($place ? $filler : '')
            . join('', map { "$_\r\n" } @$lines)
            . ($place ? '' : $filler) . "Connection: close\r\n\r\n");

        my $request = last_request();
        like $answer, qr{^HTTP/1.1 200}, 'headers Cookie - let in';
        my $cookies = $request->{headers}{cookie};
        is $cookies && $cookies =~ s/, /; /gr, $expected,
            $expected ? 'others are left' : 'none is left';
        is $request->{headers}{'x-filler-30'}, 30,
            'and all other headers arrive';
    }
}

sub raw {
    my ($nginx, $text) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $nginx->{port}) or die "connect: $!\n";
    print $socket $text;
    local $/;
    return <$socket>;
}

# Caches

is $person->get('/cached/x')->{headers}{'x-cache'}, 'MISS', 'proxy_cache';
is $person->get('/cached/x')->{headers}{'x-cache'}, 'HIT', 'of one person';
is $other->get('/cached/x')->{headers}{'x-cache'}, 'MISS', 'is of no other';
is $nginx->get('/cached/x')->{status}, 401, 'and not of nobody';

is $person->get('/expires/')->{headers}{'cache-control'}, 'max-age=3600',
    'Cache-Control - by "expires"';
is $person->get('/added/')->{headers}{'cache-control'}, 'public',
    'Cache-Control - by "add_header"';

is $person->get($_)->{headers}{'cache-control'}, 'private, no-cache',
    "Cache-Control - behind the gate of another location, $_"
    for '/200/led/x', '/led-missing/x';
is $nginx->get('/404.html')->{headers}{'cache-control'}, undef,
    'Cache-Control - without any gate';

# WebSockets

my %upgrade = (Upgrade => 'websocket', Connection => 'upgrade',
               'Sec-Fetch-Mode' => 'websocket', 'Sec-Fetch-Dest' => 'empty',
               Accept => '*/*');
is $nginx->get('/socket/', \%upgrade)->{json}{error}, 'login_required',
    'WebSocket - without a session';
$person->get('/socket/', \%upgrade);
is last_request()->{headers}{upgrade}, 'websocket', 'WebSocket - with one';

# The browser says what it asks for.

my %kind = (
    'navigate document' => 'page', 'navigate iframe' => 'problem',
    'no-cors image' => 'problem', 'cors empty' => 'problem',
    'same-origin empty' => 'problem', 'navigate embed' => 'problem',
);

for my $kind (sort keys %kind) {
    my ($mode, $dest) = split / /, $kind;

    $answer = $nginx->get('/wiki/', { Accept => 'text/html',
        'Sec-Fetch-Mode' => $mode, 'Sec-Fetch-Dest' => $dest });
    is $answer->{status}, 401, "$kind - refused";
    is $answer->{headers}{'content-type'} =~ /html/ ? 'page' : 'problem',
        $kind{$kind}, 'by what it can show';
}

$answer = $nginx->get('/wiki/', { Accept => 'text/html',
                                  'X-Requested-With' => 'XMLHttpRequest' });
is $answer->{headers}{'content-type'}, 'application/problem+json',
    'XMLHttpRequest - a problem';
$answer = $nginx->request('HEAD', '/wiki/', { Accept => 'text/html' });
is $answer->{status}, 401, 'HEAD';
is $answer->{headers}{'content-type'}, 'text/html; charset=utf-8',
    'has the headers of the page';

$nginx->stop;

done_testing;
