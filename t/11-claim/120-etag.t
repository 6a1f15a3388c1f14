# A client that asks again and again loses no change between two requests: it
# says which state it has, and waits only while that is the state.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Time::HiRes qw( time );

my $nginx = start_nginx(
    app => 'login on; authorized_origins https://a.example;',
    server => 'location /login/ { whatsauth_login demo; }');

sub login {
    my $issued = $nginx->issue(claim => 1);

    return { code => $issued->{json}{code},
             claim => $issued->{headers}{'whatsauth-claim'} };
}

sub send_code {
    my ($login) = @_;

    return $nginx->message(text_message(">>$login->{code}<<"));
}

sub ask {
    my ($login, $target, $etag, %header) = @_;

    return $nginx->get("/api/v1/claim$target", {
        Authorization => "Bearer $login->{claim}",
        defined $etag ? ('If-None-Match' => $etag) : (), %header });
}

my $login = login();
my $answer = ask($login, '');
my $first = $answer->{headers}{etag};

like $first, qr/^"[0-9a-f]{16}"$/, 'the state - has an ETag';
is ask($login, '')->{headers}{etag}, $first, 'the same state - the same';
isnt ask(login(), '')->{headers}{etag}, $first, 'another login - another';

is $nginx->request('HEAD', '/api/v1/claim',
        { Authorization => "Bearer $login->{claim}" })->{headers}{etag},
    $first, 'HEAD - has it, too';

# At once

$answer = ask($login, '', $first);
is $answer->{status}, 304, 'asked with it - 304';
is $answer->{body}, '', 'without a body';
is $answer->{headers}{etag}, $first, 'with the ETag';
is $answer->{headers}{'cache-control'}, 'no-store', 'and no-store';
is ask($login, '', qq("x", W/$first))->{status}, 304,
    'among others, weak - 304';
is ask($login, '', '*')->{status}, 304, 'any - 304';
is ask($login, '', '"x"')->{status}, 200, 'another one - 200';

# While it waits

my $from = time;
$answer = ask($login, '?wait=1', $first);
is $answer->{status}, 304, 'a wait without a change - 304';
cmp_ok time - $from, '>', 0.9, 'when it ends';

$from = time;
is ask($login, '?wait=50', '"of an older state"')->{status}, 200,
    'a wait with an older state - 200';
cmp_ok time - $from, '<', 25, 'at once';

my $client = $nginx->client;
$client->send('GET', '/api/v1/claim?wait=50',
    { Authorization => "Bearer $login->{claim}", 'If-None-Match' => $first });

send_code($login);
$answer = $client->receive;
is $answer->{status}, 200, 'a wait with this state - ends with a change';
is $answer->{json}{status}, 'validated', 'which it tells';
my $second = $answer->{headers}{etag};
isnt $second, $first, 'with another ETag';

# Between two requests

$login = login();
$first = ask($login, '')->{headers}{etag};
send_code($login);
is ask($login, '?wait=50', $first)->{json}{status}, 'validated',
    'a change before the wait - is told';

is ask({ claim => 'wac_' . 'A' x 43 }, '', '*')->{status}, 401,
    'no such claim - no ETag hides it';

# Pages of other origins

my $preflight = $nginx->request('OPTIONS', '/login/status', {
    Origin => 'https://a.example', 'Access-Control-Request-Method' => 'GET',
    'Access-Control-Request-Headers' => 'authorization, if-none-match' });
like $preflight->{headers}{'access-control-allow-headers'},
    qr/\bif-none-match\b/, 'CORS - a page may send it';

my $started = $nginx->post('/login/start', 'claim=1', {
    Origin => 'https://a.example',
    'Content-Type' => 'application/x-www-form-urlencoded' });
my %widget = (Origin => 'https://a.example', Authorization =>
              "Bearer $started->{headers}{'whatsauth-claim'}");
$answer = $nginx->get('/login/status', \%widget);
like $answer->{headers}{'access-control-expose-headers'}, qr/\bETag\b/,
    'CORS - and read it';
is $nginx->get('/login/status', {
        %widget, 'If-None-Match' => $answer->{headers}{etag} })->{status}, 304,
    'the widget - 304';

my $browser = Test::WhatsAuth::Browser->new($nginx);
$browser->post('start');
$answer = $browser->get('/login/status');
is $browser->get('/login/status',
       { 'If-None-Match' => $answer->{headers}{etag} })->{status}, 304,
    'the page - 304';

$nginx->stop;
done_testing;
