# CORS: the page of an app may ask for its codes by script, and no other page.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $EXPOSED = 'whatsauth-id, whatsauth-expires-at, whatsauth-claim, '
              . 'Retry-After, ETag';
my $FORM = 'application/x-www-form-urlencoded';

my $nginx = start_nginx(token => 'token-of-tenant-shop', apps => join '',
    map { whatsauth_app(callback_url => 'http://127.0.0.1:' . slot_port(0)
                        . '/callback', %$_) }
        { name => 'shop', token => 'token-of-tenant-shop',
          more => 'authorized_origins https://shop.test https://www.shop.test;'
                  . 'authorized_origins http://localhost:3000; max_live 4;' },
        { name => 'news', token => 'token-of-tenant-news',
          more => 'authorized_origins https://news.test:443 '
                  . 'http://[0:0:0:0:0:0:0:1]:80 https://News.test:8443;' },
        { name => 'off', token => 'token-of-tenant-off',
          more => 'authorized_origins https://off.test; enabled off;' },
        { name => 'bare', token => 'token-of-tenant-bare' });

sub ask {
    my ($method, $token, $origin, %option) = @_;

    my %headers = (
        Authorization =>
            defined $token ? "Bearer token-of-tenant-$token" : undef,
        Origin => $origin,
        %{ $option{headers} // {} },
    );

    return $nginx->request($method, '/api/v1/verification_code'
                           . ($option{query} // ''), \%headers,
                           $option{body});
}

sub cors_of {
    my ($answer) = @_;

    return { map { $_ => $answer->{headers}{$_} } grep { /^access-control-/ }
             keys %{ $answer->{headers} } };
}

sub open_to {
    my ($origin) = @_;

    return { 'access-control-allow-origin' => $origin,
             'access-control-expose-headers' => $EXPOSED };
}

sub check {
    my ($title, $answer, $status, $cors) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    is $answer->{status}, $status, $title;
    is_deeply cors_of($answer), $cors, keys %$cors ? 'is open to the page'
                                                   : 'is not open to the page';
    is $answer->{headers}{vary}, 'Origin', 'and Vary says so';
}

# Preflights have no token: any app may have listed the page.

for my $origin ('https://shop.test', 'https://www.shop.test',
                'http://localhost:3000', 'https://news.test',
                'https://news.test:443', 'HTTPS://NEWS.test', 'http://[::1]',
                'https://news.test:8443')
{
    check("preflight - $origin", ask('OPTIONS', undef, $origin, headers => {
            'Access-Control-Request-Method' => 'POST',
            'Access-Control-Request-Headers' => 'authorization' }), 204, {
        %{ open_to($origin) },
        'access-control-allow-methods' => 'GET, POST, OPTIONS',
        'access-control-allow-headers' =>
            'authorization, content-type, if-none-match, prefer',
        'access-control-max-age' => '600',
    });
}

for my $origin ('https://evil.test', 'http://shop.test', 'null', '*', '',
                'https://shop.test:8443', 'https://shop.test/',
                'https://shop.test.evil.test', 'https://sub.shop.test',
                'https://shop.test:80', 'http://news.test:443',
                'https://shop.test https://shop.test', 'https://[::1]')
{
    my $answer = ask('OPTIONS', undef, $origin);
    check("preflight - '$origin'", $answer, 405, {});
    like $answer->{headers}{allow}, qr/^GET, POST\b/, 'with Allow';
}

check('preflight - no Origin', ask('OPTIONS', undef, undef), 405, {});

# Answers

check('GET - a page of the app', ask('GET', 'shop', 'https://shop.test'), 200,
      open_to('https://shop.test'));
check('POST - another page of the app',
      ask('POST', 'shop', 'http://localhost:3000', body => 'expires_at=1',
          headers => { 'Content-Type' => $FORM }), 200,
      open_to('http://localhost:3000'));
check('GET - the page of another app', ask('GET', 'shop', 'https://news.test'),
      200, {});
check('GET - a page that no app has listed',
      ask('GET', 'news', 'https://evil.test'), 200, {});
check('GET - an app without pages', ask('GET', 'bare', 'https://shop.test'),
      200, {});
check('GET - a page at the default port of its scheme',
      ask('GET', 'news', 'https://news.test'), 200,
      open_to('https://news.test'));
check('GET - no Origin', ask('GET', 'news', undef), 200, {});

# Errors are for the page to read as well.

my $page = 'https://shop.test';

check('error - a parameter', ask('GET', 'shop', $page, query => '?qr=2'), 400,
      open_to($page));
check('error - a callback', ask('GET', 'shop', $page,
      query => '?callback_url=https://evil.test/'), 403, open_to($page));
check('error - the method', ask('DELETE', 'shop', $page), 405,
      open_to($page));
check('error - the media type', ask('POST', 'shop', $page, body => 'a',
      headers => { 'Content-Type' => 'text/plain' }), 415, open_to($page));
check('error - the size', ask('POST', 'shop', $page, body => 'a' x 20000,
      headers => { 'Content-Type' => $FORM }), 413, open_to($page));
check('error - a disabled app', ask('GET', 'off', 'https://off.test'), 403,
      open_to('https://off.test'));
check('error - a parameter, with the page of another app',
      ask('GET', 'shop', 'https://news.test', query => '?qr=2'), 400, {});

# A wrong token has no app that could list the page.

check('error - a wrong token', ask('GET', 'none', $page), 401, {});
check('error - no token', ask('GET', undef, $page), 401, {});

my $answer = ask('GET', 'shop', $page);
check('GET - the last of four codes', $answer, 200, open_to($page));
check('error - too many codes', ask('GET', 'shop', $page), 429,
      open_to($page));

# Endpoints that are not for browsers

for my $path ('verification/' . $answer->{headers}{'whatsauth-id'},
              'messages', 'qr/x.png', 'nothing')
{
    $answer = $nginx->get("/api/v1/$path", { Origin => $page,
                          Authorization => 'Bearer token-of-tenant-shop' });
    is_deeply cors_of($answer), {}, "GET $path - has nothing of it";
}

$nginx->stop;
done_testing;
