# The live state of a login by its cookie: JSON and events for the script, and
# a frame for browsers without one, whose body stays open and ends with a link.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $nginx = start_nginx(app => 'login on;',
    server => 'location /login/ { whatsauth_login demo; }');

my $browser = Test::WhatsAuth::Browser->new($nginx);

is $browser->get('/login/status')->{json}{error}, 'invalid_claim',
    'status - without a login';

$browser->post('start');
$browser->get('/login/');
my $text = $browser->text;

my $answer = $browser->get('/login/status');
is $answer->{status}, 200, 'status - by the cookie';
is_deeply [ @{ $answer->{json} }{qw( status step collected phone_hint )} ],
    [ 'requested', 'send', JSON::PP::false, undef ], 'says how it stands';

my $stranger = Test::WhatsAuth::Browser->new($nginx);
is $stranger->get('/login/status')->{status}, 401,
    'status - not without the cookie';
my $nothing = $stranger->get('/login/wait?return=%2Flogin%2F%3Fa');
is $nothing->{status}, 401, 'wait - not without the cookie';
like $nothing->{headers}{'content-security-policy'},
    qr/frame-ancestors 'self'$/, 'which its frame may show';
like $nothing->{body}, qr{<a [^>]*href="/login/\?a"},
    'with a link to the page';

sub cookie {
    return { Cookie => 'wa-claim-demo=' . $browser->cookies->{'wa-claim-demo'},
             Host => '127.0.0.1', @_ };
}

$stranger->cookies->{'wa-claim-demo'} =
    $browser->cookies->{'wa-claim-demo'} =~ s/(.)(.{9})$/
        ($1 eq 'A' ? 'B' : 'A') . $2/er;
my $guessed = $stranger->get('/login/wait');
is $guessed->{status}, 401, 'wait - not with a guess';
like $guessed->{body}, qr{<a [^>]*href="/login/"}, 'which has the link, too';

my $frame = $nginx->client;
my $events = $nginx->client;
$frame->send('GET', '/login/wait?return=%2Flogin%2F%3Fa%3Db', cookie());
$events->send('GET', '/login/status', cookie(Accept => 'text/event-stream'));

$nginx->message(text_message($text));
my ($waited, $told) = ($frame->receive, $events->receive);

is $waited->{status}, 200, 'wait - a page';
is $waited->{headers}{'content-type'}, 'text/html; charset=utf-8', 'of HTML';
is $waited->{headers}{'x-accel-buffering'}, 'no', 'which no proxy holds back';
like $waited->{headers}{'content-security-policy'},
    qr/frame-ancestors 'self'$/, 'for frames of ours alone';
like $waited->{body}, qr{<a [^>]*href="/login/\?a=b"}, 'that ends with a link';
is scalar(() = $waited->{body} =~ m{</html>|<a }g) <= 2, 1, 'one link';

like $told->{body}, qr/"status":"requested".*"status":"validated"/s,
    'status - as events, from one state to the other';

like $nginx->get('/login/wait', cookie())->{body}, qr{<a [^>]*href="/login/"},
    'wait - of a login that is validated has its link at once';

is $browser->get('/login/status')->{json}{phone_hint}, '+56*******11',
    'status - a hint of the number';

$browser->post('finish');
is $browser->get('/login/status')->{status}, 401,
    'status - without the cookie of the claim any more';

$nginx->stop;
done_testing;
