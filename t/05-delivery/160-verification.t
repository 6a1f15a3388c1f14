# verification/ID: a site that missed its callback fetches the verification.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();

my $nginx = start_nginx(
    store => 'retain=4s',
    apps => whatsauth_app(callback_url => $receiver->url('/204'),
        more => 'expires 2s; callback_retry 100ms; authorized_callbacks '
                . $receiver->url('/') . ';')
        . whatsauth_app(name => 'other', token => 'token-of-the-other',
                        callback_url => $receiver->url('/204')));

sub ask {
    my ($id, %option) = @_;

    return $nginx->request($option{method} // 'GET',
        "/api/v1/verification/$id",
        { defined $option{authorization}
          ? (Authorization => $option{authorization})
          : (Authorization => 'Bearer ' . ($option{token} // $TOKEN)) });
}

sub issue {
    my $issued = $nginx->issue(@_);
    return $issued->{json}{code}, $issued->{headers}{'whatsauth-id'},
           $issued->{headers}{'whatsauth-expires-at'};
}

sub is_problem {
    my ($answer, $status, $error, $title) = @_;

    is "$answer->{status} $answer->{json}{error}", "$status $error",
        "verification - $title" or diag $answer->{body};
    is $answer->{headers}{'cache-control'}, 'no-store',
        '  which nobody keeps';
}

# Requested

my ($code, $id, $expires_at)
    = issue(authorized_numbers => '+56 9 1111 1111,+1 234 567 8901');
my (undef, $expiring) = issue();
my $answer = ask($id);
my $iso = qr/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

is $answer->{status}, 200, 'verification - is found';
is $answer->{headers}{'content-type'}, 'application/json',
    'verification - as JSON';
is $answer->{headers}{'cache-control'}, 'no-store',
    'verification - which nobody keeps';
like $answer->{body}, qr/\A\{"id":"$id","status":"requested",
    "verification_code":"$code","phone_number":null,"profile_name":null,
    "expires_at":"\Q$expires_at\E","requested_at":"$iso","validated_at":null,
    "authorized_numbers":\["\+56911111111","\+12345678901"\],"error":null\}\z/x,
    'verification - requested';

# HEAD

my $head = ask($id, method => 'HEAD');
is $head->{status}, 200, 'verification - HEAD';
is $head->{headers}{'content-length'}, length $answer->{body},
    'verification - HEAD tells the length';
is $head->{body}, '', 'verification - HEAD has no body';

# An id may be in capitals.

is ask(uc $id)->{body}, $answer->{body}, 'verification - an id in capitals';

# Nobody else's

is_problem(ask($id, token => 'token-of-the-other'), 404, 'not_found',
           'of another app');
is_problem(ask($id, token => 'token-of-nobody'), 401, 'invalid_token',
           'with a token of nobody');
is_problem(ask($id, authorization => ''), 401, 'invalid_token',
           'without a token');
is ask($id, token => 'token-of-nobody')->{headers}{'www-authenticate'},
    'Bearer', 'verification - and what is asked for';

# No id

is_problem(ask($_), 404, 'not_found', "not \"$_\"") for
    '', '/', 'x', $code, substr($id, 1), "${id}0", "$id/", "$id.json",
    $id =~ s/-//gr, '{' . $id . '}', "$id%0a",
    '123e4567-e89b-42d3-a456-426614174000',
    '00000000-0000-4000-8000-000000000000',
    'x' x 1000, substr($id, 0, 35) . (substr($id, 35) eq '0' ? '1' : '0');

# Methods

for my $method (qw( POST PUT DELETE OPTIONS PATCH )) {
    my $refused = ask($id, method => $method);
    is "$refused->{status} $refused->{headers}{allow}", '405 GET, HEAD',
        "verification - $method";
}

# Validated: as the callback has told it

$nginx->message(text_message(">>$code<<", name => 'John "X" Doe'));
my $request = $receiver->wait_for($code);
my $validated = ask($id);

is $validated->{body}, $request->{body},
    'verification - validated, byte for byte as the callback';
is $validated->{json}{phone_number}, '+56911111111',
    'verification - with the number';

# Failed: what the site has not taken is not shown.

my ($code_of_failed, $failed) = issue(callback_url => $receiver->url('/410'));
$nginx->message(text_message(">>$code_of_failed<<"));

my $json;
ok wait_until(sub {
    $json = ask($failed)->{json};
    $json->{error};
}), 'verification - a callback that failed';
is_deeply [ @$json{qw( status error phone_number profile_name validated_at )} ],
    [ 'failed', 'callback_failed', (undef) x 3 ],
    'verification - failed, and nobody is named';

# Expired, by itself

ok wait_until(sub { ask($expiring)->{json}{status} eq 'expired' }, 4),
    'verification - expired';
is_deeply [ @{ ask($expiring)->{json} }{qw( error validated_at )} ],
    [ undef, undef ], 'verification - which is no error';

# After retain

for ([ validated => $id ], [ failed => $failed ], [ expired => $expiring ]) {
    my ($status, $gone) = @$_;

    ok wait_until(sub { ask($gone)->{status} == 404 }, 12),
        "verification - $status, and after retain it is gone";
}

unlike $nginx->error_log, qr/$code|56911111111|\Q$TOKEN\E/,
    'verification - the log tells neither code, number nor token';

$nginx->stop;
done_testing;
