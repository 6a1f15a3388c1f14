# Attacks at a gateway: values of another type behind its
# pointers, tricks with its header, bodies of another provider, and texts that
# would like to leave the string that a reply puts them into.  None validates a
# code, and the last login is as good as the first.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw( hmac_sha256_hex );
use Encode qw( encode_utf8 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Gateway;
use Test::WhatsAuth::Twilio;

my $api = start_receiver();
my $receiver = start_receiver();

my $nginx = start_nginx(quiet => 1,
    allow => qr/messages refused|be understood|works again|came to none/,
    apps => gateway_app(callback_url => $receiver->url('/204'),
        gateway => "$GATEWAY reply_url=" . $api->url('/200/send')
                   . q{ 'reply_body={"to":"$to","body":{"t":"$text"}}'},
        more => "meta app_secret=$GATEWAY_SECRET; reply_limit 1000/h 1000/h; "
                . "twilio account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN;"));

my $code = $nginx->issue->{json}{code};
my $digits = $PHONE =~ tr/0-9//cdr;
my $id = 0;

sub status {
    my ($record) = grep { $_->{code} eq $code } $nginx->records;

    return $record->{status};
}

# The members of a message, as JSON.

sub json {
    my (%member) = (text => qq(">>$code<<"), from => '"56911111111"',
                    id => '"a-' . ++$id . '"', to => qq("$digits"), @_);

    return qq({"account":$member{to},"message":{"text":$member{text},)
           . qq("from":$member{from},"id":$member{id}}});
}

my @wrong = ('null', 'true', '[]', '{}', '["56911111111"]',
             '{"":"56911111111"}', '-1', '0', '1.5', '1e99', '1e999',
             '9223372036854775808', '-9223372036854775809', '""', '" "',
             '"\u0000"', '"\ud800"', '"\udfff\ud800"', "\"\xc0\xaf\"");

# A mistaken number would be an account of somebody else.

my @numbers = ('"+"', '"++56911111111"', '"56911111111@lid"', '"whatsapp:"',
               '"56911111111@c.us@lid"', '"@c.us"', '"56911111111\u0000"',
               '"56911111111\u200b@x"', '"5691111111156911111111"',
               '56911111111.0', '"56911111111,56922222222"',
               '"56911111111\",\"to\":\"56922222222"', '"0"', '"00000000"');

# Many senders without a number would fail the code: each has one of its own.

sub attack {
    my ($title, @bodies) = @_;

    my @bad = grep { gateway_post($nginx, $_)->{status} != 200 } @bodies;

    is_deeply \@bad, [], "$title - gets 200";
    is status(), 'requested', "$title - validates nothing";
}

attack('a text of any type', map { json(text => $_) } @wrong);
attack('an id of any type', map { json(id => $_) } grep { !/".+"\z/ } @wrong);
attack('our number of any type', map { json(to => $_) } @wrong, @numbers,
       qq("${digits}0"), qq("$digits\@lid"), qq("$digits,$digits"),
       "[$digits]");
attack('a sender of any type', map { json(from => $_) } @wrong, @numbers);

attack('the message at another place',
       map { ("[$_]", qq({"a":$_}), qq({"message":[$_],"account":"$digits"})) }
           json());
attack('a member twice - the last one counts',
       json() =~ s/\}\}\z/},"message":{"text":"x","id":"1"}}/r,
       json() =~ s/("text":)/$1">>$code<<",$1"x",\n"a":/r);
attack('nested as deeply as it may be, and deeper',
       map { my $deep = '[' x $_ . ']' x $_;
             json() =~ s/"text":"[^"]*"/"text":$deep/r }
       29 .. 33, 10_000);
attack('the pointer itself as a name', json() =~ s/"message"/"\/message"/r,
       qq({"/message/text":">>$code<<","account":"$digits"}));

# Headers

sub raw {
    my ($body, @lines) = @_;

    my $client = $nginx->client;
    $client->{method} = 'POST';
    $client->write(join "\r\n", 'POST /api/v1/messages HTTP/1.1', 'Host: a',
                   'Content-Length: ' . length $body, @lines, '', $body);

    return $client->receive->{status};
}

my $body = json();
my $mac = hmac_sha256_hex($body, $GATEWAY_SECRET);
my $json = 'Content-Type: application/json';

