# The path that a login leads back to may be an attacker's: it leads to this
# host alone (an "open redirect"), and puts nothing into a header.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $nginx = start_nginx(app => 'login on;',
    server => 'location /login/ { whatsauth_login demo; }'
              . 'location "/log in/" { whatsauth_login demo; }');

my $browser = Test::WhatsAuth::Browser->new($nginx);

my %good = (
    '/' => '/',
    '/a/b?c=d&e=%2F#f' => '/a/b?c=d&e=%2F#f',
    '/a b' => '/a%20b',
    "/\xc3\xa9" => '/%C3%A9',
    '/a"<b>' => '/a%22%3Cb%3E',
    '/a\\b' => '/a%5Cb',
    '/%2Fevil.test' => '/%2Fevil.test',
    '/' . 'a' x 2047 => '/' . 'a' x 2047,
);

for my $return (sort keys %good) {
    my $answer = $browser->post('start', return => $return);

    is $answer->{status}, 303, 'start - leads to ' . substr $return, 0, 20;
    is $answer->{headers}{location}, $good{$return}, 'as a URL has it';
}

my @bad = ('//evil.test/', '/\\evil.test/', '\\\\evil.test', 'evil.test',
           'https://evil.test/', 'javascript:alert(1)', "/\t/evil.test",
           "/\n/evil.test", "/a\r\nSet-Cookie: wa-demo=x", "/a\x00", "/\x7f",
           ' /', '/' . 'a' x 2048);

for my $post (qw( start finish cancel logout sessions pin )) {
    for my $return (@bad) {
        my $answer = $browser->post($post, return => $return);
        my $name = substr $return =~ s/[^!-~]/?/gr, 0, 30;

        is $answer->{status}, 400, "$post - $name";
        is $answer->{headers}{location}, undef, 'leads nowhere';
        is $answer->{headers}{'set-cookie'}, undef, 'and sets no cookie';
    }
}

my $answer = $browser->post('start', return => '//evil.test/',
                            '-Accept' => 'application/json');
is $answer->{json}{error}, 'invalid_parameter', 'for a script - its error';
is $answer->{json}{detail}, 'return is not a path of this host',
    'and what is wrong';

$answer = $browser->send('POST', '/login/start', {
    'Sec-Fetch-Site' => 'same-origin',
    'Content-Type' => 'application/x-www-form-urlencoded',
}, 'return=%2Fa&return=%2F%2Fevil.test');
is $answer->{status}, 400, 'twice - is refused';

# A link to the page with a bad path shows the page, without it.

my $other = Test::WhatsAuth::Browser->new($nginx);

for my $return (@bad) {
    $answer = $other->get('/login/?return='
                          . Test::WhatsAuth::Browser::escape($return));
    is $other->state, 'start', 'page - ' . substr $return =~ s/[^!-~]/?/gr,
                                                  0, 30;
}

$other->get('/login/?return=%22%3E%3Cscript%3Ealert(1)%3C/script%3E');
unlike $other->{page}, qr/<script>alert/, 'page - no markup comes in';

$other->get('/login/?return=/%22%3E%3Cscript%3Ealert(1)%3C/script%3E');
unlike $other->{page}, qr/<script>alert/, 'page - nor with a path';

# The login page itself may have a name that has to be escaped.

my $odd = Test::WhatsAuth::Browser->new($nginx, login => '/log%20in/');
is $odd->post('start')->{headers}{location}, '/log%20in/',
    'a name with a blank - is escaped';

$nginx->stop;
done_testing;
