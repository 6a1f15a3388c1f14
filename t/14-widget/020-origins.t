# An origin is a whole: scheme, host and port.  A page of one that is only like
# an origin of the list reads nothing, begins nothing and ends nothing; and a
# listed one has no power without a claim.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $PAGE = 'https://shop.example.com';
my $FORM = 'application/x-www-form-urlencoded';

my $nginx = start_nginx(
    apps => whatsauth_app(more => "login on; authorized_origins $PAGE;")
            . whatsauth_app(name => 'news', token => 'token-of-the-news-app',
                  more => 'login on; authorized_origins https://news.test;'),
    server => 'location /login/ { whatsauth_login demo; }'
              . 'location /news/ { whatsauth_login news; }');

sub ask {
    my ($method, $path, $origin, %headers) = @_;

    return $nginx->request($method, $path, {
        Accept => 'application/json', Origin => $origin,
        'Sec-Fetch-Site' => 'cross-site',
        $method eq 'POST' ? ('Content-Type' => $FORM) : (),
        %headers,
    }, $method eq 'POST' ? 'claim=1' : undef);
}

sub opened {
    return grep { /^access-control-/ } map { keys %{ $_->{headers} } } @_;
}

my $started = ask('POST', '/login/start', $PAGE);
my $claim = $started->{headers}{'whatsauth-claim'};
my $bearer = "Bearer $claim";

is $started->{status}, 200, 'the origin of the list - begins a login';


# Those that are only like it

my @like = (
    'null',
    '',
    'http://shop.example.com',
    'https://shop.example.com:8443',
    'https://shop.example.com.evil.test',
    'https://evil.test/https://shop.example.com',
    'https://evilshop.example.com',
    'https://a.shop.example.com',
    'https://example.com',
    'https://shop.example.com.',
    'https://shop.example.com/',
    'https://shop.example.com@evil.test',
    'https://evil.test@shop.example.com',
    'https://shop.example.com evil.test',
    'https://evil.test, https://shop.example.com',
    'https://shop.example.co',
    'https://shop-example.com',
    'https://shop%2eexample.com',
    'shop.example.com',
    '//shop.example.com',
    'file://',
    'https://news.test',
);

for my $origin (@like) {
    my @answers = (
        ask('OPTIONS', '/login/start', $origin,
            'Access-Control-Request-Method' => 'POST'),
        ask('POST', '/login/start', $origin),
        ask('POST', '/login/start', $origin, Authorization => $bearer),
        ask('POST', '/login/pin', $origin, Authorization => $bearer),
        ask('POST', '/login/cancel', $origin, Authorization => $bearer),
        ask('GET', '/login/status', $origin, Authorization => $bearer),
    );

    is_deeply [ opened(@answers) ], [],
        "$origin - is told nothing by the browser";
    is join(' ', map { $_->{status} } @answers[1 .. 4]), '403 403 403 403',
        "$origin - begins and ends nothing";
}

is ask('GET', '/login/status', $PAGE, Authorization => $bearer)
       ->{json}{status}, 'requested', 'the login - goes on after all that';

# One list for each app: another's origin is no better here.

is opened(ask('GET', '/news/status', $PAGE, Authorization => $bearer)), 0,
    'another app - does not know the origin';
is ask('GET', '/news/status', 'https://news.test', Authorization => $bearer)
       ->{status}, 401, 'another app - nor the claim';


# A listed origin, and the cookies of the visitor who looks at it

my $browser = Test::WhatsAuth::Browser->logged_in($nginx);
$browser->post('start', new => 1);
my %cookies = %{ $browser->cookies };

my %from = ('-Origin' => $PAGE, '-Sec-Fetch-Site' => 'same-site');

for my $post (qw( start pin cancel finish logout sessions )) {
    for my $fields ({}, { all => 1 }, { claim => 1 }) {
        my $answer = $browser->post($post, %from, %$fields, pin => '123456');
        my $name = "a listed origin, $post, "
                   . (join(',', keys %$fields) || 'nothing');

        is $answer->{headers}{'set-cookie'}, undef, "$name - sets no cookie";
        is $answer->{headers}{'access-control-allow-credentials'}, undef,
            'and wants none';
        isnt $answer->{status}, 303, 'and leads nowhere';
    }
}

is_deeply $browser->cookies, \%cookies, 'cookies - all are there';
is $browser->send('GET', '/login/status',
                  { Origin => $PAGE, 'Sec-Fetch-Site' => 'same-site' })
           ->{status}, 401, 'a listed origin - reads no login of a cookie';
$browser->get('/login/');
is $browser->state, 'send', 'the login of the cookie - goes on';
delete $browser->cookies->{'wa-claim-demo'};
$browser->get('/login/');
is $browser->state, 'session', 'and so does the session';

# Without a claim it does nothing but to begin.

for my $header ({}, { Authorization => 'Bearer wac_' . 'A' x 43 },
                { Authorization => 'Bearer' },
                { Authorization => 'Basic eA==' },
                { Authorization => "Bearer $TOKEN" })
{
    my @answers = map { ask('POST', "/login/$_", $PAGE, %$header) }
                      qw( pin cancel );

    push @answers, ask('GET', '/login/status', $PAGE, %$header);

    is join(' ', map { $_->{status} } @answers[1, 2]), '401 401',
        'no claim, ' . ($header->{Authorization} // 'no header') . ' - 401';
    like $answers[0]{status}, qr/^40[01]$/, 'and no PIN is taken';
}

$nginx->stop;
done_testing;
