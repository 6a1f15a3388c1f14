# The cookies of the login page: their names and attributes, over TLS and
# without; what a browser sends that is none of ours; somebody else's.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $nginx = start_nginx(
    apps => whatsauth_app(more => 'login on; session 2h persist=on;')
            . whatsauth_app(name => 'news', token => 'token-of-the-news-app',
                            more => 'login on;'),
    server => 'location /login/ { whatsauth_login demo; }'
              . 'location /news/ { whatsauth_login news; }');

my $ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax';

sub browser {
    return Test::WhatsAuth::Browser->new($nginx, @_);
}


# Names and attributes

for my $host ('127.0.0.1', '127.1.2.3:8080', 'localhost', 'LOCALHOST:80',
              'a.localhost', '[::1]:443')
{
    my $browser = browser(headers => { Host => $host });
    my %set = $browser->set_cookies($browser->post('start'));

    like $set{'wa-claim-demo'}, qr/=[\w-]{43}; $ATTRIBUTES$/,
        "on this machine, $host - without a prefix";
}

for my $host ('login.example.com', '127.evil.test', 'localhost.evil.test',
              'evil-localhost', '192.0.2.1', '[::2]', '128.0.0.1')
{
    my $browser = browser(headers => { Host => $host });
    my %set = $browser->set_cookies($browser->post('start'));

    like $set{'__Host-wa-claim-demo'},
        qr/=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
        "elsewhere, $host - with a prefix, and Secure";
}

# A cookie without the prefix could come from a subdomain or from plain http.

my $far = browser(headers => { Host => 'login.example.com' });
$far->post('start');
my $claim = $far->cookies->{'__Host-wa-claim-demo'};
$far->get('/login/');
is $far->state, 'send', 'elsewhere - the cookie with the prefix counts';

my $planted = browser(headers => { Host => 'login.example.com' });
$planted->cookies->{'wa-claim-demo'} = $claim;
$planted->get('/login/');
is $planted->state, 'start', 'elsewhere - one without it does not';


# persist=on

my $browser = browser();
my %set = $browser->set_cookies($browser->log_in);
like $set{'wa-demo'}, qr/; Max-Age=7200$/,
    'persist=on - the cookie lives as long as the session';

my $news = browser(login => '/news/');
%set = $news->set_cookies($news->log_in);
unlike $set{'wa-news'}, qr/Max-Age/, 'persist=off - as long as the browser';


# Fixation: a login always gets a session of its own

my $session = $browser->cookies->{'wa-demo'};
$browser->post('start', new => 1);
$browser->get('/login/');
$nginx->message(text_message($browser->text));
$browser->post('finish');
isnt $browser->cookies->{'wa-demo'}, $session,
    'another login - another session';

my $attacker = browser();
$attacker->post('start');
my $victim = browser();
$victim->cookies->{'wa-demo'} = $session;
$victim->log_in('56922222222');
isnt $victim->cookies->{'wa-demo'}, $session,
    'fixation - a session that was there before is replaced';


# A token counts only as what it is, and only for its app

sub state_with {
    my ($login, %cookies) = @_;

    my $other = browser(login => $login);
    %{ $other->cookies } = %cookies;
    $other->get($login);
    return $other->state;
}

my $live = $browser->cookies->{'wa-demo'};
my $starting = browser();
$starting->post('start');
my $begun = $starting->cookies->{'wa-claim-demo'};

is state_with('/login/', 'wa-demo' => $live), 'session', 'its own - counts';
is state_with('/login/', 'wa-claim-demo' => $begun), 'send',
    'its own claim - counts';
is state_with('/login/', 'wa-claim-demo' => $live), 'start',
    'a session as a claim - does not';
is state_with('/login/', 'wa-demo' => $begun), 'start',
    'a claim as a session - does not';
is state_with('/news/', 'wa-news' => $live), 'start',
    'a session of another app - does not';
is state_with('/news/', 'wa-claim-news' => $begun), 'start',
    'a claim of another app - does not';


# Spoilt, doubled, huge

my %spoilt = (
    'too short' => substr($live, 1),
    'too long' => "${live}A",
    'empty' => '',
    'another digit' => ($live =~ s/^(.)/$1 eq 'A' ? 'B' : 'A'/er),
    'another secret' => ($live =~ s/(.)(?=.{4}$)/$1 eq 'A' ? 'B' : 'A'/er),
    'in quotes' => "\"$live\"",
    'with a blank' => "$live x",
    'huge' => 'A' x 3000,
);

for my $what (sort keys %spoilt) {
    my $other = browser();
    $other->cookies->{'wa-demo'} = $spoilt{$what};
    $other->get('/login/');

    is $other->state, 'start', "spoilt - $what";
    is $other->cookies->{'wa-demo'}, undef, 'is cleared';
}

for my $name ('wa-demo', 'wa-claim-demo') {
    my $value = $name eq 'wa-demo' ? $live : $begun;

    for my $second ($value, 'A' x 43) {
        my $answer = $nginx->get('/login/',
            { Cookie => "$name=$value; $name=$second" });
        like $answer->{body}, qr/data-state="start"/,
            "twice - $name counts for nothing";
        like $answer->{headers}{'set-cookie'}, qr/$name=;.*Max-Age=0/,
            'and is cleared';
    }
}

# A page that has been open for long sends a claim that nobody knows any more

for my $accept ('text/html', 'application/json') {
    for my $anew (undef, 1) {
        my $other = browser();
        $other->cookies->{'wa-claim-demo'} = 'A' x 43;
        $other->post('start', '-Accept' => $accept, new => $anew);
        $other->get('/login/');

        is $other->state, 'send', "spoilt claim - start, $accept, new "
            . ($anew // '-') . ' - the new one stays';
    }
}


my $answer = $nginx->get('/login/', { Cookie => join '; ',
    (map { "a$_=b" } 1 .. 300), "wa-demo=$live" });
like $answer->{body}, qr/data-state="session"/, 'among 300 others - is found';

$nginx->stop;
done_testing;
