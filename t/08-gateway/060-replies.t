# A reply by a gateway's API: the URL and the JSON that the operator wrote.

use strict;
use warnings;

use lib 't/lib';
use Encode qw( encode_utf8 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Gateway;

my $ca = make_certificates();
my $api = start_receiver(tls => [ $ca->issue('api.test') ]);
my $receiver = start_receiver();
my $dns = start_dns('api.test' => ['127.0.0.1']);

my $text = 'caf' . "\xc3\xa9" . ' \\"quoted\\" \\\\ $to $text {}';

sub app {
    my ($name, $reply, $more) = @_;

    return gateway_app(name => $name, token => "token-of-tenant-$name",
        callback_url => $receiver->url('/204'),
        gateway => "name=$name secret=secret-of-gateway-$name "
                   . "header=X-Acme-Signature prefix=sha256= $POINTERS $reply",
        more => "response_message \"$text\"; reply_limit 1000/h 1000/h; "
                . ($more // ''));
}

sub reply {
    my ($path, $json) = @_;

    return 'reply_url=' . $api->url($path, 'api.test') . " 'reply_body=$json'";
}

my $nginx = start_nginx(
    http => 'resolver ' . $dns->address . ' ipv6=off;'
            . 'whatsauth_callback_ssl_trusted_certificate ' . $ca->file . ';',
    allow => qr/replies refused|was not accepted|works again/,
    apps => app('rich', reply('/200/v1/send?key=a%20b&x=1',
                '{"chat":"$to@c.us", "body":{"text":"<$text>"},"n":[1,"$to"]}'))
            . app('mute', '')
            . app('quiet', reply('/200', '["$to","$text"]'), 'sandbox on;')
            . app('wrong', reply('/401', '["$to","$text"]')));

sub login {
    my ($name, %option) = @_;

    my $code = $nginx->issue(token => "token-of-tenant-$name",
                             %{ $option{issue} // {} })->{json}{code};

    gateway_post($nginx, gateway_body(text => ">>$code<<",
                                      %{ $option{body} // {} }),
                 secret => "secret-of-gateway-$name");
    return $code;
}

sub sent {
    my ($wanted) = @_;

    wait_until { scalar(my @sent = $api->requests) >= $wanted };
    return ($api->requests)[$wanted - 1];
}

ok $receiver->wait_for(login('rich')), 'a login';

my $reply = sent(1);

is $reply->{method}, 'POST', 'the reply is a POST';
is $reply->{target}, '/200/v1/send?key=a%20b&x=1',
    'to the URL as it is written, with its query';
is $reply->{sni}, 'api.test', 'over TLS';

like delete $reply->{headers}{'user-agent'}, qr{^whatsauth/[\d.]+$},
    'reply - says who sends it';
is_deeply $reply->{headers}, {
    host => 'api.test:' . $api->port,
    accept => 'application/json',
    connection => 'close',
    'content-type' => 'application/json',
    'content-length' => length encode_utf8($reply->{body}),
}, 'reply - all other headers, and no authorization';

my $said = "caf\x{e9} \"quoted\" \\ \$to \$text {}";

is_deeply $reply->{json},
    { chat => '56911111111@c.us', body => { text => "<$said>" },
      n => [ 1, '56911111111' ] },
    'reply - the text stays inside of its string';

login('rich', issue => { authorized_numbers => '+56922222222',
                         failure_message => 'No.' });
is sent(2)->{json}{body}{text}, '<No.>',
    'reply - a failure_message';

# Logins without a reply

ok $receiver->wait_for(login('mute')), 'no reply_url - a login';
ok $receiver->wait_for(login('quiet')), 'the sandbox - a login';
login('rich', issue => { failure_message => 'No number.' },
      body => { from => '123456789012345@lid' });
sleep 1;
is scalar(my @sent = $api->requests), 2,
    'neither has a reply, nor a hidden number';

# A refusal of the API

ok $receiver->wait_for(login('wrong')), 'an API that refuses - a login';
ok wait_until { $nginx->error_log =~ /replies refused by/ },
    'is said to the operator';
like $nginx->error_log,
    qr/replies refused by \S+, status 401, error 0, count=1, app=wrong/,
    'by status and app';

unlike $nginx->error_log, qr/key=a|secret-of-gateway|56911111111/,
    'no query, secret or number in the log';

$nginx->stop;
done_testing;
