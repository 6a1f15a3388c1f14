# A session that is not enough: other numbers, and conditions by variables.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $nginx = start_nginx(app => 'login on; max_live 1000;',
    http => <<'CONF',
map $whatsauth_subject $is_admin { 56911111111 1; default 0; }
map $whatsauth_subject $is_known { ~^569 yes; default ''; }
CONF
    server => <<'CONF');
location /login/ { whatsauth_login demo; }

location /numbers/ {
    whatsauth_gate demo;
    whatsauth_gate_numbers +56911111111 +5491122223333;
    empty_gif;
}
location /admins/ {
    whatsauth_gate demo;
    whatsauth_gate_require $is_known $is_admin;
    empty_gif;
}
location /either/ {
    whatsauth_gate demo optional;
    whatsauth_gate_numbers +56911111111;
    empty_gif;
}
CONF

my %page = (Accept => 'text/html');

sub logged_in {
    return Test::WhatsAuth::Browser->logged_in($nginx, @_);
}

my $admin = logged_in('56911111111');
my $other = logged_in('56922222222');
my $foreign = logged_in('5511999999999');

is $admin->get('/numbers/')->{status}, 200, 'numbers - one of them';
is logged_in('5491122223333')->get('/numbers/')->{status}, 200,
    'numbers - in another spelling of the same';
is $admin->get('/admins/')->{status}, 200, 'require - all values hold';

my $answer = $other->get('/numbers/');
is $answer->{status}, 403, 'numbers - another one';
is $answer->{json}{error}, 'number_not_allowed', 'a problem';
is $answer->{headers}{'www-authenticate'}, undef, 'and no challenge';

$answer = $other->get('/numbers/?a=b', \%page);
is $answer->{status}, 403, 'numbers - a navigation';
is $other->state, 'number_not_allowed', 'has a page';
like $other->{page}, qr{action="/login/logout"}, 'that leads to a logout';
like $other->{page}, qr{name="return" value="/numbers/\?a=b"},
    'and back to the URL';
unlike $other->{page}, qr/56922222222/, 'without the whole number';

is $other->get('/admins/')->{json}{error}, 'access_denied', 'require - a 0';
is $foreign->get('/admins/')->{json}{error}, 'access_denied',
    'require - an empty value';
is $foreign->get('/admins/', \%page)->{status}, 403,
    'require - a navigation';
is $foreign->state, 'access_denied', 'has a page';

is $other->get('/either/')->{status}, 403,
    'optional gate - lets in nobody of another number';
is $nginx->get('/either/')->{status}, 200, 'optional gate - but anybody else';

# The page does what it says.

$answer = $other->post('logout', return => '/numbers/?a=b');
is $answer->{headers}{location}, '/numbers/?a=b',
    'another number - the logout leads back';
$answer = $other->get('/numbers/?a=b', \%page);
is $answer->{status}, 401, 'another number - where the login begins';
is $other->state, 'start', 'anew';

# The logout ends it for the API, too.

is $foreign->get('/numbers/')->{status}, 403, 'a session';
$foreign->post('logout');
is $foreign->get('/numbers/')->{status}, 401, 'a session - after its logout';

$nginx->stop;

done_testing;
