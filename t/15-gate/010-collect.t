# A login at a gate without scripts: the navigation that comes after the message
# collects the session, and leads to the very URL that was asked for.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $site = start_receiver();
my $port = $site->port;

my $nginx = start_nginx(app => 'login on; max_live 1000;',
    server => <<"CONF");
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }
location / {
    whatsauth_gate demo;
    proxy_pass http://127.0.0.1:$port;
}
location /optional/ {
    whatsauth_gate demo optional;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header X-User \$whatsauth_subject;
}
CONF

my $html = 'text/html,*/*;q=0.8';

sub visitor {
    return Test::WhatsAuth::Browser->new($nginx,
                                         headers => { Accept => $html });
}

# A browser that has begun at a URL, and whose message has come.

sub validated {
    my ($url, $from) = @_;

    my $browser = visitor();

    $browser->get($url);
    my ($return) = $browser->{page} =~ /name="return" value="([^"]*)"/;
    my $answer = $browser->post('start', return => $return =~ s/&amp;/&/gr);
    $browser->get($answer->{headers}{location});
    is $browser->state, 'send', "$url - the code, in place";

    $nginx->message(text_message($browser->text,
                                 from => $from // '56911111111'));
    return $browser;
}

my $url = '/200/a/b.html?q=50%25%20%26%23&r=%E2%82%AC;x=/../';
my $browser = validated($url);
my $answer = $browser->get($url);

is $answer->{status}, 303, 'navigation with a validated claim';
is $answer->{headers}{location}, $url, 'leads to the same URL';
is_deeply [ sort keys %{ $browser->cookies } ], ['wa-demo'],
    'with a session, and without the claim';
is $browser->get($url)->{status}, 200, 'which lets in';
is $browser->get($url)->{status}, 200, 'from then on';

# A URL whose path a browser could read as another host.

$browser = validated('//evil.test/200');
$answer = $browser->get('//evil.test/200');
is $answer->{headers}{location}, '/.//evil.test/200',
    'a path with two slashes - leads to this host';

# Until the message has come, the page shows the code; and then a program gets
# nothing.

$browser = visitor();
$browser->get('/200/');
$browser->post('start', return => '/200/');
$answer = $browser->get('/200/');
is $answer->{status}, 401, 'navigation - before the message';
is $browser->state, 'send', 'shows the code';

$nginx->message(text_message($browser->text, from => '56911111111'));
$answer = $browser->get('/200/', { Accept => '*/*' });
is $answer->{status}, 401, 'a program - collects nothing';
is $answer->{json}{error}, 'login_required', 'but has a problem';
$answer = $browser->send('POST', '/200/', {}, 'x=y');
is $answer->{status}, 401, 'nor does a POST';
is $browser->get('/200/')->{status}, 303, 'the navigation - does';

# Two tabs: one login, one session.

$browser = validated('/200/', '56922222222');
my $cookies = $browser->cookie;
my @tabs = $nginx->together(map {
    [ 'GET', "/200/$_", { Accept => $html, Cookie => $cookies } ] } 1 .. 8);
my %session = map { ($_->{headers}{'set-cookie'} // '') =~ /wa-demo=([^;]+)/
                    ? ($1 => 1) : ("$_->{status}" => 1) } @tabs;
is_deeply [ map { $_->{status} } @tabs ], [ (303) x 8 ],
    'eight tabs - each goes on';
is scalar(keys %session), 1, 'with the same session';

# The cookie of a claim whose session has ended makes no loop.

my ($token) = keys %session;
$nginx->request('POST', '/login/logout', { Cookie => "wa-demo=$token",
                                           'Sec-Fetch-Site' => 'same-origin' });
$answer = $nginx->get('/200/', { Accept => $html, Cookie => $cookies });
is $answer->{status}, 401, 'claim of a session that has ended - the page';
like $answer->{headers}{'set-cookie'}, qr/wa-claim-demo=; .*Max-Age=0/,
    'and the claim is cleared';

# An optional gate collects, too.

$browser = visitor();
$browser->post('start', return => '/optional/');
$browser->get('/login/');
$nginx->message(text_message($browser->text, from => '56933333333'));
$answer = $browser->get('/optional/200');
is $answer->{status}, 303, 'optional gate - collects';
$browser->get('/optional/200');
my ($request) = reverse $site->requests;
is $request->{headers}{'x-user'}, '56933333333', 'and then says who it is';

$answer = $nginx->get('/optional/200',
    { Accept => $html, Cookie => 'wa-claim-demo=' . 'A' x 43 });
is $answer->{status}, 200, 'optional gate - a spoilt claim';
like $answer->{headers}{'set-cookie'}, qr/wa-claim-demo=; .*Max-Age=0/,
    'is cleared';

# No URL is too long for the way back.

$url = '/200/?' . 'x' x 3000;
$browser = validated('/200/');
$answer = $browser->get($url);
is $answer->{headers}{location}, $url, 'a URL of 3 KB - the same URL';
$answer = visitor()->get($url);
is $answer->{status}, 401, 'a URL of 3 KB - has a page';
like $answer->{body}, qr{name="return" value="/200/"},
    'whose forms lead to its path';

$nginx->stop;

done_testing;
