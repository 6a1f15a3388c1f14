# The gate over TLS, by HTTP/1.1 and HTTP/2, and HTTP/3 where nginx and curl
# have it: names with __Host- and cookies in one header or in several.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $HOST = 'wiki.test';

my $ca = make_certificates();
my ($cert, $key) = $ca->issue($HOST);
my $folder = slot_folder();
my $port = slot_port(18);
my $quic = listen_quic($port);
my $site = start_receiver();
my $upstream = $site->port;

my $nginx = start_nginx(app => 'login on; confirm off;', server => <<"END");
        listen 127.0.0.1:$port ssl http2;
        $quic
        ssl_certificate $cert;
        ssl_certificate_key $key;
        whatsauth_gate_numbers any;
        location /login/ { whatsauth_login demo; }
        location / {
            whatsauth_gate demo;
            proxy_pass http://127.0.0.1:$upstream/200/;
            proxy_set_header X-User \$whatsauth_subject;
        }
END

sub curl {
    my ($http, $path, @options) = @_;

    return stranger($http, $path, '-b', "$folder/jar-$http",
                    '-c', "$folder/jar-$http", @options);
}

sub stranger {
    my ($http, $path, @options) = @_;

    open my $out, '-|', 'curl', '-si', '-m', 20, http($http),
        '--cacert', $ca->file, '--resolve', "$HOST:$port:127.0.0.1",
        '-H', 'Accept: text/html', @options,
        "https://$HOST:$port$path" or die "curl: $!\n";

    my $said = do { local $/; <$out> } // '';
    my ($head, $body) = split /\r\n\r\n/, $said, 2;
    my ($status) = ($head // '') =~ m{^HTTP/\S+ (\d+)};

    return { status => $status // 0, head => "$head\r\n", body => $body };
}

# The option of curl for a version.

sub http {
    my ($http) = @_;

    return $http eq '3' ? '--http3-only' : "--http$http";
}

for my $http ('1.1', '2', $quic ? '3' : ()) {
    my $url = '/a/b?c=%26';
    my $answer = curl($http, $url);
    is $answer->{status}, 401, "HTTP/$http - the page in place";
    like $answer->{head}, qr{^HTTP/$http }, "HTTP/$http - by that protocol";
    like $answer->{head}, qr{script-src https://$HOST:$port/login/page\.js;},
        "HTTP/$http - with the login page's policy";

    $answer = curl($http, '/login/start', '-H', "Origin: https://$HOST:$port",
                   '--data-urlencode', "return=$url");
    is $answer->{status}, 303, "HTTP/$http - start";
    $answer = curl($http, $url);
    my ($text) = $answer->{body} =~ m{https://wa\.me/[^?"]+\?text=([^"&]+)};
    $nginx->message(text_message($text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger,
                                 from => '56911111111'));

    $answer = curl($http, $url);
    is $answer->{status}, 303, "HTTP/$http - collects";
    like $answer->{head}, qr{^location: \Q$url\E\r$}mi,
        "HTTP/$http - and leads to the same URL";
    like $answer->{head},
        qr/^set-cookie: __Host-wa-demo=[\w-]{43}; Path=\/; Secure; HttpOnly/mi,
        "HTTP/$http - with a cookie of this host alone";

    $answer = curl($http, $url, '-H', 'Cookie: theme=dark');
    is $answer->{status}, 200, "HTTP/$http - is let in";

    my ($request) = reverse $site->requests;
    is $request->{headers}{'x-user'}, '56911111111', "HTTP/$http - as itself";
    is $request->{headers}{cookie}, 'theme=dark',
        "HTTP/$http - and the site sees no cookie of ours";

    $answer = stranger($http, $url, '-H', 'Sec-Fetch-Mode: cors',
                       '-H', 'Sec-Fetch-Dest: empty');
    is $answer->{status}, 401, "HTTP/$http - a script without a session";
    like $answer->{head}, qr/^content-type: application\/problem\+json/mi,
        "HTTP/$http - has a problem";
}

$nginx->stop;

done_testing;
