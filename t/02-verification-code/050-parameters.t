# Parameters are read once and correctly, as the called URL shows in the end.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;

my $receiver = start_receiver();
my $base = $receiver->url('/204');
my $escaped = Test::WhatsAuth::Nginx::escape($base);

my $nginx = start_nginx(callback_url => "$base?default=1");
my %token = (Authorization => "Bearer $TOKEN");

sub issue {
    my ($query) = @_;

    return $nginx->get("/api/v1/verification_code?$query", \%token);
}

sub called {
    my ($title, $query, $target) = @_;

    my $code = issue($query)->{json}{code};
    $nginx->message(text_message(">>$code<<"));
    is $receiver->wait_for($code)->{target}, $target, "parameter - $title";
}

called('none', '', '/204?default=1');
called('empty', 'callback_url=', '/204?default=1');
called('without a value', 'callback_url', '/204?default=1');
called('unknown ones are passed over',
       "a=b&&=&callback_urls=x&callback_url=$escaped&c", '/204');
called('empty, and then given', "callback_url=&callback_url=$escaped?x=1",
       '/204?x=1');
called('the name is decoded', "call%62ack%5Furl=$escaped", '/204');
called('the value is decoded once',
       "callback_url=$escaped%3Fa%3D%2525%26b%3D%2Bc%3F", '/204?a=%25&b=+c?');
called('written without escapes', "callback_url=$base?a=b/c:d", '/204?a=b/c:d');

my $answer = issue("callback_url=$escaped&callback_url=$escaped");
is $answer->{status}, 400, 'parameter - repeated';
is $answer->{json}{error}, 'invalid_parameter', 'is an invalid parameter';
is $answer->{json}{detail}, 'callback_url is given twice', 'and named';

$answer = issue("callback_url=$escaped?a+b");
is $answer->{status}, 400, 'parameter - a plus is a space';
like $answer->{json}{detail}, qr/space/, 'which a URL cannot have';

$nginx->stop;

# Without a default the site has to say it.

$nginx = start_nginx(callback_url => undef,
                     app => "authorized_callbacks $base;");

for my $query ('', 'callback_url=') {
    $answer = issue($query);
    is $answer->{status}, 400, "callback_url - required, given '$query'";
    is $answer->{json}{detail}, 'callback_url is required', 'and named';
}

is issue("callback_url=$escaped")->{status}, 200, 'callback_url - given';

$nginx->stop;
done_testing;
