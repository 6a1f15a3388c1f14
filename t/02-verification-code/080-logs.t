# Logs never show the arguments, the code or the token of a request.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );

my $folder = slot_folder();

# Each way to refuse a request, in each kind of location

my %refusals = (
    limit_req => [ 503, 'limit_req zone=all;' ],
    deny => [ 403, 'deny all;' ],
    auth_basic => [ 401, 'auth_basic x; auth_basic_user_file none;' ],
    auth_request => [ 403, 'auth_request /no;' ],
    return => [ 410, 'return 410;' ],
    body => [ 413, 'client_max_body_size 1k;' ],
    chunked => [ 413, 'client_max_body_size 1k;' ],
);
my %kinds = (
    'a prefix' => [ '/%s/', 'on', '/messages' ],
    'a prefix that goes before others' => [ '^~ /%s/', 'on', '/messages' ],
    'an exact' => [ '= /%s', 'messages', '' ],
    'a regex' => [ '~ ^/%s/[a-z]+$', 'messages', '/any' ],
    'a regex without case' => [ '~* ^/%s/[A-Z]+$', 'messages', '/any' ],
    'a rewritten' => [ '= /new-%s', 'messages', '' ],
);
my (@refused, $locations);

for my $how (sort keys %refusals) {
    for my $kind (sort keys %kinds) {

        # nginx calls nobody between the new URI and this refusal.
        next if $how eq 'body' && $kind eq 'a rewritten';

        my ($name, $value, $rest) = @{ $kinds{$kind} };
        my $path = "$how-" . @refused;

        push @refused, [ "$how, $kind location", "/$path$rest", $how ];
        $locations .= sprintf "location $name { whatsauth $value; %s }\n",
                      $path, $refusals{$how}[1];
        $locations .= "location = /$path { rewrite ^ /new-$path last; }\n"
            if $kind eq 'a rewritten';
    }
}

my $nginx = start_nginx(
    http => 'log_format told "$request|$whatsauth_app|$whatsauth_result'
            . '|$whatsauth_id|"; limit_req_zone $server_port zone=one:1m '
            . 'rate=1r/m;'
            . 'limit_req_zone $uri zone=all:1m rate=1r/m;',
    server => <<"END",
        access_log $folder/told told;

        location = /limited {
            limit_req zone=one;
            whatsauth messages;
        }

        location /refused/ {
            deny all;
            whatsauth on;
        }

        $locations

        location /image/ {
            rewrite ^/image/(.*)\$ /api/v1/qr/\$1.png last;
        }

        location /mine {
            whatsauth messages;
        }
        location /mine/but-not-this {
            return 204;
        }
        location = /mine-denied {
            deny all;
        }
        location = /short {
            whatsauth messages;
        }
        location /shorter {
            return 204;
        }
        location = /moved {
            deny all;
            whatsauth messages;
            error_page 403 /sorry;
        }
        location = /sorry {
            return 204;
        }
        location = /no {
            return 403;
        }
END
    allow => qr/too large|limiting requests|access forbidden/);

my %token = (Authorization => "Bearer $TOKEN");
my $query = 'callback_url=http://127.0.0.1/my-session&hub.verify_token='
            . "$VERIFY_TOKEN&a=b?c";

# A request is logged when it has been answered, by its own worker: the line of
# each is waited for before the next one is sent.

my $requests = 0;

sub told {
    my ($title, $expected) = @_;

    $requests++;

    my $line = wait_until(sub {
        my @lines = grep { !/^POST .callback / } split /\n/,
            try_read_file("$folder/told");
        return @lines == $requests && $lines[-1];
    });

    like $line, $expected, "log - $title"
        or diag try_read_file("$folder/told");
}

my $answer = $nginx->issue;
my $id = $answer->{headers}{'whatsauth-id'};
told('a code', qr{^GET\ /api/v1/verification_code\ HTTP/1\.1
                  \|demo\|issued\|$id\|$}x);

$nginx->get('/api/v1/verification_code');
told('no token', qr{^GET\ /api/v1/verification_code\ HTTP/1\.1\|-?
                    \|invalid_token\|-?\|$}x);

$nginx->get("/api/v1/verification_code?$query", \%token);
told('a refused callback_url', qr{^GET\ /api/v1/verification_code\ HTTP/1\.1
     \|demo\|callback_not_authorized\|-?\|$}x);

$nginx->get("/api/v1/messages?hub.mode=subscribe&hub.challenge=1&$query");
told('a handshake', qr{^GET /api/v1/messages HTTP/1\.1\|demo\|subscribed\|});

