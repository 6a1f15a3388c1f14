# Over HTTP/2 and TLS, and over HTTP/3 where nginx and curl have it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $curl_built = `curl --version 2>/dev/null`;

my $ca = make_certificates();
my ($certificate, $key) = $ca->issue('login.test');
my $port = slot_port(10);
my $url = "https://login.test:$port/api/v1";

my $quic = listen_quic($port);

my $nginx = start_nginx(server => <<"END");
    }

    server {
        listen 127.0.0.1:$port ssl http2;
        $quic
        ssl_certificate $certificate;
        ssl_certificate_key $key;

        location /api/v1/ {
            whatsauth on;
        }
END

SKIP: {
    skip 'curl without HTTP/2', 1 unless $curl_built =~ /\bHTTP2\b/;
    log_in('HTTP/2', '--http2');
}

SKIP: {
    skip 'nginx or curl without HTTP/3', 1 unless $quic;
    log_in('HTTP/3', '--http3-only');
}

$nginx->stop;
done_testing;


sub log_in {
    my ($version, $option) = @_;

    my $answer = curl($option, '-H', "Authorization: Bearer $TOKEN",
                      "$url/verification_code");

    like $answer, qr{^$version 200}, "$version - a code";
    my ($code) = $answer =~ /"code":"([0-9a-f]{10})"/;
    ok $code, 'in the body';
    like $answer, qr/^whatsauth-id: [0-9a-f-]{36}\r$/m, 'and the headers';

    like curl($option, '-X', 'POST', '-H', "Authorization: Bearer $TOKEN",
              "$url/verification_code"),
        qr{^$version 200}, "$version - a POST without a body";

    like curl($option, "$url/verification_code"),
        qr{^$version 401.*"invalid_token"}s, "$version - no token";

    # Unlike in HTTP/1.1 a body may come with neither length nor chunks.
    my $body = text_message(">>$code<<");
    like curl($option, '-H', 'Content-Type: application/json', '-H',
              'X-Hub-Signature-256: ' . signature($body), '--data-binary',
              $body, '-H', 'Content-Length:', "$url/messages"),
        qr{^$version 200}, "$version - a message";
    ok wait_until(sub {
        grep { $_->{code} eq $code && $_->{status} eq 'validated' }
             $nginx->records
    }), 'which validates the code';
}


sub curl {
    my (@options) = @_;

    my @command = ('curl', '-sS', '-i', '--max-time', 10, '--cacert',
        $ca->file, '--resolve', "login.test:$port:127.0.0.1", @options);
    open my $in, '-|', @command or die "curl: $!\n";
    local $/;
    return scalar <$in>;
}
