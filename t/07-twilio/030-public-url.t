# The URL that Twilio signs is the public one, which nginx behind a proxy
# knows by whatsauth_public_url.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();
my $callback = $receiver->url('/204');
my ($front, $inner, $tls) = map { slot_port($_) } 10 .. 12;
my $servers = 0;
my ($certificate, $key) = make_certificates()->issue('login.test');

# The proxy takes the place of a load balancer that ends TLS: the nginx that
# it passes to sees http, another Host and what clients claim.

sub behind_a_proxy {
    my ($http) = @_;

    my $port = slot_port($servers++);

    return start_nginx(http => $http, allow => qr/cannot be understood/,
        apps => twilio_app(callback_url => $callback),
        server => <<"END");
    }

    server {
        listen 127.0.0.1:$front;

        location / {
            proxy_pass http://127.0.0.1:$port;
            proxy_set_header Host inner.test:8080;
        }
    }

    server {
        listen 127.0.0.1:$inner ssl;
        ssl_certificate $certificate;
        ssl_certificate_key $key;

        location /api/v1/ {
            whatsauth on;
        }
    }

    server {
        listen 127.0.0.1:$tls;

        location / {
            proxy_pass https://127.0.0.1:$inner;
            proxy_ssl_session_reuse off;
            proxy_set_header Host \$http_host;
        }
END
}

sub through {
    my ($nginx, $port, $url, %headers) = @_;

    my $code = $nginx->issue->{json}{code};
    local $nginx->{port} = $port;
    my $status = twilio_post($nginx, twilio_fields(Body => ">>$code<<"),
        target => $url =~ s{^\w+://[^/]+}{}r, url => $url,
        headers => \%headers)->{status};

    return $status == 200 && $receiver->wait_for($code) ? 'validated'
                                                        : $status;
}

my $nginx = behind_a_proxy('whatsauth_public_url https://login.test;');
my $direct = $nginx->port;

is through($nginx, $front, 'https://login.test/api/v1/messages'), 'validated',
    'proxy - the public URL';
is through($nginx, $front, 'https://login.test:443/api/v1/messages'),
    'validated', 'proxy - with its port';
is through($nginx, $front, 'https://login.test/api/v1/messages?app=demo'),
    'validated', 'proxy - with the name of the app';
is through($nginx, $front, 'http://login.test/api/v1/messages'), 401,
    'proxy - the public host with http';
is through($nginx, $front, 'http://inner.test:8080/api/v1/messages'), 401,
    'proxy - the host that the proxy sends';
is through($nginx, $front, 'https://other.test/api/v1/messages',
           Host => 'other.test', 'X-Forwarded-Host' => 'other.test',
           'X-Forwarded-Proto' => 'https'), 401,
    'proxy - what a client claims to have called';
is through($nginx, $direct, 'https://login.test/api/v1/messages',
           Host => 'other.test'), 'validated',
    'proxy - the Host header does not matter';

is through($nginx, $tls, 'https://login.test/api/v1/messages',
           Host => 'other.test'), 'validated',
    'TLS - the Host header does not matter';
is through($nginx, $tls, 'https://other.test/api/v1/messages',
           Host => 'other.test'), 401, 'TLS - nor does it make a URL good';

$nginx->stop;

# Spellings of one URL, with and without the default port

my %urls = (
    'https://login.test/' => [ 'https://login.test', 'https://login.test:443' ],
    'https://login.test:443' => [ 'https://login.test' ],
    'http://login.test' => [ 'http://login.test', 'http://login.test:80' ],
    'https://login.test:8443' => [ 'https://login.test:8443',
                                   'https://login.test' ],
);

for my $public (sort keys %urls) {
    $nginx = behind_a_proxy("whatsauth_public_url $public;");

    is through($nginx, $nginx->port, "$_/api/v1/messages"), 'validated',
        "$public - $_" for @{ $urls{$public} };
    is through($nginx, $nginx->port, "$_/api/v1/messages"), 401,
        "$public - not $_"
        for 'https://login.test:1', 'https://login.test.evil.test',
            'ftp://login.test';

    $nginx->stop;
}

done_testing;
