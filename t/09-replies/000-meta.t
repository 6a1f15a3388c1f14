# A reply by Meta's API: the bytes of its request, and its way there.

use strict;
use warnings;

use lib 't/lib';
use Encode qw( decode_utf8 encode_utf8 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;

my $ca = make_certificates();
my $provider = start_provider(tls => [ $ca->issue('graph.test') ]);
my $receiver = start_receiver();
my $dns = start_dns('graph.test' => ['127.0.0.1']);
my $api = $provider->meta('graph.test');

my $text = "You're in: \"caf\xc3\xa9\" \\ \$1 \${host} \xf0\x9f\x98\x80";
my $quoted = $text =~ s/(["\\])/\\$1/gr;

my $nginx = start_nginx(quiet => 1,
    http => 'resolver ' . $dns->address . ' ipv6=off;'
            . 'whatsauth_callback_ssl_trusted_certificate ' . $ca->file . ';',
    apps => <<"END_OF_APPS");
    whatsauth_app demo {
        token $TOKEN;
        phone $PHONE;
        callback_url @{[ $receiver->url('/204') ]};
        callback_secret none;
        meta app_secret=$APP_SECRET phone_number_id=106540352242922
             access_token=$ACCESS_TOKEN api=$api;
        response_message "$quoted";
        reply_limit 1000/h 1000/h;
    }
END_OF_APPS

my $code = $nginx->issue->{json}{code};
my $callback = text_message(">>$code<<", id => 'wamid.HBgLNTY5=');

is $nginx->message($callback)->{status}, 200, 'reply - a message';

my ($reply) = $provider->replies(1);

ok defined $reply, 'is replied to' or $nginx->stop, done_testing, exit;
is $reply->{method}, 'POST', 'reply - the method';
is $reply->{target}, '/v26.0/106540352242922/messages', 'the path';
is $reply->{sni}, 'graph.test', 'the name, with the handshake';

like delete $reply->{headers}{'user-agent'}, qr{^whatsauth/[\d.]+$},
    'reply - says who sends it';
is_deeply $reply->{headers}, {
    host => 'graph.test:' . $provider->port,
    accept => 'application/json',
    connection => 'close',
    authorization => "Bearer $ACCESS_TOKEN",
    'content-type' => 'application/json',
    'content-length' => length encode_utf8($reply->{body}),
}, 'reply - all other headers';

my $json_text = decode_utf8($text) =~ s/(["\\])/\\$1/gr;

is $reply->{body}, '{"messaging_product":"whatsapp",'
    . '"recipient_type":"individual","to":"+56911111111",'
    . '"context":{"message_id":"wamid.HBgLNTY5="},"type":"text",'
    . '"text":{"preview_url":false,"body":"' . $json_text . '"}}',
    'reply - the body, in which the text is as it was configured';

# The text of the request for the code

my $own = "Bienvenido \x{1f44b}\n\"se\x{f1}or\" \$host + 100 %";
$code = $nginx->issue(response_message => encode_utf8($own))->{json}{code};
$nginx->message(text_message(">>$code<<"));

is +($provider->replies(2))[1]{json}{text}{body}, $own,
    "reply - the code's own text goes before the app's";

# The number goes out with a plus, which the API needs to know the country.

for my $from ('5511987654321', '5215512345678', '16505551234') {
    my $before = $provider->count;

    $code = $nginx->issue->{json}{code};
    $nginx->message(text_message(">>$code<<", from => $from));
    is +($provider->replies($before + 1))[$before]{json}{to}, "+$from",
        "reply - to $from";
}

# Once, whatever comes again

$code = $nginx->issue->{json}{code};
my $body = text_message(">>$code<<");
my $before = $provider->count;

$nginx->together(map { [ $nginx->message_request($body) ] } 1 .. 20);
$nginx->message(text_message(">>$code<<"));
ok $provider->stays_at($before + 1),
    'reply - one, to a message that comes twenty times';

is scalar(() = $receiver->requests), $provider->count,
    'reply - as many as there were callbacks';
unlike $nginx->error_log, qr/was not accepted|\Q$ACCESS_TOKEN\E|56911111111/,
    'the API took all, and the log holds no token or number';

$nginx->stop;
done_testing;
