# A reply leaves by the number or the account that the message came to.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;
use Test::WhatsAuth::Twilio;

my $provider = start_provider();
my $receiver = start_receiver();

sub meta {
    my ($name, $more) = @_;

    return "meta app_secret=$APP_SECRET api=" . $provider->url("/200/$name")
           . " $more;";
}

sub app {
    my ($name, @lines) = @_;

    return join "\n", "whatsauth_app $name {", "token token-of-tenant-$name;",
        "phone $PHONE;", 'callback_url ' . $receiver->url('/204') . ';',
        'callback_secret none;',
        "response_message $name;", 'reply_limit 1000/h 1000/h;', @lines,
        "}\n";
}

my $other_account = 'AC' . 'f' x 32;

my $nginx = start_nginx(token => 'token-of-tenant-numbers', apps => join '',
    app('numbers', meta('one', 'phone_number_id=111 access_token=token-1'),
                   meta('two', 'phone_number_id=222 access_token=token-2'),
                   meta('three', 'phone_number_id=333')),
    app('neighbour', meta('far', 'phone_number_id=111 access_token=token-n')),
    app('any', meta('any', 'access_token=token-a')),
    app('both', meta('meta', 'phone_number_id=111 access_token=token-1'),
        "twilio account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN api="
        . $provider->url('/201/t1') . ';',
        "twilio account_sid=$other_account "
        . 'auth_token=auth-of-the-other-account api='
        . $provider->url('/201/t2/') . ';'));

my $count = 0;

sub replied {
    my ($title, $target, $authorization) = @_;

    my @replies = $provider->replies(++$count);
    my $reply = $replies[$count - 1] // {};

    is $reply->{target}, $target, $title;
    is $reply->{headers}{authorization}, $authorization, 'by its token';
}

sub code_of {
    my ($app) = @_;

    return $nginx->issue(token => "token-of-tenant-$app")->{json}{code};
}

sub to_number {
    my ($app, $number) = @_;

    my $answer = $nginx->message(text_message('>>' . code_of($app) . '<<',
                                              phone_number_id => $number));
    $answer->{status} == 200 or die 'the message is not taken';
}

to_number('numbers', '222');
replied('meta - the second number', '/200/two/222/messages', 'Bearer token-2');
to_number('numbers', '111');
replied('meta - the first', '/200/one/111/messages', 'Bearer token-1');
to_number('neighbour', '111');
replied('meta - the same number in another app', '/200/far/111/messages',
        'Bearer token-n');
to_number('any', '444');
replied('meta - the number that it came to, where none is configured',
        '/200/any/444/messages', 'Bearer token-a');

to_number('numbers', '333');
ok $provider->stays_at($count),
    "meta - a number without access_token does not borrow another's";

to_number('both', '111');
replied('both - a message from Meta', '/200/meta/111/messages',
        'Bearer token-1');

twilio_message($nginx, Body => '>>' . code_of('both') . '<<');
replied('both - a message from Twilio',
        "/201/t1/2010-04-01/Accounts/$ACCOUNT_SID/Messages.json",
        'Basic ' . base64("$ACCOUNT_SID:$AUTH_TOKEN"));

twilio_post($nginx, twilio_fields(Body => '>>' . code_of('both') . '<<',
                                  AccountSid => $other_account),
            token => 'auth-of-the-other-account');
replied('both - by the other account',
        "/201/t2/2010-04-01/Accounts/$other_account/Messages.json",
        'Basic ' . base64("$other_account:auth-of-the-other-account"));

ok $provider->stays_at($count), 'and nothing else was sent';

$nginx->stop;
done_testing;


sub base64 {
    require MIME::Base64;
    return MIME::Base64::encode_base64($_[0], '');
}
