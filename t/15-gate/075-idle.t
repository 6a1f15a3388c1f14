# A session ends when it has not been used for its idle time, which is looked at
# on every request and written at most once in a 16th of it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Clock;

my $IDLE = 1600;
my $WHOLE = 3200;
my $PART = $IDLE / 16;

my $clock = Test::WhatsAuth::Clock->new;
my $other_app = whatsauth_app(name => 'news', token => 'token-of-the-news-app',
    phone => '+56922222222', more => 'login on; session 1600s;');

my $nginx = $clock->around(sub {
    start_nginx(
        apps => whatsauth_app(
            more => "login on; session ${WHOLE}s idle=${IDLE}s;") . $other_app,
        server => <<'CONF');
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }
location /news-login/ { whatsauth_login news; }

location /private/ {
    whatsauth_gate demo;
    return 200 in;
}

location /gated { whatsauth_gate demo; empty_gif; }
location /news { whatsauth_gate news; empty_gif; }
CONF
});

my $now = 0;

sub later {
    my ($seconds) = @_;

    $now += $seconds;
    $clock->ahead($now);
}

sub log_in {
    my (%option) = @_;

    my $browser = Test::WhatsAuth::Browser->new($nginx, %option);

    $browser->log_in('56911111111', timestamp => $clock->time,
        $option{login} ? (phone => '+56922222222',
                          phone_number_id => '200000000000001') : ());
    return $browser;
}

# Of each worker: what one has written, all must see.

sub statuses {
    my ($browser, $path) = @_;

    return map {
        $nginx->client($_)->request('GET', $path,
                                    { Cookie => $browser->cookie })->{status}
    } $nginx->workers;
}

sub seen_at {
    my ($app) = @_;

    return (map { $_->{seen_at} } grep { $_->{app} eq $app }
                                  $nginx->sessions)[0];
}

my $browser = log_in();
my $seen = seen_at('demo');

# Uses

later($PART - 10);
is_deeply [ statuses($browser, '/gated') ], [ 200, 200 ],
    'a use in the first 16th - is let in';
is seen_at('demo'), $seen, 'and nothing is written';

later(10);
is_deeply [ statuses($browser, '/gated') ], [ 200, 200 ],
    'a use after it - is let in';
ok wait_until(sub { seen_at('demo') ne $seen }), 'and is written';

$seen = seen_at('demo');
my $before = last_txn();
later($PART);

my @clients = map { $nginx->client } 1 .. 50;
my %cookie = (Cookie => $browser->cookie);
$_->send('GET', '/gated', \%cookie) for @clients;
is scalar(grep { $_->receive->{status} == 200 } @clients), 50,
    '50 uses at once - are let in';
ok wait_until(sub { seen_at('demo') ne $seen }), 'and one of them is written';
cmp_ok last_txn() - $before, '<', 10, 'in a few commits';

# Without this use the session would have ended.

later($IDLE - $PART);
is_deeply [ statuses($browser, '/gated') ], [ 200, 200 ],
    'a session in use - goes on';
later($IDLE - 10);
is_deeply [ statuses($browser, '/gated') ], [ 401, 401 ],
    'the whole time - ends it, used or not';

$browser = log_in();
later($IDLE);
is_deeply [ statuses($browser, '/gated') ], [ 401, 401 ],
    'no use for the idle time - ends it in each worker';
ok wait_until(sub { !grep { $_->{app} eq 'demo' } $nginx->sessions }),
    'and a sweep removes it';
later(-$IDLE / 2);
is_deeply [ statuses($browser, '/gated') ], [ 401, 401 ],
    'the clock steps back - and no use has brought it back';

# A session whose idle time is its whole time needs no write at all.

my $news = log_in(login => '/news-login/');
$seen = seen_at('news');
later(1500);
is_deeply [ statuses($news, '/news') ], [ 200, 200 ],
    'an end that no use moves - is let in';
is seen_at('news'), $seen, 'and nothing is written';
later(101);
is_deeply [ statuses($news, '/news') ], [ 401, 401 ], 'until it comes';

$nginx->stop;
done_testing;


sub last_txn {
    my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";
    my $path = $nginx->root . '/store';

    my ($txn) = `$tool stat $path` =~ /"last_txn":(\d+)/;
    return $txn;
}
