# Access rules, authentication, limits and method rules of nginx around the
# endpoints: refused requests never reach the module, and the others get the
# same response as without the rules.

use strict;
use warnings;

use lib 't/lib';
use MIME::Base64 qw( encode_base64 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();
my $folder = slot_folder();

open my $users, '>', "$folder/users" or die $!;
print $users "ann:{PLAIN}pass\n";
close $users;

my $auth = "auth_basic \"staff\"; auth_basic_user_file $folder/users;";

# One location for each rule; $code and $messages are what it holds.

my ($code, $messages) = map { "whatsauth $_;" } qw( verification_code
                                                   messages );

my $nginx = start_nginx(
    apps => whatsauth_app(callback_url => $receiver->url('/204'),
        more => "twilio account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN;"),
    http => 'limit_req_zone $server_port zone=one:1m rate=1r/m;'
            . 'limit_req_zone $server_port zone=two:1m rate=1r/m;'
            . 'limit_req_status 429;',
    location => 'whatsauth on; auth_basic off;',
    allow => qr/access forbidden|no user|limiting requests|too large/,
    server => <<"END");
        $auth

        location = /beside {
            return 204;
        }
        location /beside/ {
            root $folder;
        }
        location /staff/ {
            whatsauth on;
        }
        location = /allowed {
            auth_basic off;
            allow 127.0.0.1;
            deny all;
            $code
        }
        location = /denied {
            auth_basic off;
            deny 127.0.0.1;
            $code
        }
        location = /any {
            satisfy any;
            deny all;
            $messages
        }
        location = /all {
            satisfy all;
            allow 127.0.0.1;
            deny all;
            $messages
        }
        location = /asked {
            auth_basic off;
            auth_request /judge;
            $code
        }
        location = /judge {
            internal;
            auth_basic off;
            if (\$http_x_pass = "") {
                return 403;
            }
            return 204;
        }
        location = /limited {
            auth_basic off;
            limit_req zone=one burst=1 nodelay;
            $code
        }
        location ~ ^/by-(?<name>\\w+)\$ {
            auth_basic off;
            limit_req zone=two;
            $messages
        }
        location = /small {
            auth_basic off;
            client_max_body_size 1023k;
            $messages
        }
        location = /wide {
            auth_basic off;
            client_max_body_size 8m;
            $messages
        }
        location /get/ {
            auth_basic off;
            whatsauth on;
            limit_except GET {
                deny all;
            }
        }
        location /post/ {
            auth_basic off;
            whatsauth on;
            limit_except POST {
                allow 127.0.0.1;
                deny all;
            }
        }
        location /if/ {
            auth_basic off;
            whatsauth on;
            if (\$http_x_old) {
                add_header X-Old yes;
            }
            if (\$http_x_gone) {
                return 410;
            }
        }
END

my %bearer = (Authorization => "Bearer $TOKEN");
my %basic = (Authorization => 'Basic ' . encode_base64('ann:pass', ''));
my ($json, $FORM) = qw( application/json application/x-www-form-urlencoded );

sub status {
    my ($target, $headers) = @_;

    return $nginx->get($target, { %bearer, %{ $headers // {} } })->{status};
}

# Refused by nginx: its own page, and no word of ours.

sub refused {
    my ($title, $answer, $status) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is $answer->{status}, $status, $title;
    is $answer->{json}, undef, '  with a page of nginx';
}

# auth_basic, on beside us

is $nginx->issue->{status}, 200, 'auth_basic - off for the API alone';
refused('auth_basic - on for what is beside it',
        $nginx->get('/beside/x'), 401);
is $nginx->get('/beside')->{status}, 204, 'where return goes before it';

# on for us: the one header cannot hold a token as well.

refused('auth_basic - on for the API, with the token',
        $nginx->get('/staff/verification_code', \%bearer), 401);
my $answer = $nginx->get('/staff/verification_code', \%basic);
is_deeply [ $answer->{status}, ($answer->{json} // {})->{error} ],
    [ 401, 'invalid_token' ], 'auth_basic - with the password';

sub message_to {
    my ($target, %headers) = @_;

    my $code = $nginx->issue->{json}{code};
    my $answer = $nginx->message(text_message(">>$code<<"),
                                 target => $target, headers => \%headers);
    return $answer, $code;
}

sub passes {
    my ($title, $target, %headers) = @_;

    my ($answer, $code) = message_to($target, %headers);

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is $answer->{status}, 200, $title;
    ok $receiver->wait_for($code), '  and the code is validated';
}

passes('auth_basic - a message with the password', '/staff/messages', %basic);
refused('auth_basic - a message without',
        (message_to('/staff/messages'))[0], 401);

my $waiting = $nginx->issue->{json}{code};
is twilio_post($nginx, twilio_fields(Body => ">>$waiting<<"),
               target => '/staff/messages',
               url => 'http://ann:pass@127.0.0.1/staff/messages',
               headers => \%basic)->{status}, 200,
    'auth_basic - with the password in the URL that Twilio signs';
ok $receiver->wait_for($waiting), '  the code is validated';

# allow, deny, satisfy

is status('/allowed'), 200, 'allow - the address';
refused('deny - the address', $nginx->get('/denied', \%bearer), 403);
refused('deny - goes before the token', $nginx->get('/denied'), 403);

passes('satisfy any - the password, from an address that may not', '/any',
       %basic);
refused('satisfy any - neither', (message_to('/any'))[0], 401);
passes('satisfy all - both', '/all', %basic);
refused('satisfy all - the address alone', (message_to('/all'))[0], 401);

# auth_request

is status('/asked', { 'X-Pass' => 1 }), 200, 'auth_request - it agrees';
refused('auth_request - it does not', $nginx->get('/asked', \%bearer), 403);

# limit_req

is_deeply [ map { status('/limited') } 1 .. 3 ], [ 200, 200, 429 ],
    'limit_req - burst=1 lets two pass at once';
passes('limit_req - the first message', '/by-meta');
my ($late, $kept) = message_to('/by-meta');
refused('limit_req - the second, of a regex location', $late, 429);
$nginx->message(text_message(">>$kept<<"));
ok $receiver->wait_for($kept), '  which comes again elsewhere';

# client_max_body_size: nginx's default gives way to what Meta may send.

sub post_of {
    my ($target, $size) = @_;

    return $nginx->post($target, undef, { 'Content-Type' => $json,
        'Content-Length' => $size, Expect => '100-continue' });
}

is post_of('/api/v1/messages', 3_145_728)->{json}{error}, 'invalid_signature',
    'client_max_body_size - not given, 3 MB';
refused('client_max_body_size - not given, a byte more',
        post_of('/api/v1/messages', 3_145_729), 413);
refused('client_max_body_size - given, and less',
        post_of('/small', 1_047_553), 413);
is post_of('/small', 1_047_552)->{json}{error}, 'invalid_signature',
    '  up to that it is ours';
is post_of('/wide', 3_145_729)->{json}{error}, 'body_too_large',
    'client_max_body_size - given, and more';

# limit_except and "if": blocks that nginx makes locations of

is status('/get/verification_code'), 200, 'limit_except - GET';
is $nginx->post('/get/verification_code', 'qr=1',
                { %bearer, 'Content-Type' => $FORM })->{status}, 403,
    'limit_except - POST is denied';
is status('/post/verification_code'), 200,
    'limit_except - GET, inside of a block that lets it pass';
is status('/post/nothing'), 404, '  where other names are unknown too';
is $nginx->post('/post/messages', 'x' x 2_000_000,
                { 'Content-Type' => $json })->{json}{error},
    'invalid_signature', '  and POST is as without the block';

is status('/if/verification_code'), 200, 'if - whose condition is false';
$answer = $nginx->get('/if/verification_code', { %bearer, 'X-Old' => 1 });
is_deeply [ @$answer{'status'}, $answer->{headers}{'x-old'} ], [ 200, 'yes' ],
    'if - one that adds a header';
is status('/if/verification_code', { 'X-Gone' => 1 }), 410,
    'if - one that returns';

is_deeply [ grep { $_->{status} ne 'requested' && $_->{status} ne 'validated' }
            $nginx->records ], [], 'nothing that was refused left a trace';

$nginx->stop;
done_testing;
