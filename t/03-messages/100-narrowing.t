# With more than eight distinct secrets the URL must name the app.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();

sub apps {
    my ($n) = @_;

    return join '', map {
        whatsauth_app(name => "app$_", token => "token-of-tenant-$_",
                      app_secret => "secret-of-tenant-$_",
                      phone => 14155550000 + $_,
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

# A guessed name of an app reveals nothing.

sub detail {
    my ($query, $secret) = @_;

    my $answer = $nginx->message(text_message('x'), secret => $secret // 'y',
                                 target => "/api/v1/messages$query");
    return ($answer->{json} // {})->{detail};
}

my $code = $nginx->issue(token => 'token-of-tenant-9')->{json}{code};

is sent('', 'secret-of-tenant-9', $code), 401, 'nine secrets - no app is named';
is sent('?app=app10', 'secret-of-tenant-9', $code), 401,
    'nine secrets - an unknown app';
is sent('?app=', 'secret-of-tenant-9', $code), 401,
    'nine secrets - an empty name';
is sent('?app=app1', 'secret-of-tenant-9', $code), 401,
    'nine secrets - another app';
is sent('?api_token=token-of-tenant-1', 'secret-of-tenant-9', $code), 401,
    'nine secrets - the API token of another app';
is sent('?api_token=none', 'secret-of-tenant-9', $code), 401,
    'nine secrets - an unknown API token';
is sent('?app=app9', 'secret-of-tenant-1', $code), 401,
    'nine secrets - the app, but a secret of another';

is_deeply [ map { $_->{status} } $nginx->records ], ['requested'],
    'none of these validated the code';

is detail(''), 'the URL must name an app that has this provider: '
               . 'messages?app=NAME', 'detail - no app is named';
is_deeply [ map { detail($_) } '?app=app1', '?app=none', '?app=',
            '?api_token=token-of-tenant-1', '?api_token=none' ],
    [ ('X-Hub-Signature-256 is not by a secret of the app that the URL names')
      x 5 ], 'detail - the same for apps that there are and are not';
is twilio_post($nginx, { Body => 'x' })->{json}{detail},
    'no app has a provider that posts bodies of this type',
    'detail - a form, and no app has an account at Twilio';
is_deeply [ map { twilio_post($nginx, { Body => 'x' },
                              target => "/api/v1/messages?app=$_")
                  ->{json}{detail} } 'app1', 'none' ],
    [ ('X-Twilio-Signature is not by an auth token, for this URL, of the app '
       . 'that it names') x 2 ], 'detail - a form, and the URL names one';

is sent('?app=app9', 'secret-of-tenant-9', $code), 200,
    'nine secrets - the app';
ok $receiver->wait_for($code), 'validates its code';

$code = $nginx->issue(token => 'token-of-tenant-9')->{json}{code};
is sent('?auth_token=x&api_token=token-of-tenant-9', 'secret-of-tenant-9',
        $code), 200,
    'nine secrets - the API token, as the hosted service has it';
ok $receiver->wait_for($code), 'validates its code';

$nginx->stop;

$nginx = start_nginx(apps => apps(8) . whatsauth_app(name => 'nine',
    token => 'token-of-tenant-9', app_secret => 'secret-of-tenant-1',
    phone => 14155550009,
    callback_url => $receiver->url('/204')));

$code = $nginx->issue(token => 'token-of-tenant-9')->{json}{code};
is sent('', 'secret-of-tenant-1', $code), 200,
    'eight secrets of nine apps - nobody need be named';
ok $receiver->wait_for($code), 'and the code is validated';

is sent('?app=app2', 'secret-of-tenant-1', $code), 401,
    'eight secrets - a named app narrows them all the same';

$nginx->stop;
done_testing;
