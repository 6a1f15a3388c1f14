# Bodies of every size and shape.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    allow => qr/too large|too large chunked|cannot be understood/);

sub padded {
    my ($code, $size) = @_;

    my $body = text_message(">>$code<<", value => { padding => '@' });
    my $more = $size - length $body;
    return $body =~ s/\@/'x' x ($more + 1)/er;
}

sub chunked {
    my ($body, $size) = @_;

    my $client = $nginx->client;
    my @head = $nginx->message_request($body);
    $client->send(@head[0 .. 1], { %{ $head[2] },
                                   'Transfer-Encoding' => 'chunked' });
    $client->write(sprintf "%x\r\n%s\r\n", length, $_)
        for unpack "(a$size)*", $body;
    $client->write("0\r\n\r\n");
    return $client->receive;
}

# In one buffer, in a temporary file, and looked at by a thread

my @sizes = (1024, 16 * 1024, 16 * 1024 + 1, 40000, 65536, 65537, 200_000,
             3145728);

for my $size (@sizes) {
    my $code = $nginx->issue->{json}{code};
    my $body = padded($code, $size);
    is length $body, $size, "body - of $size bytes" if $size > 1024;
    is $nginx->message($body)->{status}, 200, 'is taken';
    ok $receiver->wait_for($code), 'and understood';
}

for my $size (600, 100_000) {
    my $code = $nginx->issue->{json}{code};
    my $body = padded($code, $size);
    is chunked($body, 1000)->{status}, 200, "body - chunked, $size bytes";
    ok $receiver->wait_for($code), 'is understood';
    is $nginx->message($body =~ s/.\z/ /sr, headers => {
        'X-Hub-Signature-256' => signature($body) })->{status}, 401,
        'with another last byte it is not genuine';
}

# A body that comes in pieces, over a connection that lives on

my $client = $nginx->client;
my $code = $nginx->issue->{json}{code};
my $body = padded($code, 70_000);
my @request = $nginx->message_request($body);

$client->send(@request[0 .. 1], { %{ $request[2] },
                                  'Content-Length' => length $body });
for my $piece (unpack '(a10000)*', $body) {
    select undef, undef, undef, 0.005;
    $client->write($piece);
}
is $client->receive->{status}, 200, 'body - in pieces';
is $client->request(@request)->{status}, 200, 'and another one after it';

# Too large

$code = $nginx->issue->{json}{code};
$body = padded($code, 3145729);
is $nginx->message($body)->{status}, 413, 'body - of 3 MB and a byte';
is chunked($body, 65536)->{status}, 413, 'the same, chunked';

# Other types

for my $type ('text/plain', 'application/jsonp', 'text/json', undef) {
    $body = padded($code, 1024);
    is $nginx->message($body, headers => { 'Content-Type' => $type })->{status},
        415, 'type - ' . ($type // 'none');
}

for my $type ('application/json; charset=utf-8', 'Application/JSON',
              'application/json ;charset=utf-8')
{
    is $nginx->message('{}', headers => { 'Content-Type' => $type })->{status},
        200, "type - $type";
}

is scalar(grep { $_->{status} eq 'requested' } $nginx->records), 1,
    'none of the refused ones validated its code';

# Genuine, and not to be understood: not to be sent again either

for my $bad ('hello', '', '{"a":1', '{"a":1,"a":2}x', "{}\0", '[' x 5000,
             '[' x 5000 . 'x' x 70_000)
{
    my $title = length $bad > 20 ? length($bad) . ' bytes' : "'$bad'";
    is $nginx->message($bad)->{status}, 200, "not JSON - $title";
}

is scalar(() = $nginx->error_log =~ /\[error\].*cannot be understood/g), 1,
    'not JSON - all of them in a minute leave one error line';

# Clients that go away in the middle

for my $size (1, 30_000, 60_000, 70_000, 2_000_000) {
    my $impatient = $nginx->client;
    my $whole = padded($code, $size + 1024);
    my @start = $nginx->message_request($whole);
    $impatient->send(@start[0 .. 1], { %{ $start[2] },
                                       'Content-Length' => length $whole });
    $impatient->write(substr $whole, 0, $size);
}

for my $size (1024, 100_000, 3_000_000) {
    my $impatient = $nginx->client;
    $impatient->send($nginx->message_request(padded('0123456789', $size)));
}

is $nginx->issue->{status}, 200, 'abort - the workers go on';
is scalar(grep { $_->{status} eq 'requested' } $nginx->records), 2,
    'half a message validates nothing';
unlike $nginx->error_log, qr/exited on signal/, 'and nobody died';

# Bodies that come a byte at a time, and then no more, are waited for as long
# as nginx waits for any client, and nobody waits for them.

$nginx->{http} = 'client_body_timeout 1s;';
$nginx->write_config($nginx->config);
$nginx->reload;

my @slow = map { $nginx->client } 1 .. 100;

$body = padded('0123456789', 100_000);
my @head = $nginx->message_request($body);

for my $slow (@slow) {
    $slow->send(@head[0 .. 1], { %{ $head[2] },
                                 'Content-Length' => length $body });
    $slow->write(substr $body, $_, 1) for 0 .. 9;
}

$code = $nginx->issue->{json}{code};
is $nginx->message(padded($code, 100_000))->{status}, 200,
    'slow - another message is taken';
ok $receiver->wait_for($code), 'and validates its code';

my $begin = time;
$_->receive for @slow;
cmp_ok time - $begin, '<', 10, 'slow - each is closed when its time is out';

# A worker that is to end first finishes what its threads are looking at.

for my $end ('reload', 'restart') {
    $code = $nginx->issue->{json}{code};
    $client = $nginx->client;
    $client->send($nginx->message_request(padded($code, 3_000_000)));
    $nginx->$end;
    is $client->receive->{status}, 200, "$end - a large body is not lost";
    ok $receiver->wait_for($code), 'and its code is validated';
}

$code = $nginx->issue->{json}{code};
$body = padded($code, 3_000_000);
$client = $nginx->client;
$client->send($nginx->message_request($body));
$nginx->restart('TERM');
is $nginx->message($body)->{status}, 200,
    'TERM - a large body that comes again is taken';
ok $receiver->wait_for($code), 'and its code is validated';

$nginx->stop;
done_testing;
