# demo/whatsauth-simulate signs as Twilio does.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();

sub start {
    my ($http) = @_;

    return start_nginx(http => $http,
        apps => twilio_app(callback_url => $receiver->url('/204'),
                           more => "sms on; sms_phone $SMS_PHONE;"));
}

sub simulate {
    my ($nginx, @options) = @_;

    my $url = 'http://127.0.0.1:' . $nginx->port . '/api/v1/messages';

    return run("$TOP/demo/whatsauth-simulate", '--provider', 'twilio',
               '--secret', $AUTH_TOKEN, @options[0 .. $#options - 1], $url,
               $options[-1]);
}

sub run {
    my (@command) = @_;

    open my $in, '-|', @command or die "$command[0]: $!\n";
    my $said = do { local $/; <$in> };
    close $in;
    return $said;
}

my $nginx = start('whatsauth_public_url http://127.0.0.1:'
                  . slot_port(0) . ';');

my $code = $nginx->issue->{json}{code};
like simulate($nginx, '--name', "Jos\xc3\xa9 & Co", $code),
    qr/^HTTP\S+ 200 .*\Q$TWIML\E$/ms, 'simulate - a WhatsApp message';
is $receiver->wait_for($code)->{json}{profile_name}, "Jos\x{e9} & Co",
    'validates the code';

$code = $nginx->issue(channel => 'sms')->{json}{code};
like simulate($nginx, '--sms', '--phone', $SMS_PHONE, $code),
    qr/^HTTP\S+ 200 /m, 'simulate - an SMS';
is $receiver->wait_for($code)->{headers}{'whatsauth-channel'}, 'sms',
    'validates the code';

$code = $nginx->issue->{json}{code};
my $curl = simulate($nginx, '--curl', $code);
like $curl, qr/^curl /, 'simulate - prints a line for curl';
like run('sh', '-c', $curl =~ s{^curl }{curl -sS }r), qr{^HTTP\S+ 200 }m,
    'which is taken';
ok $receiver->wait_for($code), 'and validates the code';

like simulate($nginx, '--secret', 'guessed', $code), qr/^HTTP\S+ 401 /m,
    'simulate - another secret is refused';
like simulate($nginx, '--account-sid', 'AC' . 'f' x 32, $code),
    qr/^HTTP\S+ 200 /m,
    'simulate - another account';
like $nginx->error_log, qr/reason=other_app/, 'is not heard';

$nginx->stop;

$nginx = start('whatsauth_public_url https://login.test;');
$code = $nginx->issue->{json}{code};

like simulate($nginx, $code), qr/^HTTP\S+ 401 /m,
    'simulate - the local URL where there is a public one';
like simulate($nginx, '--signed-url', 'https://login.test/api/v1/messages',
              $code), qr/^HTTP\S+ 200 /m, 'simulate - the public URL';
ok $receiver->wait_for($code), 'validates the code';

$nginx->stop;
done_testing;
