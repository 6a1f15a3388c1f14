# POST verification_code: the parameters in a form, as GET has them in a query.

use strict;
use warnings;

use lib 't/lib';
use Encode qw( encode_utf8 );
use Test::More;
use Test::WhatsAuth;

my $FORM = 'application/x-www-form-urlencoded';

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    app => 'authorized_callbacks ' . $receiver->url('/') . ';');

sub form {
    my ($body, %headers) = @_;

    return $nginx->post('/api/v1/verification_code' . ($headers{query} // ''),
        $body, { Authorization => "Bearer $TOKEN", 'Content-Type' => $FORM,
                 map { $_ => $headers{$_} } grep { $_ ne 'query' }
                 keys %headers });
}

sub refused {
    my ($title, $answer, $status, $error) = @_;

    is $answer->{status}, $status, $title;
    is $answer->{json}{error}, $error, "is $error";
}

sub escape {
    my ($text) = @_;

    return $text =~ s/([^A-Za-z0-9])/sprintf '%%%02x', ord $1/ger;
}

my $answer = form('expires_at=2&link_message=one+%2B+two%0A');

is $answer->{status}, 200, 'POST - a form';
like $answer->{json}{link},
    qr/%3C%3C%0Aone%20%2B%20two%0A\z/, 'POST - is decoded as a query is';
is_deeply [ map { length } $answer->{json}{code} ], [ 10 ], 'and issues';

is form('')->{status}, 200, 'POST - an empty form';
is form('&&=&a&expires_at')->{status}, 200, 'POST - parts without a value';
is form('link_message=x', 'Content-Type' => "$FORM; charset=UTF-8")->{status},
    200, 'POST - with a charset';
is form('link_message=x', 'Content-Type' => uc $FORM)->{status}, 200,
    'POST - the type in capitals';

# The callback's query, which holds the session, comes as it was written.

my $url = $receiver->url('/204?session_id=a%26b&x=%C3%B1+y#') =~ s/#\z//r;
my $code = form('callback_url=' . escape($url))->{json}{code};
$nginx->message(text_message(">>$code<<"));
is +($receiver->wait_for($code) // {})->{target},
    '/204?session_id=a%26b&x=%C3%B1+y', 'POST - callback_url, with a query';

# A body has the parameters or the query has them, not both.

$answer = form('link_message=body', query => '?link_message=query&qr=2');
is $answer->{status}, 200, 'POST - the query is not looked at';
like $answer->{json}{link}, qr/%0Abody\z/, 'but the body';

# Other bodies

for my $type ('application/json', 'multipart/form-data; boundary=x',
              'text/plain', "${FORM}x", '')
{
    refused("POST - Content-Type '$type'",
            form('{}', 'Content-Type' => $type), 415,
            'unsupported_media_type');
}

refused('POST - no Content-Type', form('a=b', 'Content-Type' => undef), 415,
        'unsupported_media_type');

# Without a body there is nothing that could be of a wrong type.  fetch() sends
# Content-Length: 0, curl -X POST sends not even that.

my $client;
my %bare = (Authorization => "Bearer $TOKEN");

for my $headers ({ 'Content-Length' => 0 }, {},
                 { 'Content-Length' => 0, 'Content-Type' => 'text/plain' },
                 { 'Content-Type' => 'application/json' },
                 { 'Content-Type' => $FORM })
{
    my $title = 'POST - no body, ' . join ', ', map { "$_: $headers->{$_}" }
                                                sort keys %$headers;

    $client = $nginx->client;
    $client->send('POST', '/api/v1/verification_code',
                  { %bare, %$headers });
    is $client->receive->{status}, 200, $title;

    $client->send('POST', '/api/v1/verification_code?link_message=query',
                  { %bare, %$headers });
    like $client->receive->{json}{link}, qr/%0Aquery\z/, 'has its query';
}

$client = $nginx->client;
$client->request('GET', '/worker');
$client->write("POST /api/v1/verification_code HTTP/1.0\r\n"
               . "Authorization: Bearer $TOKEN\r\n\r\n");
is $client->receive->{status}, 200, 'POST - no body, by HTTP/1.0';

for my $type ('text/plain', $FORM, undef) {
    $client = $nginx->client;
    $client->send('POST', '/api/v1/verification_code',
        { %bare, 'Transfer-Encoding' => 'chunked', 'Content-Type' => $type });
    $client->write("0\r\n\r\n");
    is $client->receive->{status}, 200,
        'POST - no body in chunks, ' . ($type // 'without a type');
}

$client = $nginx->client;
$client->send('POST', '/api/v1/verification_code',
    { %bare, 'Transfer-Encoding' => 'chunked',
      'Content-Type' => 'text/plain' });
$client->write("1\r\nx\r\n0\r\n\r\n");
refused('POST - a byte in chunks, of another type', $client->receive, 415,
        'unsupported_media_type');

# Chunked, and its size

sub chunked {
    my ($body) = @_;

    my $chunks = join '', map { sprintf "%x\r\n%s\r\n", length, $_ }
                 $body =~ /(.{1,1000})/gs;

    my $client = $nginx->client;

    $client->send('POST', '/api/v1/verification_code',
        { Authorization => "Bearer $TOKEN", 'Content-Type' => $FORM,
          'Transfer-Encoding' => 'chunked' });
    $client->write("${chunks}0\r\n\r\n");

    return $client->receive;
}


sub padded {
    my ($size) = @_;

    return 'link_message=end&x=' . 'x' x ($size - 19);
}

for my $size (16384, 16385) {
    for my $send (\&form, \&chunked) {
        my $how = ($send == \&form ? 'whole' : 'chunked') . ", $size bytes";

        $answer = $send->(padded($size));

        if ($size == 16384) {
            is $answer->{status}, 200, "POST - $how";
            like $answer->{json}{link}, qr/%0Aend\z/, 'is read';
        } else {
            refused("POST - $how", $answer, 413, 'body_too_large');
        }
    }
}

# Slowly: the body in pieces

$client = $nginx->client;
$client->send('POST', '/api/v1/verification_code',
    { Authorization => "Bearer $TOKEN", 'Content-Type' => $FORM,
      'Content-Length' => 20 }, 'link_mes');
select undef, undef, undef, 0.2;
$client->write('sage=slowly!');
like $client->receive->{json}{link}, qr/%0Aslowly!\z/, 'POST - in two pieces';

# Without a token nothing of it is looked at.

refused('POST - without a token', form('qr=2', Authorization => undef), 401,
        'invalid_token');
refused('POST - the token in the form', form("token=$TOKEN&api_token=$TOKEN",
        Authorization => undef), 401, 'invalid_token');

# All parameters at their longest, escaped

my $long = join '&', 'callback_url=' . escape($receiver->url('/204?')
        . 'x' x 500), map { $_ . '=' . escape(encode_utf8("\x{fc}") x 128) }
    qw( link_message response_message expiration_message failure_message );

is form($long)->{status}, 200, 'POST - four texts of 256 bytes and a URL';

$nginx->stop;
done_testing;
