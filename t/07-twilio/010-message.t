# A message from Twilio validates a code or is ignored, and gets a response.

use strict;
use warnings;

use lib 't/lib';
use Encode qw( encode_utf8 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();
my $nginx = start_nginx(quiet => 1,
    allow => qr/cannot be understood|proves nothing/,
    apps => twilio_app(callback_url => $receiver->url('/204'),
                       more => 'max_live 1000;'));

sub issue {
    return $nginx->issue(@_)->{json}{code};
}

sub reasons {
    return $nginx->error_log =~ /reason=(\w+)/g;
}

sub refused {
    my ($title, $reason, %field) = @_;

    my $before = () = reasons();
    my $answer = twilio_message($nginx, %field);
    my @after = reasons();

    is $answer->{status}, 200, "$title - is answered 200";
    is $answer->{body}, $TWIML, 'with empty TwiML';
    is_deeply [ splice @after, $before ], [ $reason // () ],
        'and leaves ' . ($reason // 'nothing');
}

my $code = issue();
my $answer = twilio_message($nginx,
    Body => ">>$code<<\nJust tap the \"send\" button.",
    ProfileName => encode_utf8("Jos\x{e9} & \x{1f600}"));

is $answer->{status}, 200, 'message - is taken';
is $answer->{headers}{'content-type'}, 'text/xml', 'the answer is XML';
is $answer->{body}, '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    'that has Twilio do nothing';
is $answer->{headers}{'content-length'}, length $TWIML, 'and has a length';

my $callback = $receiver->wait_for($code);

is_deeply { map { $_ => $callback->{json}{$_} }
            qw( status phone_number profile_name error ) },
    { status => 'validated', phone_number => '+56911111111',
      profile_name => "Jos\x{e9} & \x{1f600}", error => undef },
    'message - the site is told who sent it';
is $callback->{headers}{'whatsauth-channel'}, 'whatsapp', 'and by what';

open my $store, '<:raw', $nginx->root . '/store/data.mdb' or die $!;
like do { local $/; <$store> }, qr/\Q$ACCOUNT_SID\E/,
    'the account is kept for replies';

# Forms that Twilio repeats, or sends late

$code = issue();
my $fields = twilio_fields(Body => ">>$code<<");
my @answers = map { twilio_post($nginx, $fields) } 1 .. 3;

is_deeply [ map { "$_->{status} $_->{body}" } @answers ],
    [ ("200 $TWIML") x 3 ], 'message - the same MessageSid three times';
ok $receiver->wait_for($code), 'validates the code';
is scalar(grep { $_ eq 'duplicate' } reasons()), 2, 'once';

refused('another message with a used code', 'used', Body => ">>$code<<");
refused('an unknown code', 'unknown', Body => '>>0123456789<<');
refused('no code', undef, Body => 'Hello');
refused('an empty text', undef, Body => '');
refused('two codes', 'ambiguous', Body => ">>$code<< >>0123456789<<");
refused('a malformed code', 'malformed', Body => '>>0123<<');

# Forms that are no text of a user to us alone

my %kinds = (
    'forwarded' => { Forwarded => 'true' },
    'forwarded often' => { FrequentlyForwarded => 'true' },
    'with a picture' => { NumMedia => '1' },
    'of a button' => { ButtonText => 'Yes', ButtonPayload => 'yes' },
    'of another type' => { MessageType => 'image' },
    'from our own number' => { From => "whatsapp:$PHONE" },
);

my %reasons = (
    'forwarded' => 'forwarded',
    'forwarded often' => 'forwarded',
    'from our own number' => 'own_number',
);

$code = issue();

for my $kind (sort keys %kinds) {
    refused($kind, $reasons{$kind} // 'other_type', Body => ">>$code<<",
            %{ $kinds{$kind} });
}

refused('a delivery report', undef, Body => undef,
        MessageStatus => 'delivered', SmsStatus => 'delivered');
refused('a channel that we do not know', undef, From => 'messenger:1',
        To => 'messenger:2', Body => ">>$code<<");

is_deeply [ grep { $_->{status} eq 'requested' } $nginx->records ],
    [ ($nginx->records)[2] ], 'none of these has used the code up';

# Fields that Twilio adds with time

twilio_message($nginx, Body => ">>$code<<", Forwarded => 'false',
    FrequentlyForwarded => '0', ChannelMetadata => '{"type":"whatsapp"}',
    MessagingServiceSid => 'MG1', MediaUrl9 => 'x',
    Brandnew => [ 'b', 'a', 'b' ], 'Other_1.x-y' => 'To');
ok $receiver->wait_for($code), 'message - of fields that we do not know';

for (1 .. 20) {
    twilio_message($nginx, Body => 'x', Brandnew => '');
}

my %unknown;
$unknown{$_}++ for $nginx->error_log =~ /\[notice\] (\d+).*unknown field "Bra/g;
is_deeply [ grep { $_ != 1 } values %unknown ], [],
    'unknown field - one line by each worker';
unlike $nginx->error_log, qr/unknown field "(?!Brandnew|Other_1\.x-y)/,
    'and none of those that are known';

# Messages without text: a picture, a place, a reaction, of any sender

for my $type ('image', 'location', 'reaction', 'contacts') {
    refused("a message without Body, $type", undef, Body => undef,
            MessageType => $type, NumMedia => '1',
            MediaUrl0 => 'https://api.example.com/m',
            Latitude => '1.5', Longitude => '-70', Label => 'Body shop');
}

refused('a form of no message', undef, %{ { map { $_ => undef }
        keys %{ twilio_fields() } } }, CallStatus => 'ringing');
unlike $nginx->error_log, qr/\[error\]/, 'no text - leaves no error line';

# A user who hides the phone

my %hidden = (
    'From is the user id' => sub {
        return { From => "whatsapp:US.1349120865530274191$_[0]" };
    },
    'From is empty' => sub { return { From => '' } },
    'From is left out' => sub { return { From => undef } },
);

for my $how (sort keys %hidden) {
    $code = issue();
    refused("hidden phone, $how", 'phone_number_unavailable',
            Body => ">>$code<<", WaId => '56911111111',
            ExternalUserId => "whatsapp:US.1349120865530274191$_",
            %{ $hidden{$how}->($_) }) for 1 .. 3;

    my $json = ($receiver->wait_for($code) // {})->{json};
    is_deeply { map { $_ => $json->{$_} }
                qw( status error phone_number profile_name ) },
        { status => 'failed', error => 'phone_number_unavailable',
          phone_number => undef, profile_name => undef },
        'three senders fail the login, and nothing is said of whom';
}

$code = issue();
twilio_message($nginx, Body => ">>$code<<",
               ExternalUserId => 'whatsapp:US.13491208655302741918');
is $receiver->wait_for($code)->{json}{phone_number}, '+56911111111',
    'message - a user id beside the phone changes nothing';

# The numbers that a code is for

$code = issue(authorized_numbers => '+56922222222');
refused('another sender', 'phone_number_not_authorized', Body => ">>$code<<");
twilio_message($nginx, Body => ">>$code<<", From => 'whatsapp:+56922222222');
is $receiver->wait_for($code)->{json}{phone_number}, '+56922222222',
    'message - by the sender that the code is for';

# Signed, and not to be understood: not to be sent again either

my %broken = (
    'no MessageSid' => { MessageSid => undef },
    'no To' => { To => undef },
    'no sender at all' => { From => undef },
    'From and To of two channels' => { From => '+56911111111' },
);

for my $how (sort keys %broken) {
    refused($how, undef, Body => 'x', %{ $broken{$how} });
}

is scalar(() = $nginx->error_log =~ /\[error\].*cannot be understood/g), 1,
    'broken - all of them in a minute leave one error line';

# A form that could be another webhook of Twilio's does not count

for my $field ('AccountSid', 'ApiVersion') {
    is twilio_message($nginx, Body => 'x', $field => $_)->{status}, 401,
        "a Body without $field - is refused" for undef, '';
}

unlike $nginx->error_log, qr/56911111111|Body=|\Q$AUTH_TOKEN\E/,
    'the log holds no number, body or secret';

$nginx->stop;
done_testing;
