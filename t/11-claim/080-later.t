# A claim as time goes by: it is dead a minute after it was collected; the same
# key has the same response until then, also when the callback has failed
# meanwhile.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Clock;

my $receiver = start_receiver();
my $clock = Test::WhatsAuth::Clock->new;

my $nginx = $clock->around(sub {
    start_nginx(apps =>
        whatsauth_app(callback_url => $receiver->url('/204'),
                      more => 'login on; confirm off;')
        . whatsauth_app(name => 'gone', token => 'token-of-app-gone',
                        callback_url => $receiver->url('/500'),
                        more => 'callback_retry 20s;'),
        server => 'location /login/ { whatsauth_login demo; }');
});

sub issue {
    my (%parameter) = @_;

    my $issued = $nginx->issue(claim => 1, %parameter);

    return { code => $issued->{json}{code},
             id => $issued->{headers}{'whatsauth-id'},
             claim => $issued->{headers}{'whatsauth-claim'} };
}

sub send_code {
    my ($login) = @_;

    return $nginx->message(text_message(">>$login->{code}<<",
        timestamp => '' . $clock->time))->{status};
}

sub status {
    my ($login) = @_;

    return $nginx->get('/api/v1/claim',
                       { Authorization => "Bearer $login->{claim}" });
}

sub collect {
    my ($login, $key, $token) = @_;

    return $nginx->post('/api/v1/claim', "claim=$login->{claim}", {
        'Content-Type' => 'application/x-www-form-urlencoded',
        Authorization => 'Bearer ' . ($token // $TOKEN),
        'Idempotency-Key' => $key,
    });
}

sub error_of {
    my ($response) = @_;

    return "$response->{status} " . ($response->{json}{error} // '');
}

# Collected, and a minute

my $login = issue();
send_code($login);
my $first = collect($login, 'one');
is $first->{status}, 200, 'collected';

$clock->ahead(55);
$nginx->get('/worker') for 1 .. 10;
is status($login)->{json}{collected}, JSON::PP::true,
    '55 s later - the claim lives';
is collect($login, 'one')->{body}, $first->{body},
    '55 s later - the same key has the same bytes';
is error_of(collect($login, 'two')), '409 already_collected',
    '55 s later - another key has nothing';

$clock->ahead(61);
$nginx->get('/worker') for 1 .. 10;
is error_of(status($login)), '401 invalid_claim',
    '61 s later - the claim is dead';
is error_of(collect($login, 'one')), '401 invalid_claim',
    '61 s later - the same key has nothing more';
is $nginx->get('/api/v1/claim', { Accept => 'text/event-stream',
    Authorization => "Bearer $login->{claim}" })->{status}, 401,
    '61 s later - nor has a stream';
is $nginx->get("/api/v1/verification/$login->{id}",
    { Authorization => "Bearer $TOKEN" })->{json}{status}, 'validated',
    '61 s later - the verification is there all the same';

# A callback that is given up makes the login fail for whoever comes later, and
# takes nothing from the site that has collected before.

my $refused = issue(token => 'token-of-app-gone');
send_code($refused);
my $second = collect($refused, 'one', 'token-of-app-gone');
is $second->{json}{status}, 'validated', 'callback that fails - collected';

my $unread = issue(token => 'token-of-app-gone');
send_code($unread);

# Both first attempts are written down: the issue is committed after them.

wait_until(sub { 2 == (() = $nginx->error_log =~ /attempt 1 of 2/g) }, 20);
issue();

$clock->ahead(61 + 30);
ok wait_until(sub { status($unread)->{json}{status} eq 'failed' }, 20),
    'callback that fails - it has been given up';

is collect($refused, 'one', 'token-of-app-gone')->{body}, $second->{body},
    'callback that fails - the same key has the same bytes';
is error_of(collect($refused, 'two', 'token-of-app-gone')),
    '409 already_collected', 'callback that fails - nobody else has any';
is error_of(collect($unread, 'one', 'token-of-app-gone')), '410 failed',
    'callback that fails - there is nothing to collect afterwards';

# In the browser: the cookie of a claim that is dead is cleared.

my $browser = Test::WhatsAuth::Browser->new($nginx);
$browser->begin_login(undef, timestamp => '' . $clock->time);
my $claim = $browser->cookies->{'wa-claim-demo'};
$browser->post('finish');
is $browser->cookies->{'wa-claim-demo'}, undef,
    'session - its claim is cleared at once';
my $session = $browser->cookies->{'wa-demo'};

# A lost answer

my $again = Test::WhatsAuth::Browser->new($nginx);
$again->cookies->{'wa-claim-demo'} = $claim;
$again->post('finish');
is $again->cookies->{'wa-demo'}, $session,
    'a lost response - the same claim gets the same session';

$clock->ahead(61 + 30 + 61);
$nginx->get('/worker') for 1 .. 10;

my $late = Test::WhatsAuth::Browser->new($nginx);
$late->cookies->{'wa-claim-demo'} = $claim;
$late->post('finish');
is $late->cookies->{'wa-demo'}, undef, 'a minute later - it gets none';
is $late->cookies->{'wa-claim-demo'}, undef, 'and is cleared';

$browser->get('/login/');
is $browser->state, 'session', 'a minute later - the session lives';

$nginx->stop;
done_testing;
