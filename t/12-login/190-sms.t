# The login page for people without WhatsApp: the code goes by SMS, and by SMS
# alone.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Twilio;

my $file = slot_folder() . '/qr';

my $receiver = start_receiver();
my $nginx = start_nginx(
    apps => twilio_app(callback_url => $receiver->url('/204'),
        more => 'login on; confirm off; sms on; '
                . 'authorized_numbers +56911111111; '
                . "sms_phone $SMS_PHONE; start_limit off; "
                . 'authorized_origins https://shop.test;'),
    server => 'location /login/ { whatsauth_login demo; }');

my $number = $SMS_PHONE =~ tr/0-9//cdr;

sub browser {
    return Test::WhatsAuth::Browser->new($nginx);
}

sub begun {
    my (%fields) = @_;

    my $browser = browser();
    is $browser->post('start', %fields)->{status}, 303, 'start';
    $browser->get('/login/');
    return $browser;
}

sub code {
    my ($browser) = @_;

    my ($code) = $browser->{page} =~ /&gt;&gt;(\w+)&lt;&lt;/;
    return $code;
}

sub sms {
    my ($code, %field) = @_;

    return twilio_post($nginx, sms_fields(Body => ">>$code<<", %field));
}

# The text that zbarimg reads in an image

sub decoded {
    my ($svg) = @_;

    open my $out, '>:raw', "$file.svg" or die "$file.svg: $!\n";
    print $out $svg;
    close $out;

    system('rsvg-convert', '-z', 4, '-o', "$file.png", "$file.svg") == 0
        or die "rsvg-convert failed\n";
    open my $in, '-|', 'zbarimg', '-q', '--nodbus', '--raw', '-Sdisable',
        '-Sqr.enable', "$file.png" or die "zbarimg: $!\n";
    local $/;
    return (<$in> // '') =~ s/\n\z//r;
}

# The page

like $nginx->get('/login/')->{body}, qr/name="channel" value="sms"/,
    'the start page - offers it';

my $browser = begun(channel => 'sms');
my $code = code($browser);
is $browser->state, 'send', 'the page - waits for the message';
like $browser->{page}, qr/href="sms:\+$number[^"]*$code/,
    'the page - has a link that opens the SMS';
unlike $browser->{page}, qr/wa\.me|whatsapp:/,
    'the page - and none to WhatsApp';
unlike $browser->{page}, qr/name="channel"/, 'the page - nor offers SMS again';
like $browser->{page}, qr/id="number">\+?[\d ]*4155550199</,
    'the page - the number for those whose link fails';

my ($qr) = $browser->{page} =~ m{(/login/qr/[\w-]+\.svg)};
like decoded($nginx->get($qr)->{body}), qr/^sms:\+$number\?.*body=.*$code/,
    'the page - the QR code opens an SMS';

# Only an SMS counts

twilio_message($nginx, Body => ">>$code<<");
is $browser->new_state, 'send', 'a message by WhatsApp - is none';
is sms($code)->{status}, 200, 'an SMS - comes';
is $browser->new_state, 'validated', 'an SMS - counts';
is $browser->get('/login/status')->{json}{phone_hint}, '+56*******11',
    'an SMS - the state has its number';
$browser->post('finish');
is $browser->new_state, 'session', 'an SMS - a session';
is scalar($nginx->sessions), 1, 'an SMS - which the store has';

# From WhatsApp to SMS on the way: the old code is worth nothing

$browser = begun();
my $old = code($browser);
like $browser->{page}, qr/name="channel" value="sms"/,
    'the page for WhatsApp - offers SMS';
$browser->post('start', channel => 'sms', new => 1);
is $browser->new_state, 'send', 'another channel - a new code';
isnt code($browser), $old, 'another channel - which is another';
twilio_message($nginx, Body => ">>$old<<");
is $browser->new_state, 'send', 'another channel - the old code is dead';
sms(code($browser));
is $browser->new_state, 'validated', 'another channel - the new one counts';

# The rules are those of WhatsApp

$browser = begun(channel => 'sms');
sms(code($browser), From => '+14155550777');
is $browser->new_state, 'send', 'a number that is not listed - is refused';
sms(code($browser));
is $browser->new_state, 'validated', 'one that is listed - is not';

is browser()->post('start', channel => 'fax',
                   '-Accept' => 'application/json')->{json}{error},
    'invalid_parameter', 'another word - is no channel';

# The widget

my $answer = $nginx->request('POST', '/login/start', {
    Origin => 'https://shop.test', 'Sec-Fetch-Site' => 'cross-site',
    'Content-Type' => 'application/x-www-form-urlencoded' }, 'channel=sms');
my %claim = (Authorization => "Bearer $answer->{headers}{'whatsauth-claim'}");
is $answer->{status}, 200, 'the widget - begins';
like $answer->{json}{link}, qr/^sms:/i, 'the widget - has the link of an SMS';
($code) = $answer->{json}{text} =~ />>(\w+)<</;
sms($code);
is $nginx->get('/login/status', { Origin => 'https://shop.test', %claim })
       ->{json}{status}, 'validated', 'the widget - an SMS counts';

$nginx->stop;
done_testing;
