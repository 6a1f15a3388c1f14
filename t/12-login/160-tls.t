# The login page over TLS, by HTTP/1.1 and HTTP/2, and HTTP/3 where nginx and
# curl have it, as a client sees it that trusts a certificate only for its name
# and keeps cookies only as the prefix __Host- allows: curl.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );

my $HOST = 'login.test';
my $COOKIE = qr/=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax\r$/m;

my $ca = make_certificates();
my ($cert, $key) = $ca->issue($HOST);
my $folder = slot_folder();
my $port = slot_port(18);
my $quic = listen_quic($port);

my $nginx = start_nginx(
    app => 'login on; confirm off; authorized_origins https://shop.test;',
    server => <<"END");
        listen 127.0.0.1:$port ssl http2;
        $quic
        ssl_certificate $cert;
        ssl_certificate_key $key;
        location /login/ { whatsauth_login demo; }
END

# One request with the cookies of this protocol's browser.

sub curl {
    my ($http, $path, @options) = @_;

    open my $out, '-|', 'curl', '-si', '-m', 20, http($http),
        '--cacert', $ca->file, '--resolve', "$HOST:$port:127.0.0.1",
        '-b', "$folder/jar-$http", '-c', "$folder/jar-$http", @options,
        "https://$HOST:$port$path" or die "curl: $!\n";

    my $said = do { local $/; <$out> } // '';
    my ($head, $body) = split /\r\n\r\n/, $said, 2;
    my ($status) = ($head // '') =~ m{^HTTP/\S+ (\d+)};

    return { status => $status // 0, head => "$head\r\n", body => $body };
}

sub post {
    my ($http, $name, @options) = @_;

    return curl($http, "/login/$name", '-X', 'POST',
                '-H', "Origin: https://$HOST:$port", '-d', '', @options);
}

sub state_of {
    my ($answer) = @_;

    my ($state) = $answer->{body} =~ /\bdata-state="(\w+)"/;
    return $state // '';
}

# The cookies that a browser would show

sub jar {
    my ($http) = @_;

    open my $in, '<', "$folder/jar-$http" or return {};
    return { map { my @field = split /\t/;
                   @field == 7 ? ($field[5] => $field[6]) : () }
             map { s/^#HttpOnly_|\n//gr } <$in> };
}

# The option of curl for a version.

sub http {
    my ($http) = @_;

    return $http eq '3' ? '--http3-only' : "--http$http";
}

for my $http ('1.1', '2', $quic ? '3' : ()) {
    my $page = curl($http, '/login/');
    is $page->{status}, 200, "HTTP/$http - the page";
    like $page->{head}, qr{^HTTP/$http }, "HTTP/$http - by that protocol";
    like $page->{head}, qr{script-src https://$HOST:$port/login/page\.js;},
        "HTTP/$http - the policy names the page's own scheme and port";

    my $start = post($http, 'start');
    is $start->{status}, 303, "HTTP/$http - start";
    like $start->{head}, qr/^Set-Cookie: __Host-wa-claim-demo$COOKIE/im,
        "HTTP/$http - the claim's cookie";
    unlike $start->{head}, qr/^Set-Cookie: wa-/im,
        "HTTP/$http - none without the prefix";

    $page = curl($http, '/login/');
    is state_of($page), 'send', "HTTP/$http - the cookie comes back";

    my ($code) = $page->{body} =~ /&gt;&gt;(\w+)&lt;&lt;/;
    my ($qr) = $page->{body} =~ m{/login/(qr/[\w-]+\.svg)};
    like curl($http, "/login/$qr")->{head}, qr{^Content-Type: image/svg}im,
        "HTTP/$http - the QR code";

    # The state as it is, and as it changes

    my $events = "$folder/events-$http";
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDOUT, '>', $events;
        exec 'curl', '-sN', '-m', 20, http($http), '--cacert', $ca->file,
             '--resolve', "$HOST:$port:127.0.0.1", '-b', "$folder/jar-$http",
             '-H', 'Accept: text/event-stream',
             "https://$HOST:$port/login/status";
    }

    ok wait_until(sub { try_read_file($events)
                        =~ /"requested"/ }),
        "HTTP/$http - events of the login";
    is $nginx->message(text_message(">>$code<<"))->{status}, 200,
        "HTTP/$http - the message";
    waitpid $pid, 0;
    is $? >> 8, 0, "HTTP/$http - the events end whole";
    like try_read_file($events), qr/"validated".*\n\n\z/,
        "HTTP/$http - with the login";

    my $finish = post($http, 'finish', '-d', 'return=/private/');
    is $finish->{status}, 303, "HTTP/$http - finish";
    like $finish->{head}, qr{^Location: /private/\r$}im,
        "HTTP/$http - to where it came from";
    like $finish->{head}, qr/^Set-Cookie: __Host-wa-demo$COOKIE/im,
        "HTTP/$http - the session's cookie";
    is_deeply [ sort keys %{ jar($http) } ], ['__Host-wa-demo'],
        "HTTP/$http - which alone the browser keeps";

    is state_of(curl($http, '/login/')), 'session',
        "HTTP/$http - a session";

    my $plain = $nginx->get('/login/', { Host => $HOST,
        Cookie => 'wa-demo=' . jar($http)->{'__Host-wa-demo'} });
    like $plain->{body}, qr/data-state="start"/,
        "HTTP/$http - a cookie without the prefix counts for nothing";

    is post($http, 'logout')->{status}, 303, "HTTP/$http - logout";
    is_deeply jar($http), {}, "HTTP/$http - no cookie is left";
}

# Pages of other sites

for my $case (
    [ 'another host', 'https://evil.test' ],
    [ 'another port', "https://$HOST" ],
    [ 'another scheme', "http://$HOST:$port" ],
    [ 'a host that begins so', "https://$HOST.evil.test:$port" ],
    [ 'null', 'null' ],
) {
    my ($what, $origin) = @$case;

    is curl(2, '/login/start', '-d', '', '-H', "Origin: $origin")->{status},
        403, "a page of $what - is refused";
}

my $widget = curl(2, '/login/start', '-d', '', '-H',
                  'Origin: https://shop.test');
is $widget->{status}, 200, 'a listed origin - is served';
unlike $widget->{head}, qr/^Set-Cookie:/im, 'and no cookie is set';

$nginx->stop;
done_testing;
