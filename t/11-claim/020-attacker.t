# An attacker has seen everything of a login but its claim: code, link, QR
# image, id, and the chat.  It gets 401 everywhere, and the claim of another
# kind, app or store is no better.

use strict;
use warnings;

use lib 't/lib';
use MIME::Base64 qw( encode_base64url decode_base64url );
use Test::More;
use Test::WhatsAuth;

my $OTHER = 'token-of-another-app';

sub nginx {
    return start_nginx(quiet => 1,
        apps => join '',
        whatsauth_app(more => "login on;\npage_token page-token-of-the-app;\n"
                              . 'authorized_origins https://shop.example;'),
        whatsauth_app(name => 'other', token => $OTHER, more => 'login on;'));
}

my $nginx = nginx();

my $login = $nginx->issue(claim => 1, qr => 1);
my $claim = $login->{headers}{'whatsauth-claim'};
my $id = $login->{headers}{'whatsauth-id'};

my ($seen) = $nginx->issue(claim => 1);
my $another = $nginx->issue(claim => 1, token => $OTHER)
                    ->{headers}{'whatsauth-claim'};

sub flipped {
    my ($text, $bit) = @_;

    my $bytes = decode_base64url($text =~ s/^wac_//r);
    vec($bytes, $bit, 1) ^= 1;

    return 'wac_' . encode_base64url($bytes);
}

my $elsewhere = nginx();
my $foreign = $elsewhere->issue(claim => 1)->{headers}{'whatsauth-claim'};

my %guess = (
    'the code' => $login->{json}{code},
    'the code, prefixed' => "wac_$login->{json}{code}",
    'the link' => $login->{json}{link},
    'the text of the chat' => ">>$login->{json}{code}<<",
    'the QR image' => $login->{json}{qr},
    'the id' => $id,
    'the id, prefixed' => "wac_$id",
    'the id as a token' => 'wac_' . encode_base64url($id =~ s/-//gr),
    'no prefix' => $claim =~ s/^wac_//r,
    'a prefix of other letters' => $claim =~ s/^wac_/WAC_/r,
    'a shorter one' => substr($claim, 0, -1),
    'a longer one' => "${claim}A",
    'padding' => "$claim=",
    'the other alphabet' => ($claim =~ tr{_-}{/+}r) =~ s{^wac/}{wac_}r . '=',
    'no bytes' => 'wac_',
    'zeros' => 'wac_' . 'A' x 43,
    'its record with another secret'
        => substr($claim, 0, 4 + 22) . 'A' x 21,
    'the secret in the record of another'
        => substr($seen->{headers}{'whatsauth-claim'}, 0, 4 + 21)
           . substr($claim, 4 + 21),
    'a claim of another store' => $foreign,
    'the token of the app' => $TOKEN,
    'the token of a page' => 'page-token-of-the-app',
    map { ("bit $_ flipped" => flipped($claim, $_)) }
        (0 .. 7, 64, 127, 128, 255),
);

my $wrong = $nginx->get('/api/v1/claim', { Authorization => 'Bearer wac_x' });

sub bearer {
    my ($guess, %more) = @_;

    return $nginx->get('/api/v1/claim',
                       { Authorization => "Bearer $guess", %more });
}

sub collect {
    my ($guess, $token) = @_;

    return $nginx->post('/api/v1/claim', join('', 'claim=', map {
        s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ger } $guess), {
        'Content-Type' => 'application/x-www-form-urlencoded',
        Authorization => 'Bearer ' . ($token // $TOKEN) });
}

sub all_refused {
    my ($when) = @_;

    for my $name (sort keys %guess) {
        my $guess = $guess{$name};

        my @answers = (
            bearer($guess),
            bearer($guess, Prefer => 'wait=50'),
            bearer($guess, Accept => 'text/event-stream'),
            collect($guess),
            $nginx->get('/api/v1/claim', { Cookie => "wa-claim-demo=$guess" }),
        );

        is join(' ', map { $_->{status} } @answers), '401 401 401 401 401',
            "$when - $name";
        is scalar(grep { $_->{body} ne $wrong->{body} } @answers), 0,
            "$when - $name: each 401 is the same";
    }
}

all_refused('waiting');

# A claim in the wrong place

is bearer($claim)->{status}, 200, 'the claim itself - 200';
is $nginx->get("/api/v1/claim?claim=$claim")->{status}, 401,
    'the claim in the URL - 401';
is $nginx->get('/api/v1/claim', { Cookie => "wa-claim-demo=$claim" })
         ->{status}, 401, 'the claim in a cookie - 401';

my $text = $nginx->access_log . $nginx->error_log;
ok index($text =~ s/\?claim=\S+//gr, substr $claim, 4) < 0,
    'no log shows the claim';

$nginx->message(text_message(">>$login->{json}{code}<<",
                             from => '56987654311'));
all_refused('validated');

is collect($claim, 'page-token-of-the-app')->{json}{error}, 'invalid_token',
    'the token of a page collects nothing';
is collect($claim, $OTHER)->{json}{error}, 'invalid_claim',
    'the token of another app - its 401 is that of a wrong claim';
is collect($another, $TOKEN)->{json}{error}, 'invalid_claim',
    'the claim of another app, which is not validated - 401, too';

my $collected = collect($claim);
is $collected->{json}{phone_number}, '+56987654311',
    'and the site gets its login after all that';
all_refused('collected');

# Pages of other origins

for my $case (
    [ 'https://shop.example', 'https://shop.example' ],
    [ 'https://evil.example', undef ],
) {
    my ($origin, $allowed) = @$case;
    my @answers = (
        bearer($claim, Origin => $origin),
        bearer($claim, Origin => $origin, Accept => 'text/event-stream'),
        bearer($claim, Origin => $origin, Prefer => 'wait=1'),
        bearer('wac_x', Origin => $origin),
        $nginx->request('OPTIONS', '/api/v1/claim', { Origin => $origin }),
    );

    is_deeply [ map { $_->{headers}{'access-control-allow-origin'} }
                @answers ], [ ($allowed) x 5 ],
        "$origin - may " . ($allowed ? 'read' : 'read nothing');
    is scalar(grep { defined
              $_->{headers}{'access-control-allow-credentials'} } @answers), 0,
        "$origin - never with credentials";
}

is bearer($another, Origin => 'https://shop.example')
       ->{headers}{'access-control-allow-origin'}, undef,
    'an origin of one app - reads no login of another';

$_->stop for $nginx, $elsewhere;

done_testing;
