# The headers of the login page, which tell browsers: to run nothing but our
# files, to show the page in no frame, to keep nothing, to tell nobody.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $nginx = start_nginx(
    apps => whatsauth_app(more => 'login on; start_limit 3/m 100/h;')
            . whatsauth_app(name => 'closed', token => 'token-of-a-closed-app',
                            more => 'login on; enabled off;'),
    server => 'location /login/ { whatsauth_login demo; }'
              . 'location /closed/ { whatsauth_login closed; }');

my $browser = Test::WhatsAuth::Browser->new($nginx,
    headers => { Host => 'login.test' });

my %answers = (
    'the page' => $browser->get('/login/'),
    'a redirect' => $browser->post('start'),
    'JSON' => $browser->post('start', '-Accept' => 'application/json'),
    'a refusal' => $browser->post('start', '-Sec-Fetch-Site' => 'cross-site'),
    'a problem' => $browser->post('pin', pin => 1,
                                  '-Accept' => 'application/json'),
    'the logout page' => $browser->get('/login/logout'),
);

for my $what (sort keys %answers) {
    my $headers = $answers{$what}{headers};

    is $headers->{'cache-control'}, 'no-store', "$what - no-store";
    is $headers->{'referrer-policy'}, 'no-referrer', "$what - no-referrer";
    is $headers->{'x-content-type-options'}, 'nosniff', "$what - nosniff";
    is $headers->{'cross-origin-opener-policy'}, 'same-origin', "$what - COOP";
    is $headers->{'content-security-policy'},
        "default-src 'none'; script-src http://login.test/login/page.js; "
        . "style-src http://login.test/login/page.css; connect-src 'self'; "
        . "img-src 'self'; frame-src 'self'; form-action 'self'; "
        . "base-uri 'none'; frame-ancestors 'none'", "$what - CSP";
}

is $answers{'the page'}{headers}{'content-type'}, 'text/html; charset=utf-8',
    'the page - its type';
is $answers{JSON}{headers}{'content-type'}, 'application/json',
    'JSON - its type';

my $head = $browser->send('HEAD', '/login/', {});
is $head->{headers}{'content-length'},
    length $browser->get('/login/')->{body}, 'HEAD - is a GET without body';

# A policy can name no address of IPv6.

my $ipv6 = Test::WhatsAuth::Browser->new($nginx,
    headers => { Host => '[::1]:8080' });
like $ipv6->get('/login/')->{headers}{'content-security-policy'} // '',
    qr/; script-src 'self'; style-src 'self'; /,
    'an IPv6 address - the policy names this origin';

# A Host that could stand in no URL does not come into the policy.

my $odd = Test::WhatsAuth::Browser->new($nginx,
    headers => { Host => "evil.test;script-src" });
unlike $odd->get('/login/')->{headers}{'content-security-policy'} // '',
    qr/evil\.test/, 'an odd Host - is left out';

# A front proxy may have put another Host in place of the public one.

my $behind = start_nginx(app => 'login on;',
    http => 'whatsauth_public_url https://login.example.com;',
    server => 'location /login/ { whatsauth_login demo; }');
like $behind->get('/login/')->{headers}{'content-security-policy'},
    qr{script-src\ http://127.0.0.1/login/page.js
       \ https://login.example.com/login/page.js;}x,
    'whatsauth_public_url - its files are allowed, too';
$behind->stop;

# start_limit, and an app that is switched off

my $greedy = Test::WhatsAuth::Browser->new($nginx);
my $answer;
$answer = $greedy->post('start', new => 1) for 1 .. 4;

is $answer->{status}, 429, 'start_limit - the page says so';
like $answer->{body}, qr/data-state="limited"/, 'in a state of its own';
cmp_ok $answer->{headers}{'retry-after'}, '<=', 60, 'and until when';

$answer = $greedy->post('start', new => 1, '-Accept' => 'application/json');
is $answer->{json}{error}, 'too_many_requests', 'start_limit - for a script';

my $off = Test::WhatsAuth::Browser->new($nginx, login => '/closed/');
$answer = $off->post('start');
is $answer->{status}, 403, 'enabled off - no code';
like $answer->{body}, qr/data-state="unavailable"/, 'and a page that says so';

# Methods and names that are not there

for my $name (qw( start finish cancel pin )) {
    is $nginx->get("/login/$name")->{status}, 405, "$name - no GET";
}

is $nginx->post('/login/', '')->{status}, 405, 'the page - no POST';
is $nginx->get("/login/$_")->{status}, 404, "$_ - is not there"
    for qw( starts start/ x verification_code );

$nginx->stop;
done_testing;
