# A POST to the login page counts only if it comes from a page of ours: another
# site cannot begin a login in somebody's browser, end it, log somebody in or
# out (CSRF, "login CSRF").

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $nginx = start_nginx(
    app => 'login on; authorized_origins https://shop.test;',
    server => 'location /login/ { whatsauth_login demo; }');
my $HOST = '127.0.0.1:' . $nginx->{port};

my @POSTS = qw( start finish cancel logout sessions );

sub browser {
    return Test::WhatsAuth::Browser->new($nginx, headers => { Host => $HOST });
}

sub logged_in {
    my $browser = browser();

    $browser->log_in;
    return $browser;
}

sub from {
    my ($fetch, $origin) = @_;

    return ('-Sec-Fetch-Site' => $fetch, '-Origin' => $origin);
}


# The requests that are refused, and those that are not

my @other = (
    [ 'cross-site', 'https://evil.test' ],
    [ 'same-site', "http://evil.$HOST" ],
    [ 'cross-site', undef ],
    [ 'none', undef ],
    [ 'cross-site', 'null' ],
    [ undef, 'https://evil.test' ],
    [ undef, "http://$HOST.evil.test" ],
    [ undef, 'http://127.0.0.1:1' ],
    [ undef, "http://$HOST/" ],
    [ undef, "http://user\@$HOST" ],
    [ undef, 'file://' ],
    [ undef, '' ],
    [ 'Same-Origin', undef ],
    [ 'same-origin, cross-site', undef ],
    [ undef, undef ],
    [ undef, 'null' ],
);

for my $post (@POSTS) {
    my $browser = logged_in();
    my %before = %{ $browser->cookies };

    for my $case (@other) {
        my $answer = $browser->post($post, from(@$case));
        my $name = join ', ', map { $_ // '-' } @$case;

        is $answer->{status}, 403, "$post - from $name";
        is $answer->{headers}{'set-cookie'}, undef, 'sets no cookie';
    }

    is_deeply $browser->cookies, \%before, "$post - no cookie has gone";
    $browser->get('/login/');
    is $browser->state, 'session', "$post - the session lives";
}

my $answer = browser()->post('start', from('cross-site'));
like $answer->{body}, qr/data-state="cross_site"/, 'other - a page says so';

$answer = browser()->post('start', from('cross-site'),
                          '-Accept' => 'application/json');
is $answer->{json}{error}, 'cross_site', 'other - or JSON';

for my $case ([ 'same-origin', undef ], [ 'same-origin', 'null' ],
              [ undef, "http://$HOST" ], [ 'none', "http://$HOST" ],
              [ undef, "https://$HOST" ])
{
    my $name = join ', ', map { $_ // '-' } @$case;
    is browser()->post('start', from(@$case))->{status}, 303,
        "own - from $name";
}


# TLS ends at a proxy: a page of plain http, which whoever is on the way can
# make, is another site's

for my $post (@POSTS) {
    for my $fetch (undef, 'cross-site') {
        is browser()->post($post, '-Host' => 'shop.test',
                           from($fetch, 'http://shop.test'))->{status}, 403,
            "$post - from plain http, " . ($fetch // '-');
    }
}

is browser()->post('start', '-Host' => 'shop.test',
                   from(undef, 'https://shop.test'))->{status}, 303,
    'start - from https before the proxy';


# A browser that does not say: the hidden field tells

my $browser = browser();
$browser->post('start');
$browser->get('/login/');

my ($csrf) = $browser->{page} =~ /name="csrf" value="(\w{32})"/;
ok defined $csrf, 'silent - the page has a hidden field';

is $browser->post('cancel', from(), csrf => $csrf =~ s/^./x/r)->{status}, 403,
    'silent - another value';
is $browser->post('cancel', from(), csrf => '')->{status}, 403,
    'silent - an empty one';
is browser()->post('cancel', from(), csrf => $csrf)->{status}, 403,
    'silent - without the cookie';
is $browser->post('cancel', from('cross-site'), csrf => $csrf)->{status}, 403,
    'silent - does not help another site';
is $browser->post('cancel', from(undef, 'null'), csrf => $csrf)->{status}, 303,
    'silent - its own, and an Origin that says nothing';

my $empty = browser();
$empty->cookies->{'wa-claim-demo'} = '';
$empty->get('/login/');
unlike $empty->{page}, qr/name="csrf" value="\w/,
    'silent - no hidden field for an empty cookie';

$browser = logged_in();
$browser->get('/login/logout');
($csrf) = $browser->{page} =~ /name="csrf" value="(\w{32})"/;
is $browser->post('logout', from(), csrf => $csrf)->{status}, 303,
    'silent - log out with that of the session';


# The body alone counts

$browser = browser();
$answer = $browser->send('POST', '/login/start?return=%2Fx', {
    'Sec-Fetch-Site' => 'same-origin' });
is $answer->{headers}{location}, '/login/',
    'start - what the query says is not there';

$nginx->stop;
done_testing;
