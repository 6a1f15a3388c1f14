# Over TLS, by HTTP/2 and by HTTP/3, where nginx and curl know them.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $curl = `curl --version 2>/dev/null`;
my $built = `@{[ $ENV{TEST_NGINX_BINARY} || 'nginx' ]} -V 2>&1`;

my %versions = map { $_ => $built =~ /--with-http_v${_}_module/
                           && $curl =~ /^Features:.*\bHTTP$_\b/m } 2, 3;

plan skip_all => 'neither HTTP/2 nor HTTP/3 in nginx and curl'
    unless grep { $_ } values %versions;

my $ca = make_certificates();
my ($certificate, $key) = $ca->issue('login.test');
my $port = slot_port(10);
my $quic = $versions{3} ? "listen 127.0.0.1:$port quic reuseport;" : '';
my $http2 = $versions{2} ? 'http2' : '';

my $nginx = start_nginx(server => <<"END");
    }

    server {
        listen 127.0.0.1:$port ssl $http2;
        $quic
        ssl_certificate $certificate;
        ssl_certificate_key $key;

        location /api/v1/ {
            whatsauth on;
        }
END

my $url = "https://login.test:$port/api/v1";

sub curl {
    my ($version, @options) = @_;

    my @command = ('curl', '-sS', '-i', '--max-time', 10,
        $version == 3 ? '--http3-only' : '--http2', '--cacert', $ca->file,
        '--resolve', "login.test:$port:127.0.0.1", @options);
    open my $in, '-|', @command or die "curl: $!\n";
    local $/;
    return scalar <$in>;
}

for my $version (2, 3) {
    SKIP: {
        skip "HTTP/$version is not in nginx or curl", 7
            unless $versions{$version};
        login_over($version);
    }
}

sub login_over {
    my ($version) = @_;

    my $title = "HTTP/$version";
    my $answer = curl($version, '-H', "Authorization: Bearer $TOKEN",
                      "$url/verification_code");

    like $answer, qr{^HTTP/$version 200}, "$title - a code";
    my ($code) = $answer =~ /"code":"([0-9a-f]{10})"/;
    ok $code, 'in the body';
    my ($id) = $answer =~ /^whatsauth-id: ([0-9a-f-]{36})\r$/m;
    ok $id, 'and the headers';

    like curl($version, "$url/verification_code"),
        qr{^HTTP/$version 401.*"invalid_token"}s, "$title - no token";

    like curl($version, '-H', "Authorization: Bearer $TOKEN", '-d', 'qr=1',
              "$url/verification_code"), qr{^HTTP/$version 200.*/qr/}s,
        "$title - a form";

    my $body = text_message(">>$code<<" . ' and more' x 2000);
    like curl($version, '-H', 'Content-Type: application/json', '-H',
              'X-Hub-Signature-256: ' . signature($body), '--data-binary',
              $body, "$url/messages"), qr{^HTTP/$version 200},
        "$title - a message";
    ok wait_until(sub {
        grep { $_->{status} eq 'validated' && $_->{id} eq $id } $nginx->records
    }), 'which validates the code';
}

$nginx->stop;
done_testing;
