# At the level info and above, and in an access log of nginx's own format, no
# log shows a code, a secret, a whole phone number or a callback's query,
# whatever goes wrong in our locations; nor do the logs of the suites before.
# Requests that nginx cannot read as far as a location are nginx's own to log.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw( hmac_sha256_hex );
use IO::Socket::INET ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;
use Test::WhatsAuth::Twilio;
use Time::HiRes qw( sleep );

my $ISSUE = '/api/v1/verification_code';
my $FORM = 'application/x-www-form-urlencoded';
my $SESSION = 'session-9f2c41';

my $ca = make_certificates();
my $stranger = start_receiver(tls => [ $ca->issue('other.test') ]);
my $receiver = start_receiver();
my $provider = start_provider();
my $dns = start_dns('shop.test' => ['127.0.0.1'], 'mute.test' => undef);

my $gone = start_receiver();
my $nobody = $gone->url('/');
$gone->stop;

my ($ann, $bob) = ('56911111111', '56922222222');

my $meta = "meta app_secret=$APP_SECRET verify_token=$VERIFY_TOKEN "
           . "phone_number_id=106540352242922 access_token=$ACCESS_TOKEN";
my $twilio = "twilio account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN";

sub app {
    my ($name, $token, $api, $more) = @_;

    return <<"END";
    whatsauth_app $name {
        token $token;
        phone $PHONE;
        sms on; sms_phone $SMS_PHONE;
        callback_url @{[ $receiver->url("/204?s=$SESSION") ]};
        authorized_callbacks @{[ $receiver->url('/') ]} $nobody
            https://shop.test:@{[ $stranger->port ]}/
            http://mute.test/ http://none.test/;
        callback_retry 100ms;
        callback_secret whsec_a2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=;
        expires 1s;
        response_message "Reply-text-8d11";
        failure_message "Reply-text-8d11";
        expiration_message "Reply-text-8d11";
        $meta api=$api;
        $twilio api=@{[ $provider->twilio(undef, '/400/63016') ]};
        $more
    }
END
}

my $nginx = start_nginx(
    allow => qr/./,
    apps => app('demo', $TOKEN, $provider->meta(undef, '/400/131047'),
                'sms_reply on; reply_limit 2/h 1000/h;')
            . app('slow', 'token-of-tenant-slow', $provider->url('/hang'), ''),
    http => 'whatsauth_callback_timeout 1s; client_body_timeout 1s;'
            . 'limit_req_zone $binary_remote_addr zone=one:1m rate=1r/m;'
            . 'resolver ' . $dns->address . ' ipv6=off;'
            . 'whatsauth_callback_ssl_trusted_certificate ' . $ca->file . ';',
    server => <<'END');
        location = /limited {
            whatsauth verification_code;
            limit_req zone=one;
        }
        location = /small {
            whatsauth messages;
            client_max_body_size 1k;
        }
        location = /denied {
            whatsauth verification_code;
            deny all;
        }
END

my %bearer = (Authorization => "Bearer $TOKEN");
my %codes;

sub code {
    my (%parameter) = @_;

    my $code = $nginx->issue(expires_at => 1, %parameter)->{json}{code}
        or die 'no code';

    $codes{$code} = 1;
    return $code;
}

sub say {
    my ($code, %option) = @_;

    return $nginx->message(text_message(">>$code<<", %option))->{status};
}

# Requests for codes, good and bad

my $late = $nginx->issue->{json}{code};
my $query = "callback_url=http%3A%2F%2F127.0.0.1%2F%3Fs%3D$SESSION"
            . "&authorized_numbers=$ann&response_message=Reply-text-8d11";

$codes{$late} = 1;
say(code(), name => 'John Doe');
say(code(authorized_numbers => "+$bob"), from => $ann) for 1, 2;
code(qr => 1, channel => 'sms');

for my $target ("$ISSUE?$query", "$ISSUE?$query&qr=2", "/limited?$query",
                "/limited?$query", "/denied?$query",
                "/api/v1/nothing?$query")
{
    $nginx->get($target, \%bearer);
    $nginx->get($target, { Authorization => 'Bearer wrong-token-77ab' });
    $nginx->post($target, $query, { %bearer, 'Content-Type' => $FORM });
}

$nginx->post($ISSUE, $query x 500, { %bearer, 'Content-Type' => $FORM });
$nginx->get("/api/v1/messages?hub.mode=subscribe&hub.challenge=1&"
            . "hub.verify_token=$_") for $VERIFY_TOKEN, 'wrong-token-77ab';

# Connections that end early

sub cut_off {
    my ($text) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $nginx->port) or die $!;
    syswrite $socket, $text;
    sleep 0.1;
    close $socket;
}

my $head = "Host: x\r\nAuthorization: Bearer $TOKEN\r\n";

cut_off("GET $ISSUE?$query HTTP/1.1\r\n$head\r\n");
cut_off("POST $ISSUE?$query HTTP/1.1\r\n${head}Content-Type: $FORM\r\n"
        . "Content-Length: 999\r\n\r\n$query");
cut_off("POST $ISSUE?$query HTTP/1.1\r\n${head}Content-Type: $FORM\r\n"
        . "Transfer-Encoding: chunked\r\n\r\nzz\r\n$query");
