# With more than eight distinct secrets the URL says whose message it is.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();

sub apps {
    my ($n) = @_;

    return join '', map {
        whatsauth_app(name => "app$_", token => "token-$_",
                      app_secret => "secret-$_", phone => 14155550000 + $_,
                      callback_url => $receiver->url('/204'))
    } 1 .. $n;
}

my $nginx = start_nginx(apps => apps(9));

sub sent {
    my ($query, $secret, $code) = @_;

    my $body = text_message(">>$code<<", phone => 14155550009);

    return $nginx->message($body, secret => $secret,
                           target => "/api/v1/messages$query")->{status};
}

my $code = $nginx->issue(token => 'token-9')->{json}{code};

is sent('', 'secret-9', $code), 401, 'nine secrets - no app is named';
is sent('?app=app10', 'secret-9', $code), 401, 'nine secrets - an unknown app';
is sent('?app=', 'secret-9', $code), 401, 'nine secrets - an empty name';
is sent('?app=app1', 'secret-9', $code), 401, 'nine secrets - another app';
is sent('?api_token=token-1', 'secret-9', $code), 401,
    'nine secrets - the API token of another app';
is sent('?api_token=none', 'secret-9', $code), 401,
    'nine secrets - an unknown API token';
is sent('?app=app9', 'secret-1', $code), 401,
    'nine secrets - the app, but a secret of another';

is_deeply [ map { $_->{status} } $nginx->records ], ['requested'],
    'none of these validated the code';

is sent('?app=app9', 'secret-9', $code), 200, 'nine secrets - the app';
ok $receiver->wait_for($code), 'validates its code';

$code = $nginx->issue(token => 'token-9')->{json}{code};
is sent('?auth_token=x&api_token=token-9', 'secret-9', $code), 200,
    'nine secrets - the API token, as the hosted service has it';
ok $receiver->wait_for($code), 'validates its code';

$nginx->stop;

$nginx = start_nginx(apps => apps(8) . whatsauth_app(name => 'nine',
    token => 'token-9', app_secret => 'secret-1', phone => 14155550009,
    callback_url => $receiver->url('/204')));

$code = $nginx->issue(token => 'token-9')->{json}{code};
is sent('', 'secret-1', $code), 200,
    'eight secrets of nine apps - nobody need be named';
ok $receiver->wait_for($code), 'and the code is validated';

is sent('?app=app2', 'secret-1', $code), 401,
    'eight secrets - a named app narrows them all the same';

$nginx->stop;
done_testing;
