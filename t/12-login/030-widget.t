# The widget's way: a page of another origin, which the app lists, begins a
# login.  Its claim is a Bearer; cookies are neither read nor set.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $SHOP = 'https://shop.test';
my $nginx = start_nginx(
    apps => whatsauth_app(more => "login on; authorized_origins $SHOP;")
            . whatsauth_app(name => 'news', token => 'token-of-the-news-app',
                more => 'login on; authorized_origins https://news.test;'),
    server => 'location /login/ { whatsauth_login demo; }'
              . 'location /news/ { whatsauth_login news; }');

my $HOST = '127.0.0.1:' . $nginx->{port};

sub widget {
    return Test::WhatsAuth::Browser->new($nginx, headers => { Host => $HOST },
                                         @_);
}

sub post {
    my ($browser, $name, %fields) = @_;

    return $browser->post($name, '-Sec-Fetch-Site' => 'cross-site',
                          '-Origin' => $SHOP, '-Accept' => 'application/json',
                          %fields);
}

sub bearer {
    my ($claim) = @_;

    return ('-Authorization' => "Bearer $claim");
}

my $widget = widget();
my $answer = post($widget, 'start');
my $claim = $answer->{headers}{'whatsauth-claim'};

is $answer->{status}, 200, 'start - the answer is no redirect';
like $claim, qr/^wac_[\w-]{43}$/, 'start - the claim is in a header';
is $answer->{headers}{'set-cookie'}, undef, 'and in no cookie';
is $answer->{headers}{'access-control-allow-origin'}, $SHOP,
    'start - the page may read it';
is $answer->{headers}{'access-control-allow-credentials'}, undef,
    'but may send no cookies';
like $answer->{headers}{'access-control-expose-headers'},
    qr/\bwhatsauth-claim\b/, 'start - the header, too';

my $json = $answer->{json};
is join(' ', sort keys %$json),
    'deep_link expires_at id link number qr status step text',
    'start - what the widget shows';
is $json->{qr}, "http://$HOST/login/qr/$json->{id}.svg",
    'start - the image has a whole URL';
is $nginx->get("/login/qr/$json->{id}.svg")->{status}, 200,
    'which leads to it';
like $json->{text}, qr/^>>\w{10}<<\nJust tap the "send" button\.$/,
    'start - the text as it is to be sent';
is $json->{number}, $PHONE, 'start - the number';
is $json->{step}, 'send', 'start - the step';

is $nginx->get("/news/qr/$json->{id}.svg")->{status}, 404,
    'qr - the page of another app has no such image';

# A page of the same origin as the login page, too, may have a widget.

$answer = widget()->post('start', '-Accept' => 'application/json', claim => 1);
like $answer->{headers}{'whatsauth-claim'}, qr/^wac_/,
    'start with claim=1 - the same in a page of this origin';
is $answer->{headers}{'set-cookie'}, undef, 'without a cookie';

# Cookies of the browser are another login.

my $own = widget();
$own->post('start');
my %before = %{ $own->cookies };

$answer = post($own, 'start');
isnt $answer->{json}{id}, undef, 'start - beside a login of the page';
is_deeply $own->cookies, \%before, 'which stays as it is';

is post($own, 'cancel')->{status}, 401,
    'cancel - the cookie does not count for another origin';

is post($widget, 'cancel', bearer('wac_' . 'A' x 43))->{status}, 401,
    'cancel - a Bearer that is no claim';
is post($own, 'cancel', bearer($own->cookies->{'wa-claim-demo'}))->{status},
    401, 'cancel - the cookie as a Bearer';
is post($own, 'cancel',
        bearer('wac_' . $own->cookies->{'wa-claim-demo'}))->{status},
    401, 'cancel - with a prefix';
is widget(login => '/news/')->post('cancel', bearer($claim))->{json}{error},
    'invalid_claim', 'cancel - at the page of another app';

my $thief = widget();
$thief->cookies->{'wa-claim-demo'} = $claim =~ s/^wac_//r;
$answer = $thief->get('/login/');
like $answer->{body}, qr/data-state="start"/,
    'page - a claim of the widget is none as a cookie';
is $thief->cookies->{'wa-claim-demo'}, undef, 'and is cleared';
$thief->cookies->{'wa-claim-demo'} = $claim =~ s/^wac_//r;
is $thief->post('finish')->{headers}{location}, undef,
    'finish - nor is it collected';

is post($widget, 'finish', bearer($claim))->{status}, 403,
    'finish - not for another origin';
is post($widget, 'logout')->{status}, 403, 'logout - not for another origin';
is post($widget, 'sessions', all => 1)->{status}, 403,
    'sessions - not for another origin';

$answer = post($widget, 'cancel', bearer($claim));
is $answer->{status}, 200, 'cancel - with the claim';
is $answer->{body}, '{}', 'says nothing';
is((grep { $_->{id} eq $json->{id} } $nginx->records)[0]{error}, 'cancelled',
   'cancel - the login has ended');

# Preflights

for my $name (qw( start cancel status )) {
    $answer = $nginx->request('OPTIONS', "/login/$name", { Origin => $SHOP,
        'Access-Control-Request-Method' => 'POST' });
    is $answer->{status}, 204, "$name - a preflight";
    like $answer->{headers}{'access-control-allow-headers'},
        qr/\bauthorization\b/, 'with Authorization';
    is $nginx->request('OPTIONS', "/login/$name",
        { Origin => 'https://news.test' })->{status}, 405,
        "$name - not for an origin of another app";
}

is $nginx->request('OPTIONS', "/login/$_", { Origin => $SHOP })->{status},
    405, "$_ - no preflight" for qw( finish logout sessions ), '';

$nginx->stop;
done_testing;