cut_off("POST /api/v1/messages?api_token=$TOKEN HTTP/1.1\r\nHost: x\r\n"
        . "Content-Type: application/json\r\nContent-Length: 999\r\n\r\n"
        . text_message(">>$late<<"));

# Messages of every kind

my $code = code();
my $body = text_message(">>$code<<");

$nginx->message($body, secret => 'another');
$nginx->message($body, headers => { 'X-Hub-Signature-256' => undef });
$nginx->message($body, target => '/small');
$nginx->message($body x 10, target => "/small?api_token=$TOKEN");
$nginx->message($body, target => "/api/v1/messages?api_token=$TOKEN");
$nginx->message($body, target => '/api/v1/messages?api_token=wrong-token-77ab');
$nginx->message($body) for 1, 2;
say($code, from => $bob);
$nginx->message($_) for substr($body, 0, -9), ">>$code<<", "[\"$ann\"]",
    $body =~ s/"from":"\d+"/"from":{"x":"$ann"}/r;

$code = code();
say($code, message => { context => { forwarded => JSON::PP::true } });
say($code, message => { group_id => 'g' });
say($code, message => { type => 'image' });
say($code, from => $PHONE =~ tr/+//dr);
say($code, timestamp => 1);
say($code, phone_number_id => '5');
say(substr($code, 1));
say("$code<< >>0123456789");
say('0123456789');
sleep 1.1;
say($late);
say(code(), message => { from => undef, from_user_id => 'US.123456789012' },
    value => { contacts => [ { user_id => 'US.123456789012' } ] });

twilio_message($nginx, Body => '>>' . code() . '<<');
twilio_post($nginx, twilio_fields(Body => ">>$code<<"), token => 'another');
twilio_message($nginx, Body => ">>$code<<", From => undef);
twilio_post($nginx, sms_fields(Body => '>>' . code(channel => 'sms') . '<<'));
twilio_message($nginx, Body => ">>$code<<", MessageSid => undef);

# Sites of every kind

my @sites = ((map { $receiver->url("/$_") } qw( 500 302 reset close garbage
                   cut header/70000 hang drip 410 )), $nobody,
             'http://mute.test/', 'http://none.test/',
             $stranger->url('/', 'shop.test'));

for my $site (@sites) {
    say(code(callback_url => "$site?s=$SESSION&n=$ann", token => $_))
        for $TOKEN, 'token-of-tenant-slow';
}

# While workers come and go

say(code(callback_url => $receiver->url("/hang?s=$SESSION")));
$nginx->kill_worker(($nginx->workers)[0]);
$nginx->reload;

wait_until { !grep { $_->{state} ne 'kept' && $_->{status} ne 'requested' }
             $nginx->records } 20;

cmp_ok scalar(grep { $_->{status} eq 'validated' && $_->{state} eq 'kept' }
              $nginx->records), '>', 2, 'there were logins';

# The log has to say something of all this, or this test proves nothing.

my $log = $nginx->error_log;

for my $told ('reason=unknown', 'reason=used', 'reason=expired',
    'reason=forwarded', 'reason=phone_number_not_authorized',
    'reason=reply_limit', 'reply was not accepted', 'cannot be understood',
    'did not answer in time', 'could not be resolved', 'certificate',
    'limiting requests', 'access forbidden', 'too large body',
    'prematurely closed', 'Connection refused')
{
    like $log, qr/\Q$told\E/, "the log tells: $told";
}

my $access = $nginx->access_log;

$nginx->stop;

# And what it may not say

my %hidden = (
    'the number of a sender' => qr/$ann|$bob/,
    'the query of a callback' => qr/\Q$SESSION\E/,
    'arguments' => qr/callback_url=|hub\.|api_token=/,
    'a token' => qr/\Q$TOKEN\E|token-of-tenant-slow|wrong-token-77ab/,
    'a token of a provider' => qr/\Q$ACCESS_TOKEN\E|\Q$AUTH_TOKEN\E/,
    'a secret' => qr/\Q$APP_SECRET\E|\Q$VERIFY_TOKEN\E|whsec_/,
    'a signature' => qr/sha256=|@{[ hmac_sha256_hex($body, $APP_SECRET) ]}/,
    'a text' => qr/Reply-text-8d11/,
    'the name of a user' => qr/John Doe/,
    'a user id' => qr/US\.123456789012/,
    'a message' => qr/>>|%3E%3E/,
    'a code' => join('|', map { quotemeta } keys %codes),
);

for my $what (sort keys %hidden) {
    my @lines = grep { /$hidden{$what}/ } split /\n/, "$log$access";
    is_deeply \@lines, [], "no log shows $what";
}

# Logs of the suites before

my @shown;

for my $file (glob "$TOP/build/t/slot-*/*/error.log $TOP/build/t/slot-*/"
              . 'servroot*/logs/error.log')
{
    open my $in, '<', $file or next;
    push @shown, map { "$file: $_" }
        grep { !/\[(?:debug|emerg)\]/ && /\Q$APP_SECRET\E|\Q$VERIFY_TOKEN\E
            |\Q$TOKEN\E|\Q$ACCESS_TOKEN\E|\Q$AUTH_TOKEN\E
            |(?<!\d)569(?:1{8}|2{8}|3{8})(?!\d)|>>[0-9a-f]{10}<</x } <$in>;
}

is_deeply \@shown, [], 'no log of the suites before shows what it may not';

done_testing;
