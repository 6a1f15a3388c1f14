# The end of a callback or of a PIN that the store cannot keep: the log says it,
# the site is called again under the same id, and the user can have the PIN
# again.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::BadDisk;
use Test::WhatsAuth::Consent;

my $CALLBACK = qr/the end of a callback could not be stored: /;
my $PIN = qr/an unsent PIN could not be stored: /;

my $receiver = start_receiver();
my $disk = Test::WhatsAuth::BadDisk->new;

# The site answers when it is told to, Meta never.

my $site = $disk->around(sub {
    start_consent('', api => '/hang', callback_url => $receiver->url('/gate'),
        http => 'whatsauth_callback_timeout 4s;',
        allow => qr/${\ $disk->log }|$CALLBACK|$PIN
                    |did[ ]not[ ]answer[ ]in[ ]time/x);
});
my $nginx = $site->nginx;
my $browser = $site->browser;

sub state_of_page {
    $browser->get('/login/');
    return $browser->state;
}

sub calls {
    my ($code) = @_;

    return grep { ($_->{json}{verification_code} // '') eq $code }
           $receiver->requests;
}

my $code = $nginx->issue->{json}{code};
$nginx->message(text_message(">>$code<<"));
ok $receiver->wait_for($code), 'a callback - is under way';

$site->begin($browser);
$site->send($browser, $VICTIM);
ok wait_until(sub { $site->texts($VICTIM) }), 'a PIN - is under way';

$disk->fail;
$receiver->open_gate;

ok wait_until(sub { $nginx->error_log =~ /\[error\].*$CALLBACK/ }, 15),
    'callback, disk fails - its end is not stored, and the log says so';
ok wait_until(sub { $nginx->error_log =~ /\[error\].*$PIN/ }, 15),
    'PIN, disk fails - that it was not sent is not stored, and the log says so';

$disk->work;

ok wait_until(sub { calls($code) >= 2 }, 30),
    'callback, disk works again - is made again when its lease ends';
is +(calls($code))[1]{headers}{'webhook-id'},
    (calls($code))[0]{headers}{'webhook-id'}, 'under the same id';
ok wait_until(sub {
    !grep { $_->{state} eq 'callback' } $nginx->records;
}, 15), 'and is done with';

is state_of_page(), 'pin', 'PIN, disk works again - the page still asks for it';
is $browser->post('pin', resend => 1)->{status}, 303,
    'resend - the user can ask for it again';
ok wait_until(sub { state_of_page() eq 'send_failed' }, 15),
    'and this time the page says that it was not sent';

is $nginx->store_says('check'), "ok\n",
    'disk works again - the store is sound';

$nginx->stop;
done_testing;
