# The login page while any one allocation fails: 403, 429, 500, 503 or no answer
# at all, and nothing is left behind.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Fault;

plan skip_all => 'a sanitizer wants to be the first library'
    if $ENV{ASAN_OPTIONS} || $ENV{TEST_NGINX_VALGRIND};

my $fault = Test::WhatsAuth::Fault->new;
my $nginx = $fault->around(sub {
    start_nginx(workers => 1, main => 'thread_pool whatsauth threads=2;',
        app => 'login on; max_live 100000000; start_limit off;',
        server => 'location /login/ { whatsauth_login demo; }',
        allow => $Test::WhatsAuth::Fault::LOG);
});

my $browser = Test::WhatsAuth::Browser->new($nginx);

# The cookies of a login that waits, and of one that is finished.

$browser->log_in;
my $session = $browser->cookies->{'wa-demo'};

my $other = Test::WhatsAuth::Browser->new($nginx);
$other->post('start');
my $claim = $other->cookies->{'wa-claim-demo'};

my %form = ('Sec-Fetch-Site' => 'same-origin',
            'Content-Type' => 'application/x-www-form-urlencoded');
my %claimed = (Cookie => "wa-claim-demo=$claim");
my %logged_in = (Cookie => "wa-demo=$session");

without_memory('the page', 200, qr/data-state="start"/, 'GET', '/login/', {});
without_memory('the page of a login', 200, qr/data-state="(?:send|start)"/,
    'GET', '/login/?return=%2Fa', \%claimed);
without_memory('the page of a session', 200,
    qr/data-state="(?:session|start)"/, 'GET', '/login/', \%logged_in);
without_memory('the list of sessions', '200|303',
    qr/data-state="sessions"|\A\z/, 'GET', '/login/sessions', \%logged_in);
without_memory('start', 303, qr/\A\z/, 'POST', '/login/start', \%form,
    'return=%2Flogin%2F&new=1');
without_memory('start for a script', 200, qr/^\{"id":/, 'POST', '/login/start',
    { %form, Accept => 'application/json' }, 'new=1');
without_memory('the code that waits', '200|303', qr/\A\z|^\{"id":/, 'POST',
    '/login/start', { %form, %claimed, Accept => 'application/json' }, 'a=b');
without_memory('finish, too early', '303|401', qr/\A\z|data-state="start"/,
    'POST', '/login/finish', { %form, %claimed }, 'return=%2Fa');
without_memory('another site', 403, qr/data-state="cross_site"/, 'POST',
    '/login/start', { %form, 'Sec-Fetch-Site' => 'cross-site' }, 'a=b');
without_memory('the status', '200|401', qr/^\{/, 'GET', '/login/status',
    \%claimed);

$nginx->stop;
done_testing;


sub without_memory {
    my ($title, $status, $body, @request) = @_;

    $fault->each_allocation($nginx, $title, sub {
        my $begin = time;
        my $answer = $nginx->request(@request);

        return 'no answer in time' if time - $begin > 10;
        return '' if $answer->{status} =~ /^(?:0|403|429|500|503)$/;
        return '' if $answer->{status} =~ /^(?:$status)$/
                     && $answer->{body} =~ $body;
        return "$answer->{status} $answer->{body}";
    });
}
