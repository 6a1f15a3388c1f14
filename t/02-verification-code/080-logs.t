# What the logs tell of a request: never its arguments, code or token.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $folder = slot_folder();
my $nginx = start_nginx(
    http => 'log_format told "$request|$whatsauth_app|$whatsauth_result'
            . '|$whatsauth_id|"; limit_req_zone $server_port zone=one:1m '
            . 'rate=1r/m;',
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
END
    allow => qr/too large body|limiting requests|access forbidden/);

my %token = (Authorization => "Bearer $TOKEN");
my $query = 'callback_url=http://127.0.0.1/my-session&hub.verify_token='
            . "$VERIFY_TOKEN&a=b?c";

sub told {
    my ($title, $expected) = @_;

    my $line = wait_until(sub {
        my @lines = grep { !/^POST .callback / } split /\n/,
            Test::WhatsAuth::Nginx::slurp("$folder/told");
        return $lines[-1] if @lines && $lines[-1] =~ $expected;
    }, 2);

    ok $line, "log - $title"
        or diag Test::WhatsAuth::Nginx::slurp("$folder/told");
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

# Refused by nginx itself, which prints the request line into the error log

is $nginx->post("/api/v1/messages?$query", undef,
                { 'Content-Length' => 4000000 })->{status}, 413,
    'nginx refuses a body too large';
told('413', qr{^POST /api/v1/messages HTTP/1\.1\|});

$nginx->get("/limited?$query");
is $nginx->get("/limited?$query")->{status}, 503, 'limit_req refuses';
told('limit_req', qr{^GET /limited HTTP/1\.1\|});

is $nginx->get("/refused/messages?$query")->{status}, 403, 'deny refuses';
told('deny', qr{^GET /refused/messages HTTP/1\.1\|});

my $log = $nginx->error_log;
my @refusals = $log =~ /(too large body|limiting requests|access forbidden)/g;
is @refusals, 3, 'the error log tells of the three';

for my $log ($log, Test::WhatsAuth::Nginx::slurp("$folder/told")) {
    unlike $log, qr/my-session/, 'no callback URL is in the log';
    unlike $log, qr/\Q$TOKEN\E|\Q$VERIFY_TOKEN\E/, 'and no token';
    unlike $log, qr/\Q$code\E/, 'and no code';
    unlike $log, qr/56911111111/, 'and no number';
}

$nginx->stop;
done_testing;
