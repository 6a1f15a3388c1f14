# The clock of the machine jumps, ahead and back: a session ends by it or goes
# on, and whoever has none gets the page at once, without a loop.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Clock;

my $site = start_receiver();
my $port = $site->port;
my $clock = Test::WhatsAuth::Clock->new;

my $nginx = $clock->around(sub {
    start_nginx(app => 'login on; session 12h idle=1h;', server => <<"CONF");
whatsauth_gate_numbers any;
location /login/ { whatsauth_login demo; }
location / {
    whatsauth_gate demo;
    proxy_pass http://127.0.0.1:$port/200/;
}
CONF
});

my %page = (Accept => 'text/html,*/*;q=0.8');

# Follows redirects as a browser does; how many, and the last status.

sub visit {
    my ($browser) = @_;

    my $n = 0;
    my $answer = $browser->get('/private', \%page);

    while ($answer->{status} == 303 && $n < 5) {
        $n++;
        $answer = $browser->get($answer->{headers}{location}, \%page);
    }

    return "$n redirects, then $answer->{status}";
}


sub visitor {
    return Test::WhatsAuth::Browser->new($nginx);
}

my $browser = visitor();

$browser->log_in('56911111111');
is visit($browser), '0 redirects, then 200', 'a session';

my %kept = %{ $browser->cookies };

$clock->ahead(59 * 60);
is visit($browser), '0 redirects, then 200', 'ahead, within the idle time';

$clock->ahead(3 * 60 * 60);
is visit($browser), '0 redirects, then 401', 'ahead, beyond the idle time';
is_deeply [ grep { /^wa-demo/ } keys %{ $browser->cookies } ], [],
    'the cookie is cleared';

$browser->log_in('56911111111', timestamp => $clock->time);
is visit($browser), '0 redirects, then 200', 'a new login';

$clock->ahead(0);
is visit($browser), '0 redirects, then 200',
    'back: a session that began in the future';

%{ $browser->cookies } = %kept;
like visit($browser), qr/^0 redirects, then (?:200|401)$/,
    'back: a session of before';

# A message between two jumps.

$browser = visitor();
$browser->get('/private', \%page);
$browser->post('start', return => '/private');
$browser->get('/login/');
$nginx->message(text_message($browser->text, from => '56922222222'));
$clock->ahead(24 * 60 * 60);
like visit($browser), qr/^(?:1 redirects, then 200|0 redirects, then 401)$/,
    'a day between the message and the visit';
is visit(visitor()), '0 redirects, then 401', 'nobody';

$nginx->stop;

done_testing;
