# $whatsauth_known tells whether the person typed a PIN into this browser, now
# or at an earlier login, and $whatsauth_login_at since when the session is.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;

my $app = start_receiver();
my $port = $app->port;


sub start {
    my ($confirm) = @_;

    return start_consent("confirm $confirm; reply_limit 1000/h 1000/h;",
        server => <<"CONF");
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }

location /app/ {
    whatsauth_gate demo;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header X-Known \$whatsauth_known;
    proxy_set_header X-Login-At \$whatsauth_login_at;
}
location /known-alone/ {
    whatsauth_gate demo;
    whatsauth_gate_require \$whatsauth_known;
    empty_gif;
}
CONF
}


sub seen {
    my ($browser) = @_;

    is $browser->get('/app/')->{status}, 200, 'with a session';
    return ($app->requests)[-1]{headers};
}


my $site = start('unknown');
my $browser = $site->browser;

ok $site->log_in($browser, $VICTIM), 'the first login - has a PIN';

my $headers = seen($browser);
my ($session) = $site->nginx->sessions;

is $headers->{'x-known'}, 1, 'after a PIN - known';
is $headers->{'x-login-at'}, $session->{login_at}, 'the time of the login';
is $browser->get('/known-alone/')->{status}, 200, 'require - is let in';

$browser->post('logout');
ok !$site->log_in($browser, $VICTIM), 'the second login - has none';
is seen($browser)->{'x-known'}, 1, 'in a browser that is known - known';

my $other = $site->browser;

$other->cookies->{'wa-known-demo'} = $browser->cookies->{'wa-known-demo'};
ok $site->log_in($other, $ATTACKER), 'the mark of another number - a PIN';
$site->nginx->stop;

$site = start('off');
$browser = $site->browser;

ok !$site->log_in($browser, $VICTIM), 'an app without PINs';
is seen($browser)->{'x-known'}, 0, 'without a PIN - not known';
is $browser->get('/known-alone/')->{json}{error}, 'access_denied',
    'require - is not let in';
$site->nginx->stop;

done_testing;
