# Over HTTP/2 and TLS.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

plan skip_all => 'curl without HTTP/2'
    unless `curl --version 2>/dev/null` =~ /^Features:.*\bHTTP2\b/m;

my $ca = make_certificates();
my ($certificate, $key) = $ca->issue('login.test');
my $port = slot_port(10);

my $nginx = start_nginx(server => <<"END");
    }

    server {
        listen 127.0.0.1:$port ssl http2;
        ssl_certificate $certificate;
        ssl_certificate_key $key;

        location /api/v1/ {
            whatsauth on;
        }
END

sub curl {
    my (@options) = @_;

    my @command = ('curl', '-sS', '-i', '--http2', '--max-time', 10,
        '--cacert', $ca->file, '--resolve', "login.test:$port:127.0.0.1",
        @options);
    open my $in, '-|', @command or die "curl: $!\n";
    local $/;
    return scalar <$in>;
}

my $url = "https://login.test:$port/api/v1";
my $answer = curl('-H', "Authorization: Bearer $TOKEN",
                  "$url/verification_code");

like $answer, qr{^HTTP/2 200}, 'HTTP/2 - a code';
my ($code) = $answer =~ /"code":"([0-9a-f]{10})"/;
ok $code, 'in the body';
like $answer, qr/^whatsauth-id: [0-9a-f-]{36}\r$/m, 'and the headers';

like curl("$url/verification_code"), qr{^HTTP/2 401.*"invalid_token"}s,
    'HTTP/2 - no token';

my $body = text_message(">>$code<<");
like curl('-H', 'Content-Type: application/json', '-H',
          'X-Hub-Signature-256: ' . signature($body), '--data-binary', $body,
          "$url/messages"), qr{^HTTP/2 200}, 'HTTP/2 - a message';
ok wait_until(sub {
    grep { $_->{status} eq 'validated' } $nginx->records
}), 'which validates the code';

$nginx->stop;
done_testing;
