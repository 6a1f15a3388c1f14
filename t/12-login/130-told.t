# The user hears of each session: also if the browser goes away before it has
# the answer, and after a message of the attacker's own that was refused.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Provider;

my $provider = start_provider();
my $nginx = start_nginx(apps => whatsauth_app(
        app_secret => "$APP_SECRET phone_number_id=106540352242922 "
                      . "access_token=$ACCESS_TOKEN api=" . $provider->meta,
        more => 'login on; confirm off; reply_limit 100/h 1000/h;'
                . 'authorized_numbers 56911111111; failure_message "not you";'),
    server => 'location /login/ { whatsauth_login demo; }');

my $browser = Test::WhatsAuth::Browser->new($nginx);

sub told {
    return scalar grep { $_->{body} =~ /Answer 0/ } $provider->requests;
}

sub validated {
    my (@before) = @_;

    $browser->post('start', new => 1);
    $browser->get('/login/');

    $nginx->message($_) for map { $_->($browser->text) } @before;
    $nginx->message(text_message($browser->text));
    $browser->get('/login/');
    return $browser->state;
}

# Sends the request, and is gone with a reset.

sub finish_and_go {
    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $nginx->{port})
        or die "no connection: $!";

    my $cookie = $browser->cookie;

    print $socket "POST /login/finish HTTP/1.1\r\nHost: localhost\r\n"
                  . "Sec-Fetch-Site: same-origin\r\nCookie: $cookie\r\n"
                  . "Content-Length: 0\r\n\r\n";
    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
    close $socket;
}

for my $n (1 .. 10) {
    is validated(), 'validated', "login $n - validated";
    finish_and_go();
    ok wait_until { told() == $n }, "login $n - the user is told";

    $browser->post('finish');
    ok defined $browser->cookies->{'wa-demo'}, "login $n - has its session";
    $browser->post('logout');
}

is told(), 10, 'a repetition - tells nobody again';

is validated(sub { text_message($_[0], from => '56922222222') }), 'validated',
    'a refused message of somebody else before';
ok wait_until { grep { $_->{body} =~ /not you/ } $provider->requests },
    'is answered';
$browser->post('finish');
ok wait_until { told() == 11 }, 'and the user is told all the same';

$nginx->stop;
done_testing;
