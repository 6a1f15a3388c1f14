# The gate: who is let in, and what everybody else gets.

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
location / { proxy_pass http://127.0.0.1:$port/200/; }

location /private/ {
    whatsauth_gate demo;
    proxy_pass http://127.0.0.1:$port/200/private/;
    proxy_set_header X-User \$whatsauth_subject;
}

location /optional/ {
    whatsauth_gate demo optional;
    proxy_pass http://127.0.0.1:$port/200/optional/;
    proxy_set_header X-User \$whatsauth_subject;
}

location /page-200/ {
    whatsauth_gate demo page=200;
    proxy_pass http://127.0.0.1:$port/200/page/;
}
CONF

my %page = (Accept => 'text/html,*/*;q=0.8');

sub seen {
    my ($target) = @_;

    my ($request) = grep { $_->{target} eq $target } reverse $site->requests;
    return $request;
}

# Nobody is logged in.

my $browser = Test::WhatsAuth::Browser->new($nginx);
my $answer = $browser->get('/private/a?b=c%26d', \%page);

is $answer->{status}, 401, 'navigation - without a session';
is $answer->{headers}{'www-authenticate'},
    'WhatsAuth app="demo", login="/login/"', 'with a challenge of our own';
is $browser->state, 'start', 'the login page in place';
like $browser->{page}, qr{name="return" value="/private/a\?b=c%26d"},
    'which leads to the very URL';
like $answer->{headers}{'content-security-policy'}, qr{/login/page\.js},
    'with the headers of the login page';

$answer = $nginx->get('/private/a');
is $answer->{status}, 401, 'request of a program - without a session';
is $answer->{json}{error}, 'login_required', 'a problem';
is $answer->{headers}{'content-type'}, 'application/problem+json',
    'of that type';
is $answer->{headers}{'www-authenticate'},
    'WhatsAuth app="demo", login="/login/"', 'with the challenge';
is $answer->{headers}{'cache-control'}, 'no-store', 'that nobody keeps';

is $nginx->post('/private/a', 'x=y', \%page)->{status}, 401, 'POST';
is $nginx->get('/optional/a', \%page)->{status}, 200, 'optional - goes on';
is seen('/200/optional/a')->{headers}{'x-user'}, undef, 'as nobody';

$answer = $nginx->get('/page-200/a', \%page);
is $answer->{status}, 200, 'page=200 - the page';
is $answer->{headers}{'www-authenticate'}, undef, 'without a challenge';
is $nginx->get('/page-200/a')->{status}, 401, 'page=200 - for a program';
is seen('/200/private/a'), undef, 'the site - has seen none of it';

# Somebody is.

$browser->log_in('56911111111');
$browser->cookies->{theme} = 'dark';
$answer = $browser->get('/private/a', { 'X-User' => 'admin' });
is $answer->{status}, 200, 'good session - goes on';
is $answer->{headers}{'cache-control'}, 'private, no-cache',
    'and the response is private';

my $request = seen('/200/private/a');
is $request->{headers}{'x-user'}, '56911111111',
    'the site - hears who it is, from nobody but us';
is $request->{headers}{cookie}, 'theme=dark',
    'and sees its own cookies alone';

delete $browser->cookies->{theme};
$browser->get('/private/b');
ok !exists seen('/200/private/b')->{headers}{cookie},
    'a header without other cookies - is gone';

$browser->get('/optional/b');
is seen('/200/optional/b')->{headers}{'x-user'}, '56911111111',
    'optional - with a session';

# A cookie that leads to nothing.

my $spoilt = { Cookie => 'wa-demo=' . 'A' x 43 };
$answer = $nginx->get('/private/a', { %page, %$spoilt });
is $answer->{status}, 401, 'spoilt cookie - the page';
like $answer->{headers}{'set-cookie'}, qr/^wa-demo=; .*Max-Age=0/,
    'which clears it';

$answer = $nginx->get('/private/a', $spoilt);
is $answer->{status}, 401, 'spoilt cookie - of a program';
like $answer->{headers}{'set-cookie'}, qr/^wa-demo=; .*Max-Age=0/,
    'it is cleared';

$answer = $nginx->get('/optional/c', $spoilt);
is $answer->{status}, 200, 'optional - a spoilt cookie';
like $answer->{headers}{'set-cookie'}, qr/^wa-demo=; .*Max-Age=0/,
    'is cleared';
is seen('/200/optional/c')->{headers}{cookie}, undef,
    'before the site can see it';

$nginx->stop;

done_testing;
