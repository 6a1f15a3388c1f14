# A whole login at the login page, without JavaScript: each step is a form and
# leads to a page.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $receiver = start_receiver();
my $nginx = start_nginx(
    callback_url => $receiver->url('/204'),
    app => 'login on;',
    server => 'location /login/ { whatsauth_login demo; }');

my $browser = Test::WhatsAuth::Browser->new($nginx);
my $RETURN = '/private/?a=b&c=%2F';

my $answer = $browser->get('/login/?return=%2Fprivate%2F');
is $answer->{status}, 200, 'the page - is there';
is $browser->state, 'start', 'and waits for a button';
is_deeply [ $nginx->records ], [], 'and a visit writes nothing';
is $answer->{headers}{'set-cookie'}, undef, 'nor sets a cookie';

$answer = $browser->post('start', return => '/login/?return=%2Fprivate%2F');
is $answer->{status}, 303, 'start - leads to a page';
is $answer->{headers}{location}, '/login/?return=%2Fprivate%2F',
    'which is that of the form, with a relative Location';

my %set = $browser->set_cookies($answer);
like $set{'wa-claim-demo'},
    qr{^wa-claim-demo=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax$},
    'and the claim is in a cookie';
is_deeply [ keys %set ], ['wa-claim-demo'], 'alone';

$browser->get($answer->{headers}{location});
is $browser->state, 'send', 'the page - asks for the message';

my ($code) = $browser->text =~ />>(\w{10})<</;
ok defined $code, 'and says which';

my $claim = $browser->cookies->{'wa-claim-demo'};
$answer = $browser->post('start');
is $browser->cookies->{'wa-claim-demo'}, $claim,
    'start again - the code that waits';
is scalar(my @all = $nginx->records), 1, 'and no other';

$answer = $browser->post('finish', return => $RETURN);
is $answer->{status}, 303, 'finish - too early';
is $answer->{headers}{location},
    '/login/?return=%2Fprivate%2F%3Fa%3Db%26c%3D%252F', 'shows the page';
is $browser->cookies->{'wa-demo'}, undef, 'and begins no session';

$nginx->message(text_message($browser->text));
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'a message - calls the site, too';

$browser->get('/login/');
is $browser->state, 'validated', 'the page - says that it has come';

$answer = $browser->post('finish', return => $RETURN);
is $answer->{status}, 303, 'finish - leads on';
is $answer->{headers}{location}, $RETURN, 'to where the person wanted';

%set = $browser->set_cookies($answer);
like $set{'wa-demo'}, qr{^wa-demo=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax$},
    'with a session';
like $set{'wa-claim-demo'}, qr{^wa-claim-demo=; .*Max-Age=0$},
    'and without the claim';

$browser->get('/login/');
is $browser->state, 'session', 'the page - knows the session';

$answer = $browser->post('finish', return => $RETURN);
is $answer->{status}, 303, 'finish - of another tab leads on, too';
is $answer->{headers}{location}, $RETURN, 'to the same place';
is $answer->{headers}{'set-cookie'}, undef, 'with the same session';

my $other = Test::WhatsAuth::Browser->new($nginx);
$other->get('/login/');
is $other->state, 'start', 'another browser - is not logged in';
is $other->post('finish', return => $RETURN)->{status}, 401,
    'and has nothing to finish';

$browser->get('/login/logout');
is $browser->state, 'session', 'logout - a GET ends nothing';

my $session = $browser->cookies->{'wa-demo'};
$answer = $browser->post('logout');
is $answer->{status}, 303, 'logout - leads on';
is $answer->{headers}{location}, '/login/logout', 'to a page';
is $browser->cookies->{'wa-demo'}, undef, 'without a session';

$browser->get('/login/logout');
is $browser->state, 'logged_out', 'which says so';

$browser->cookies->{'wa-demo'} = $session;
$browser->get('/login/');
is $browser->state, 'start', 'the cookie - is worth nothing any more';
is $browser->cookies->{'wa-demo'}, undef, 'and is cleared';

$nginx->stop;
done_testing;