my %header = (
    'a tab before' => "X-Acme-Signature: \tsha256=$mac",
    'a tab behind' => "X-Acme-Signature: sha256=$mac\t",
    'a NUL behind' => "X-Acme-Signature: sha256=$mac\0",
    'a blank inside' => "X-Acme-Signature: sha256= $mac",
    'two with a comma' => "X-Acme-Signature: sha256=$mac, sha256=$mac",
    'a folded line' => "X-Acme-Signature: sha256=\r\n $mac",
    'a blank before the colon' => "X-Acme-Signature : sha256=$mac",
    'an underscore' => "X_Acme_Signature: sha256=$mac",
    'a half' => 'X-Acme-Signature: sha256=' . substr($mac, 0, 32),
    'a sign' => 'X-Acme-Signature: sha256=+' . substr($mac, 1),
    '0x' => "X-Acme-Signature: sha256=0x" . substr($mac, 2),
    'the prefix twice' => "X-Acme-Signature: sha256=sha256=$mac",
    'the prefix alone' => 'X-Acme-Signature: sha256=',
    'twice, one empty' => "X-Acme-Signature: sha256=$mac\r\n"
                          . 'X-Acme-Signature:',
);

for my $title (sort keys %header) {
    like raw($body, $json, $header{$title}), qr/^40[01]$/,
        "a header with $title";
}

is status(), 'requested', 'no such header validates';

# Another provider's body, type or header

is raw($body, 'Content-Type: application/x-www-form-urlencoded',
       "X-Acme-Signature: sha256=$mac"), 401, 'JSON as a form';
is raw($body, $json, "X-Acme-Signature: sha256=$mac",
       "X-Hub-Signature-256: sha256=" . '0' x 64), 401,
    'beside a bad signature of meta';
is raw($body, $json, "X-Acme-Signature: sha256=$mac",
       'X-Hub-Signature-256: x'), 401, 'beside a broken one';

my $meta = text_message(">>$code<<");
my $form = "Body=%3E%3E$code%3C%3C";

is raw($_, $json, 'X-Acme-Signature: sha256='
                  . hmac_sha256_hex($_, $GATEWAY_SECRET)), 200,
    'a body of another provider' for $meta, $form;
is raw($form, 'Content-Type: application/x-www-form-urlencoded',
       'X-Acme-Signature: sha256=' . hmac_sha256_hex($form, $GATEWAY_SECRET)),
    401, 'a form by the secret of a gateway';
is status(), 'requested', 'none of them validates';

# Sizes, with and without a length

my $large = json() . ' ' x 3_000_000;

is gateway_post($nginx, $large)->{status}, 413, '3 MB - by its length';

my $client = $nginx->client;
$client->send('POST', '/api/v1/messages', {
    'Content-Type' => 'application/json', 'Transfer-Encoding' => 'chunked',
    'X-Acme-Signature' => 'sha256='
                          . hmac_sha256_hex($large, $GATEWAY_SECRET) });
$client->write(sprintf "%x\r\n%s\r\n0\r\n\r\n", length $large, $large);
is $client->receive->{status}, 413, '3 MB - in chunks';
is status(), 'requested', 'neither validates';

# A reply says what it is given, and to whom nginx says.

my @texts = ('","to":"56922222222', '\\', '\\"', "a\nb\x01\x7f", '$to$text',
             '\u0022,', "\x{2028}\x{1f600}", '}]', '%s%n%V');
my $n = 0;

for my $text (@texts) {
    my $answer = $nginx->issue(response_message => encode_utf8($text));
    my $answered = $answer->{json}{code};

    if (!$answered) {
        is $answer->{status}, 400, 'a text of control characters is refused';
        next;
    }

    gateway_message($nginx, text => ">>$answered<<",
        name => $text, id => "$text-$answered");
    ok wait_until(sub { $n < (my @sent = $api->requests) }), 'a reply';

    my $sent = ($api->requests)[$n++];
    is_deeply $sent->{json}, { to => '56911111111', body => { t => $text } },
        'with its text, and to the sender' or diag $sent->{body};
}

gateway_message($nginx, text => ">>$code<<");
ok $receiver->wait_for($code), 'after all of this - the code is validated';

unlike $nginx->error_log, qr/$GATEWAY_SECRET|56911111111|$code/,
    'no secret, number or code in the log';

$nginx->stop;
done_testing;
