# callback_url as a parameter: allowed and refused URLs.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $port = $receiver->port;
my $base = "http://127.0.0.1:$port";

my $nginx = start_nginx(callback_url => "$base/204?app=1",
    app => "authorized_callbacks $base/a $base/b/ http://shop.test:8080/c "
           . 'https://shop.test;', http => 'resolver 127.0.0.1:9;');

sub answers {
    my ($title, $url, $status, $error, $detail) = @_;

    my $answer = $nginx->issue(callback_url => $url);

    is $answer->{status}, $status, "callback_url - $title"
        or diag $answer->{body};
    return if $status == 200;

    is_deeply $answer->{json}, {
        title => $answer->{json}{title}, status => $status,
        error => $error, detail => $detail,
    }, '  and the answer says why' or diag $answer->{body};
    is $answer->{headers}{'content-type'}, 'application/problem+json',
        '  as a problem';
}

# Allowed

answers(@$_, 200) for
    [ 'empty means the default', '' ],
    [ 'the app\'s own without its query', "$base/204" ],
    [ 'the app\'s own with another query', "$base/204?session=1&b=%20" ],
    [ 'an authorized one', "$base/a" ],
    [ 'below an authorized one', "$base/a/b?c" ],
    [ 'with a query right after an authorized one', "$base/a?c" ],
    [ 'below an authorized folder', "$base/b/c" ],
    [ 'the host in capitals', 'HTTP://SHOP.test:8080/c' ],
    [ 'the standard port, said', 'https://shop.test:443/x' ],
    [ 'no path', 'https://shop.test?x=1' ],
    [ '1024 bytes', "$base/a/" . 'x' x (1024 - length "$base/a/") ];

# Of somebody else

answers(@$_, 403, 'callback_not_authorized',
        'callback_url is not among the app\'s authorized callbacks') for
    [ 'another host', "http://127.0.0.2:$port/a" ],
    [ 'a host that begins like ours', 'https://shop.test.evil.test/' ],
    [ 'a subdomain of ours', 'https://www.shop.test/' ],
    [ 'another scheme', 'http://shop.test/' ],
    [ 'another port', 'http://127.0.0.1:1/a' ],
    [ 'another path', "$base/x" ],
    [ 'below the app\'s own', "$base/204/b" ],
    [ 'a path that only begins like an authorized one', "$base/ab" ],
    [ 'a path in other case', "$base/A" ],
    [ 'an authorized folder without its slash', "$base/b" ],
    [ 'a path with an encoded letter', "$base/%61" ];

# No URL that anybody may be called at

my %why = (
    character => 'has a control character, space, backslash or a byte that '
        . 'must be percent-encoded',
    scheme => 'is not an absolute http or https URL',
    userinfo => 'has user information',
    fragment => 'has a fragment',
    host => 'has an invalid host',
    port => 'has an invalid port',
    path => 'has a dot segment in its path',
    utf8 => 'has escapes in its path that are not UTF-8',
    ip => 'names an IP address with https, which cannot be verified',
    long => 'is longer than 1024 bytes',
);

answers($_->[0], $_->[1], 400, 'invalid_parameter',
        "callback_url $why{$_->[2]}") for
    [ 'relative', '/a', 'scheme' ],
    [ 'without a scheme', '//127.0.0.1/a', 'scheme' ],
    [ 'of javascript', 'javascript:alert(1)', 'scheme' ],
    [ 'ftp', 'ftp://127.0.0.1/a', 'scheme' ],
    [ 'user information', 'http://shop.test:8080@evil.test/c', 'userinfo' ],
    [ 'a fragment', "$base/a#b", 'fragment' ],
    [ 'a space', "$base/a b", 'character' ],
    [ 'a newline', "$base/a\r\nHost: evil.test", 'character' ],
    [ 'a zero', "$base/a\0b", 'character' ],
    [ 'a backslash', "$base/a\\..\\b", 'character' ],
    [ 'a byte outside of ASCII', "$base/\xc3\xa9", 'character' ],
    [ 'a percent sign alone', "$base/a/%zz", 'character' ],
    [ 'a dot segment', "$base/a/../x", 'path' ],
    [ 'an encoded dot segment', "$base/a/%2e%2E/x", 'path' ],
    [ 'a dot segment encoded twice', "$base/a/%252e%252e/x", 'path' ],
    [ 'a dot segment and a blank', "$base/a/..%20/x", 'path' ],
    [ 'a dot segment and a plus', "$base/a/..+/x", 'path' ],
    [ 'a dot segment and an encoded fragment', "$base/a/..%23/x", 'path' ],
    [ 'a dot segment and an encoded query', "$base/a/..%3f/x", 'path' ],
    [ 'a dot segment and a path parameter', "$base/a/..;/x", 'path' ],
    [ 'a dot segment of fullwidth dots', "$base/a/%EF%BC%8E%EF%BC%8E/x",
      'path' ],
    [ 'a dot segment with a mark that nobody sees', "$base/a/.%E2%80%8B./x",
      'path' ],
    [ 'an encoded tab', "$base/a/..%09/x", 'character' ],
    [ 'an encoded newline', "$base/a/%0d%0aHost:%20evil.test", 'character' ],
    [ 'an encoded newline, encoded twice', "$base/a/%250a", 'character' ],
    [ 'an encoded control character of C1', "$base/a/%C2%85", 'character' ],
    [ 'an encoded byte that is not UTF-8', "$base/a/%ff", 'utf8' ],
    [ 'an encoded dot of two bytes', "$base/a/%c0%ae%c0%ae/x", 'utf8' ],
    [ 'a host that ends in a dot', 'https://shop.test./', 'host' ],
    [ 'no host', 'https:///a', 'host' ],
    [ 'a number for a host', 'http://2130706433/a', 'host' ],
    [ 'a hexadecimal host', 'http://0x7f.1/a', 'host' ],
    [ 'port 0', 'https://shop.test:0/', 'port' ],
    [ 'port 65536', 'https://shop.test:65536/', 'port' ],
    [ 'no port after the colon', 'https://shop.test:/', 'port' ],
    [ 'https to an IP address', 'https://127.0.0.1/', 'ip' ],
    [ '1025 bytes', "$base/a/" . 'x' x (1025 - length "$base/a/"), 'long' ];

$nginx->stop;

# URLs that sites use are called as they are

$nginx = start_nginx(callback_url => "$base/204",
                     app => "authorized_callbacks $base/;");

for my $target (
    '/workflows/8/triggers/manual/paths/invoke?api-version=2016-06-01'
        . '&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=6V3RlN2X_o-c',
    '/hook?session[id]=42&__xts__[0]=68.ARD',
    '/webapi/entry.cgi?api=Chat&token=%22A%2BW%22',
    '/problems;gf=all;pid=-8788V2?x=1;y=2',
    '/job/nodejs%20example%20app/build?token=',
    '/b%C3%BCcher/:id/a+b')
{
    my $code = $nginx->issue(callback_url => "$base$target")->{json}{code};

    $nginx->message(text_message(">>$code<<"));
    is +($receiver->wait_for($code) // {})->{target}, $target,
        "callback_url - $target";
}

$nginx->stop;
done_testing;
