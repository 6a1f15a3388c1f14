# Bodies of all kinds, with a good signature: none spoils a worker, and one that
# nginx cannot understand gets 200 and leaves one error line.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Gateway;

my $receiver = start_receiver();
my $nginx = start_nginx(quiet => 1, allow => qr/cannot be understood/,
    apps => gateway_app(callback_url => $receiver->url('/204')));

sub post {
    my ($body, %option) = @_;

    return gateway_post($nginx, $body, %option);
}

my @invalid = ('', 'x', '{', '"text"', '{} {}', '{"a":1,}',
               '[' x 40 . ']' x 40, "{\"a\":\"\x01", 'null');

is post($_)->{status}, 200, 'no JSON - ' . substr $_, 0, 12 for @invalid;
my ($count) = $nginx->error_log =~ /a signed body cannot be understood: (.*)/;
like $count, qr/near byte \d+, count=1/, 'leaves a line that says where';

my @empty = ('{}', '[]', '{"message":null}', '{"message":[]}',
             '{"message":{"text":1}}', '{"message":{"text":{"body":"x"}}}',
             '{"message":"text"}');

is post($_)->{status}, 200, "no message - $_" for @empty;

my $code = $nginx->issue->{json}{code};

is post(qq({"account":"$PHONE","message":{"text":">>$code<<","id":"1",)
        . '"from":"56911111111","x":[1e999,"\\ud800"],"y":"' . "\xff\xfe"
        . '","id":18446744073709551616}}')->{status}, 200,
    'odd values - and a key that comes twice';
like $nginx->error_log, qr/reason=no_message_id/,
    'the last value counts, which is too large to be an id';

my $long = gateway_body(text => ">>$code<<", name => 'x' x 900_000);
is post($long)->{status}, 200, 'a body of 900 KB, in a thread';
is length $receiver->wait_for($code)->{json}{profile_name}, 256,
    'validates the code, its name is cut';

my $answer = post(gateway_body(text => 'x' x 1_048_576));
is $answer->{status}, 413, 'a body over 1 MB';
is $answer->{json}{detail}, 'the body of a gateway may have 1048576 bytes',
    'is told the limit';

my $body = gateway_body(text => 'x');
is post($body, headers => { 'Content-Type' => $_ })->{status}, 200,
    "the media type $_"
    for 'application/json; charset=utf-8', 'Application/JSON';
is post($body, headers => { 'Content-Type' => $_ // undef })->{status}, 415,
    'the media type ' . ($_ // 'of none')
    for 'text/json', 'text/plain', undef;

$nginx->stop;
done_testing;
