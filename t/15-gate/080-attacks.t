# Those who would be somebody else at a gate, or get round it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $site = start_receiver();
my $port = $site->port;

my $nginx = start_nginx(
    apps => join('', map { whatsauth_app(name => $_, token => "tok-$_-$TOKEN",
                                         more => 'login on; max_live 1000;') }
                     qw( demo other )),
    server => <<"CONF");
underscores_in_headers on;
large_client_header_buffers 8 32k;
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }
location /login-other/ { whatsauth_login other; }
location / {
    whatsauth_gate demo;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header X-User \$whatsauth_subject;
    proxy_set_header X-Phone \$whatsauth_phone;
}
location /other/ {
    whatsauth_gate other;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header X-User \$whatsauth_subject;
}
location /optional/ {
    whatsauth_gate demo optional;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header X-User \$whatsauth_subject;
}
location /200/from-demo/ { whatsauth_gate demo; try_files /nowhere \@other; }
location /200/from-optional/ {
    whatsauth_gate demo optional;
    try_files /nowhere \@other;
}
location \@other {
    whatsauth_gate other optional;
    proxy_pass http://127.0.0.1:$port;
    proxy_set_header X-User \$whatsauth_subject;
}
CONF

my %page = (Accept => 'text/html');

sub logged_in {
    return Test::WhatsAuth::Browser->logged_in($nginx, @_);
}

sub last_request {
    my ($request) = reverse $site->requests;
    return $request;
}

sub status {
    my ($cookie, $path) = @_;

    return $nginx->get($path // '/', { Cookie => $cookie })->{status};
}

my $person = logged_in('56911111111');
my $session = $person->cookies->{'wa-demo'};
my $eve = logged_in('56922222222');
my $hers = $eve->cookies->{'wa-demo'};

# Headers are no identity, in any spelling.

for my $name (qw( X-User x-user X_User X_USER X-Phone X_Phone
                  Whatsauth-Phone whatsauth_phone whatsauth_subject )) {
    $nginx->get('/optional/x', { $name => '56911111111' });
    my %seen = %{ last_request()->{headers} };
    is $seen{'x-user'}, undef, "$name - is nobody";

    $eve->get('/', { $name => '56911111111' });
    is last_request()->{headers}{'x-user'}, '56922222222',
        "$name - does not make one person another";
}

# Cookies that are not the session's

is status("wa-demo=$session"), 200, 'the session';
my %wrong = (
    'flipped' => 'wa-demo=' . ($session =~ tr/A-Za-z/B-ZAb-za/r),
    'cut' => 'wa-demo=' . substr($session, 0, 42),
    'longer' => "wa-demo=${session}A",
    'of another case' => "WA-DEMO=$session",
    'in quotes' => "wa-demo=\"$session\"",
    'empty' => 'wa-demo=',
    'of the name of a claim' => "wa-claim-demo=$session",
    'of the prefix that another scheme has' => "__Host-wa-demo=$session",
    'of another app' => "wa-other=$session",
    'twice' => "wa-demo=$session; wa-demo=$session",
    'and one that was planted' => "wa-demo=$session; wa-demo=$hers",
    'huge' => 'wa-demo=' . $session x 600,
    'of a thousand' => join('; ', map { "wa-demo=$_" } 1 .. 1000),
    'with a half of hers' => 'wa-demo=' . substr($session, 0, 22)
                             . substr($hers, 22),
);

is status($wrong{$_}), 401, "a cookie $_ - is none" for sort keys %wrong;

# Nor does any of them lead round in a loop: the page is the end of it.

for my $name (sort keys %wrong) {
    my $answer = $nginx->get('/', { %page, Cookie => $wrong{$name} });
    is $answer->{status}, 401, "a cookie $name - has the page";
    is $answer->{headers}{location}, undef, 'and leads nowhere';
}

# Apps keep apart.

is status("wa-other=$session", '/other/'), 401,
    'a session of one app - is none of another';
my $there = logged_in('56933333333', login => '/login-other/');
my $both = "wa-demo=$session; wa-other=" . $there->cookies->{'wa-other'};
is status($both, '/other/'), 200, 'a session of each app';
is last_request()->{headers}{'x-user'}, '56933333333', 'is its own person';
is last_request()->{headers}{cookie}, undef,
    'and the site sees the cookies of neither';
is status("wa-demo=$session", '/200/from-demo/'), 200,
    'from one gate to that of another app';
is last_request()->{headers}{'x-user'}, undef, 'the person is nobody there';
is status($both, '/200/from-demo/'), 200, 'with both sessions';
is last_request()->{headers}{'x-user'}, '56933333333', 'the one of that app';

my $waiting = Test::WhatsAuth::Browser->new($nginx);
my $won = Test::WhatsAuth::Browser->new($nginx, login => '/login-other/');
$waiting->post('start');
$won->begin_login('56933333333');

my $answer = $nginx->get('/200/from-optional/', { %page,
    Cookie => join '; ', map { $_->cookie } $waiting, $won });
is $answer->{status}, 303, 'a claim of each app - that app collects';
like $answer->{headers}{'set-cookie'}, qr/wa-other=[\w-]{43};/,
    'the one that has won';

# Fixation: a login gives a session of its own, whatever was there before.

my $victim = Test::WhatsAuth::Browser->new($nginx);
$victim->cookies->{'wa-demo'} = $hers;
$victim->log_in('56944444444');
isnt $victim->cookies->{'wa-demo'}, $hers, 'a planted session - is replaced';
$victim->get('/');
is last_request()->{headers}{'x-user'}, '56944444444', 'by the own one';

# Login CSRF: a claim of hers in the victim's cookies is not what he confirms,
# and a claim of the API is none of the page.

my $api = $nginx->issue(claim => 1, token => "tok-demo-$TOKEN");
my $token = $api->{headers}{'whatsauth-claim'} =~ s/^wac_//r;
my $text = text_message(">>$api->{json}{code}<<", from => '56922222222');
$nginx->message($text);
$answer = $nginx->get('/', { %page, Cookie => "wa-claim-demo=$token" });
is $answer->{status}, 401, 'a claim of the API as a cookie - gives nothing';
like $answer->{headers}{'set-cookie'}, qr/wa-claim-demo=; .*Max-Age=0/,
    'and is cleared';

# After its end a session is none, however often it is shown.

$eve->post('logout');
is_deeply [ map { status("wa-demo=$hers") } 1 .. 3 ], [ (401) x 3 ],
    'a session that has ended';

$nginx->stop;

done_testing;
