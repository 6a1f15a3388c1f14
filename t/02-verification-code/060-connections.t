# One connection, many codes; and many connections.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $nginx = start_nginx(server => <<'END');
        location /h2/ {
            proxy_pass http://127.0.0.1:$server_port/api/v1/;
        }
END

my %token = (Authorization => "Bearer $TOKEN");
my @request = ('GET', '/api/v1/verification_code', \%token);
my %codes;

my $client = $nginx->client;

for (1 .. 50) {
    my $answer = $client->request(@request);
    $codes{$answer->{json}{code}}++ if $answer->{status} == 200;
}

is keys %codes, 50, 'keep-alive - 50 requests, 50 codes';

$client->send(@request) for 1 .. 50;
$codes{$client->receive->{json}{code}}++ for 1 .. 50;

is keys %codes, 100, 'pipelined - 50 requests, 50 codes';

my @answers = $nginx->together(map { [ @request ] } 1 .. 200);
$codes{$_->{json}{code}}++ for @answers;

is keys %codes, 300, 'concurrent - 200 requests, 200 codes';
is scalar(keys %{ { map { $_->{worker} => 1 } @answers } }), 2,
    'from both workers';

my %ids = map { $_->{headers}{'whatsauth-id'} => 1 } @answers;
is keys %ids, 200, 'and 200 ids';

# A client that does not wait for its answer

for (1 .. 20) {
    my $impatient = $nginx->client;
    $impatient->send(@request);
}

is $nginx->issue->{status}, 200, 'abort - clients that go before the answer';

# A refused request does not spoil the connection.

$client = $nginx->client;
is $client->request('GET', '/api/v1/verification_code')->{status}, 401,
    'keep-alive - a refused request';
is $client->request(@request)->{status}, 200, 'and a good one after it';

$nginx->stop;
done_testing;
