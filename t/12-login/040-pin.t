# The PIN in the page: typed right, wrong and too often, sent again; the mark
# of the browser that makes the next one needless.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Provider;

my $provider = start_provider();
my $nginx = start_nginx(apps => whatsauth_app(
        app_secret => "$APP_SECRET phone_number_id=106540352242922 "
                      . "access_token=$ACCESS_TOKEN api=" . $provider->meta,
        more => 'login on; confirm unknown; reply_limit 100/h 1000/h;'),
    server => 'location /login/ { whatsauth_login demo; }');

my $browser = Test::WhatsAuth::Browser->new($nginx);

sub pins {
    return map { $_->{body} =~ /\b(\d{6})\b/ ? $1 : () } $provider->requests;
}

# A login until the PIN has been sent.

sub at_pin {
    my $sent = () = pins();

    $browser->post('start', new => 1);
    $browser->get('/login/');
    $nginx->message(text_message($browser->text));
    wait_until { pins() > $sent };
    $browser->get('/login/');
    return (pins())[-1];
}

sub wrong {
    my ($pin) = @_;

    return sprintf '%06d', ($pin + 1) % 1000000;
}

my $pin = at_pin();
is $browser->state, 'pin', 'a message - the page asks for the PIN';
is $browser->post('finish')->{status}, 303, 'finish - without a PIN';
is $browser->cookies->{'wa-demo'}, undef, 'begins no session';

my $answer = $browser->post('pin', pin => wrong($pin));
is $answer->{status}, 403, 'pin - a wrong one';
like $answer->{body}, qr/data-state="pin"/, 'shows the page again';

$answer = $browser->post('pin', pin => wrong($pin),
                         '-Accept' => 'application/json');
is $answer->{json}{error}, 'pin_wrong', 'pin - a wrong one, for a script';
is $answer->{json}{tries_left}, 1, 'with the tries that are left';

$answer = $browser->post('pin', pin => 'abc');
is $answer->{status}, 400, 'pin - no six digits, which is no try';

# Arabic digits, with the marks of direction that a chat puts around them.
my $pasted = "\xe2\x81\xa8"
             . join('', map { "\xd9" . chr(0xa0 + $_) } split //, $pin)
             . "\xe2\x81\xa9";
$answer = $browser->post('pin', pin => $pasted, return => '/login/?a=b');
is $answer->{status}, 303, 'pin - the right one, as a phone may write it';
is $answer->{headers}{location}, '/login/?a=b', 'leads to the page';
$browser->get('/login/');
is $browser->state, 'validated', 'which says so';

$answer = $browser->post('finish');
my %set = $browser->set_cookies($answer);
like $set{'wa-known-demo'}, qr{=[\w-]{43}; Path=/; .*; Max-Age=15552000$},
    'finish - the browser is known for 180 days';

$browser->post('logout');
$browser->post('start', new => 1);
$browser->get('/login/');
$nginx->message(text_message($browser->text));
$browser->get('/login/');
is $browser->state, 'validated', 'the next login - needs no PIN';
$browser->post('finish');
ok defined $browser->cookies->{'wa-demo'}, 'and is a session';

delete $browser->cookies->{'wa-known-demo'};
$pin = at_pin();
is $browser->post('pin', resend => 1)->{status}, 303, 'resend - once';
ok wait_until { (() = pins()) >= 3 }, 'the PIN is sent again';
is((pins())[-1], $pin, 'the same');
$answer = $browser->post('pin', resend => 1);
is $answer->{status}, 429, 'resend - twice';
like $answer->{body}, qr/class="error"[^>]*>The PIN has been sent twice\./,
    'which the page says';

$browser->post('pin', pin => wrong($pin)) for 1 .. 3;
$browser->get('/login/');
is $browser->state, 'failed', 'pin - three wrong ones end the login';
is $browser->post('pin', pin => $pin)->{status}, 303,
    'the right one - comes too late';
$browser->get('/login/');
is $browser->state, 'failed', 'and changes nothing';

$nginx->stop;
done_testing;