my $code = $answer->{json}{code};
my $body = text_message(">>$code<<");
$nginx->message($body, target => "/api/v1/messages?$query");
told('a message', qr{^POST /api/v1/messages HTTP/1\.1\|.*?\|accepted\|});

$nginx->message($body, target => "/api/v1/messages?$query");
told('the same once more', qr{^POST /api/v1/messages HTTP/1\.1\|.*?\|});

$nginx->message($body, secret => 'wrong');
told('a bad signature', qr{^POST\ /api/v1/messages\ HTTP/1\.1\|.*?
     \|invalid_signature\|}x);

$nginx->get("/api/v1/none?$query");
told('no endpoint', qr{^GET /api/v1/none HTTP/1\.1\|-?\|not_found\|});

# The id of a QR image is as good as the code while that waits.

my $qr = $nginx->issue(qr => 1);
my $qr_id = $qr->{headers}{'whatsauth-id'};
$requests++;

is $nginx->get("/api/v1/qr/$qr_id.png")->{status}, 200, 'the image of a code';
told('an image', qr{^GET /api/v1/qr/ HTTP/1\.1\|demo\|found\|-?\|$});

$nginx->get("/api/v1/./%71r//$qr_id.svg?$query");
told('an image by another spelling', qr{^GET /api/v1/qr/ HTTP/1\.1\|});

$nginx->get("/image/$qr_id");
told('an image by rewrite', qr{^GET /api/v1/qr/ HTTP/1\.1\|});

$nginx->get("/refused/qr/$qr_id.png");
told('a refused image', qr{^GET /refused/qr/ HTTP/1\.1\|});

$nginx->get("/api/v1/verification/$qr_id", \%token);
told('a verification', qr{^GET /api/v1/verification/ HTTP/1\.1\|});

# Refused by nginx itself, which prints the request line into the error log

is $nginx->post("/api/v1/messages?$query", undef,
                { 'Content-Length' => 4000000 })->{status}, 413,
    'nginx refuses a body too large';
told('413', qr{^POST /api/v1/messages HTTP/1\.1\|});

$nginx->get("/limited?$query");
told('within the limit', qr{^GET /limited HTTP/1\.1\|});
is $nginx->get("/limited?$query")->{status}, 503, 'limit_req refuses';
told('limit_req', qr{^GET /limited HTTP/1\.1\|});

is $nginx->get("/refused/messages?$query")->{status}, 403, 'deny refuses';
told('deny', qr{^GET /refused/messages HTTP/1\.1\|});

my $log = $nginx->error_log;
my @said = $log =~ /(too large body|limiting requests|access forbidden)/g;
is @said, 4, 'the error log tells of the four';

for my $case (@refused) {
    my ($title, $path, $how) = @$case;

    if ($how eq 'limit_req') {
        $nginx->get($path);
        told("'$title', before", qr{^GET \Q$path\E HTTP/1\.1\|});
    }

    my %headers = $how eq 'body' ? ('Content-Length' => 2000)
        : $how eq 'chunked' ? ('Transfer-Encoding' => 'chunked',
              'Content-Type' => 'application/json',
              'X-Hub-Signature-256' => signature('')) : ();
    my $client = $nginx->client;

    $client->send('POST', "$path?$query", \%headers);
    $client->write("7d0\r\n" . 'x' x 2000 . "\r\n0\r\n\r\n")
        if $how eq 'chunked';
    is $client->receive->{status}, $refusals{$how}[0], $title;
    undef $client;
    told("'$title'", qr{^POST \Q$path\E HTTP/1\.1\|});
}

$log = $nginx->error_log;

# Other locations keep their arguments, also with URIs like ours.

for my $path ('/mine/but-not-this', '/mine-denied', '/shorter', '/worker') {
    $nginx->get("$path?theirs=1");
    told("the whole line of $path", qr{^GET \Q$path?theirs=1\E HTTP/1\.1\|});
}

$nginx->get("/moved?$query");
told('a page of another location for the refusal of ours',
     qr{^GET /moved HTTP/1\.1\|});

$log .= $nginx->error_log;

for my $log ($log, try_read_file("$folder/told")) {
    unlike $log, qr/my-session/, 'no callback URL is in the log';
    unlike $log, qr/\Q$TOKEN\E|\Q$VERIFY_TOKEN\E/, 'and no token';
    unlike $log, qr/\Q$code\E/, 'and no code';
    unlike $log =~ s/\|$qr_id\|$//mgr, qr/\Q$qr_id\E/,
        'and no id of an image';
    unlike $log, qr/56911111111/, 'and no number';
}

$nginx->stop;
done_testing;
