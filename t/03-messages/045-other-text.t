# message: a code counts alone or with the message of its link.  A phisher
# would wrap it in words that say it is good for something else.

use strict;
use warnings;

use lib 't/lib';
use Encode qw( encode_utf8 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $LOGIN = "Log in to \"shop\", caf\x{e9} & co";
my $LATER = 'Send this message to enter the shop, which has another name since'
            . ' this morning';
my $receiver = start_receiver();

my %shop = (name => 'shop', token => 'token-of-tenant-shop',
            callback_url => $receiver->url('/204'));
my %free = (%shop, name => 'free', token => 'token-of-tenant-free',
            phone => '+14155552671', app_secret => 'secret-of-tenant-free');

sub apps {
    my ($message) = @_;

    return whatsauth_app(%shop, more => link_message($message))
           . whatsauth_app(%free, more => 'message any;')
           . twilio_app(callback_url => $receiver->url('/204'),
                        phone => '+14155552672',
                        more => "sms_phone $SMS_PHONE; sms on;");
}

sub link_message {
    return 'link_message "' . encode_utf8($_[0]) =~ s/(["\\])/\\$1/gr . '";';
}

my $nginx = start_nginx(apps => apps($LOGIN));

sub issue {
    my (%parameters) = @_;

    my $issued = $nginx->issue(token => $shop{token}, %parameters);
    return @{ $issued->{json} }{qw( code link )},
           $issued->{headers}{'whatsauth-id'};
}

# Lines of the log; a worker writes the first ten of a kind.

sub noted {
    my ($id) = @_;

    return scalar(() = $nginx->error_log
                       =~ /reason=other_text, app=\w+, id=\Q$id\E/g);
}

# A phisher's words

my %other = (
    'before it' => 'Your 20%% coupon! Send %s',
    'after it' => '%s claims your coupon',
    'after its message' => "%s\n$LOGIN and win",
    'a letter' => '%s.',
    'the code again' => '%s %s',
    'the default message, which is not its own' =>
        "%s\nJust tap the \"send\" button.",
    'more than is scanned for codes' => '%s' . ' ' x 20000,
);

my ($code, $link, $id) = issue();
my $posted = 0;

for my $what (sort keys %other) {
    my $text = $other{$what} =~ s/%s/>>$code<</gr =~ s/%%/%/gr;

    is $nginx->message(text_message($text))->{status}, 200,
        "other text - $what";
    is noted($id), ++$posted, 'does nothing, which the log tells'
        or diag $nginx->error_log;
}

is_deeply [ map { @$_{qw( status refusals )} } $nginx->records ],
    [ 'requested', 0 ], 'other text - is no refusal either';

# The same code, as its link has it

my ($text) = $link =~ /text=(.*)/;
$text =~ s/%(..)/chr hex $1/ge;

$nginx->message(text_message(Encode::decode_utf8($text)));
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'prefilled - validates after all that';

# The text after keyboards, copying and gateways

my %same = (
    'a code alone' => '%s',
    'in capitals' => sub { uc ">>$_[0]<<\n$LOGIN" },
    'in one line' => "%s $LOGIN",
    'with blanks between' => "  %s\r\n\r\n $LOGIN\n",
    'with typographic quotes' =>
        "%s\nLog in to \x{201c}shop\x{201d}, caf\x{e9} & co",
    'with guillemets for quotes' =>
        "%s\nLog in to \x{ab}\x{a0}shop\x{a0}\x{bb}, caf\x{e9} & co",
    'with guillemets for marks' => sub { "\x{bb}$_[0]\x{ab}\n$LOGIN" },
    'with what nobody sees' => "\x{200e}%s\x{2069}\n\x{34f}$LOGIN\x{fe0f}",
    'with HTML entities' => sub {
        "&gt;&gt;$_[0]&lt;&lt;\nLog in to &quot;shop&quot;, caf&#xe9; &amp; co"
    },
);

for my $how (sort keys %same) {
    my ($live) = issue();
    my $said = ref $same{$how} ? $same{$how}->($live)
                               : $same{$how} =~ s/%s/>>$live<</r;
    $nginx->message(text_message($said));
    ok $receiver->wait_for($live), "prefilled - $how" or diag $said;
}

# The message of that very record

my $own = "Log in to \"garden\"";
my ($given, undef, $given_id) = issue(link_message => $own);

$nginx->message(text_message(">>$given<<\n$LOGIN"));
is noted($given_id), 1, 'link_message of the request - the app\'s is another';
$nginx->message(text_message(">>$given<<\n$own"));
ok $receiver->wait_for($given), 'link_message of the request - is its own';

my ($default, undef, $default_id) = issue();
$nginx->message(text_message(">>$default<<\n$own"));
is noted($default_id), 1, 'link_message of another request - is another text';

# A reload refuses nobody who has a link already.

my @old = issue();
my @imaged = issue(qr => 1);
my $image = "/api/v1/qr/$imaged[2].svg";
my $before = $nginx->get($image)->{body};

$nginx->write_config($nginx->config =~ s/\Q${\ link_message($LOGIN) }\E/
                                         link_message($LATER)/er);
$nginx->reload;

$nginx->message(text_message(">>$old[0]<<\n$LATER"));
is noted($old[2]), 1, 'reload - the new message is not that of an old code';
$nginx->message(text_message(">>$old[0]<<\n$LOGIN"));
ok $receiver->wait_for($old[0]), 'reload - the old message is';

my ($new) = issue();
$nginx->message(text_message(">>$new<<\n$LATER"));
ok $receiver->wait_for($new), 'reload - the new message goes with new codes';

my $after = $nginx->get($image)->{body};
isnt $after, $before, 'reload - an image has the old message no more';
cmp_ok length $after, '<', length $before,
    'nor the new one, which would be refused, but the code alone';

# Any

sub wrapped {
    my $issued = $nginx->issue(token => $free{token});
    my $wrapped = "Hi! My code: >>$issued->{json}{code}<<, thanks";

    $nginx->message(text_message($wrapped, phone => $free{phone}),
                    secret => $free{app_secret});
    return $issued->{json}{code}, $issued->{headers}{'whatsauth-id'};
}

ok $receiver->wait_for((wrapped())[0]),
    'message any - other words do not matter';

$nginx->write_config($nginx->config =~ s/message any;/message prefilled;/r);
$nginx->reload;
is noted((wrapped())[1]), 1, 'message any - not after a reload without it';

# Twilio, and by SMS

for my $channel ('whatsapp', 'sms') {
    my $fields = $channel eq 'sms' ? \&sms_fields : \&twilio_fields;
    my $issued = $nginx->issue(channel => $channel);
    my $sent = $issued->{json}{code};
    my @to = $channel eq 'sms' ? () : (To => 'whatsapp:+14155552672');

    twilio_post($nginx, $fields->(Body => "Coupon: >>$sent<<", @to));
    is noted($issued->{headers}{'whatsauth-id'}), 1,
        "$channel by Twilio - other text does nothing";

    twilio_post($nginx, $fields->(
        Body => ">>$sent<<\nJust tap the \"send\" button.", @to));
    ok $receiver->wait_for($sent), "$channel by Twilio - the link's does";
}

$nginx->stop;
done_testing;
