# The request that a site receives, byte for byte.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( time );

binmode Test::More->builder->$_, ':utf8' for qw( output failure_output );

my $receiver = start_receiver();
my $nginx = start_nginx(quiet => 1,
    callback_url => $receiver->url('/204'),
    app => 'expires 3m;');

sub log_in {
    my ($parameters, %message) = @_;

    my $issued = $nginx->issue(%$parameters);
    my $code = $issued->{json}{code};
    my $body = text_message(">>$code<<", %message);

    is $nginx->message($body)->{status}, 200, 'a message is taken';
    return $code, $issued->{headers}, $receiver->wait_for($code);
}

# Body and headers

my $before = time;
my ($code, $headers, $request) = log_in({});
my $id = $headers->{'whatsauth-id'};
my $iso = qr/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

like $request->{body}, qr/\A\{"id":"$id","status":"validated",
    "verification_code":"$code","phone_number":"\+56911111111",
    "profile_name":"John\ Doe",
    "expires_at":"\Q$headers->{'whatsauth-expires-at'}\E",
    "requested_at":"$iso","validated_at":"$iso",
    "authorized_numbers":\[\],"error":null\}\z/x,
    'callback - keys in order, without a space';

my $json = $request->{json};
cmp_ok $json->{requested_at}, 'le', $json->{validated_at},
    'callback - asked for before it was validated';
cmp_ok $json->{validated_at}, 'lt', $json->{expires_at}, 'and that in time';

is $request->{method}, 'POST', 'callback - method';
is $request->{target}, '/204', 'callback - target';

my %header = %{ $request->{headers} };
my $timestamp = delete $header{'webhook-timestamp'};

like delete $header{'user-agent'}, qr{^whatsauth/\d+\.\d+\.\d+$},
    'callback - User-Agent';
is_deeply \%header, {
    'accept' => '*/*',
    'connection' => 'close',
    'content-length' => length $request->{body},
    'content-type' => 'application/json',
    'host' => '127.0.0.1:' . $receiver->port,
    'webhook-id' => $id,
    'whatsauth-channel' => 'whatsapp',
}, 'callback - the other headers, and none more';
like $timestamp, qr/^\d+$/, 'callback - webhook-timestamp in seconds';
cmp_ok abs($timestamp - $before), '<=', 20, 'and of now';

# Names

my $name = qq{Zoë "Q" \\ </script> \x{1F600}};
(undef, undef, $request) = log_in({}, name => $name);
is $request->{json}{profile_name}, $name, 'callback - a name with everything';

(undef, undef, $request) = log_in({}, name => "a\nb\tc");
unlike $request->{json}{profile_name}, qr/[\n\t]/,
    'callback - a name without control characters';

# Targets: the app's own URL with any query, as it was given.

for my $query ('?session=a+b%20c&x[]=1&x[]=2&empty=', '?', '??a=%zz&&',
               '?url=http://other.test/%2F..%2f')
{
    (undef, undef, $request)
        = log_in({ callback_url => $receiver->url("/204$query") });
    is $request->{target}, "/204$query", "callback - the query $query";
}

$nginx->{callback_url} = $receiver->url('');
$nginx->write_config($nginx->config);
$nginx->reload;

(undef, undef, $request) = log_in({});
is $request->{target}, '/', 'callback - a URL without a path';
(undef, undef, $request)
    = log_in({ callback_url => $receiver->url('?x=1') });
is $request->{target}, '/?x=1', 'callback - nor a slash before its query';

$nginx->stop;
done_testing;
