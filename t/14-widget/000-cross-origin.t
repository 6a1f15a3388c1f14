# The widget's requests, as browsers send them from a page of another origin:
# preflights, the claim as Bearer, and no cookie of either side.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $PAGE = 'https://shop.example.com';
my $OTHER = 'https://evil.test';
my $FORM = 'application/x-www-form-urlencoded';

my $nginx = start_nginx(
    app => "login on; authorized_origins $PAGE;",
    server => 'location /login/ { whatsauth_login demo; }',
);


# Fetch metadata is what browsers say of a request by script.

sub ask {
    my ($method, $name, $claim, $form, %headers) = @_;

    return $nginx->request($method, "/login/$name", {
        Origin => $PAGE, Accept => 'application/json',
        'Sec-Fetch-Site' => 'cross-site', 'Sec-Fetch-Mode' => 'cors',
        'Sec-Fetch-Dest' => 'empty',
        $claim ? (Authorization => "Bearer $claim") : (),
        defined $form ? ('Content-Type' => $FORM) : (),
        %headers,
    }, $form);
}


sub begin {
    my $answer = ask('POST', 'start', '', 'claim=1');
    my ($code) = $answer->{json}{link} =~ /%3E%3E([0-9a-f]{10})%3C%3C/;

    return $answer, $answer->{headers}{'whatsauth-claim'}, $code;
}


# Preflights

for (
    [ 'start', 'POST' ], [ 'pin', 'POST' ], [ 'cancel', 'POST' ],
    [ 'status', 'GET' ],
) {
    my ($name, $method) = @$_;
    my %wish = ('Access-Control-Request-Method' => $method,
                'Access-Control-Request-Headers' => 'authorization');

    my $answer = ask('OPTIONS', $name, '', undef, %wish);
    is $answer->{status}, 204, "preflight - $name";
    is $answer->{headers}{'access-control-allow-origin'}, $PAGE,
        'for the origin';
    like $answer->{headers}{'access-control-allow-methods'}, qr/\b$method\b/,
        'the method';
    like $answer->{headers}{'access-control-allow-headers'},
        qr/\bauthorization\b/i, 'the claim';
    is $answer->{headers}{'access-control-allow-credentials'}, undef,
        'and no cookies';

    $answer = ask('OPTIONS', $name, '', undef, %wish, Origin => $OTHER);
    is $answer->{headers}{'access-control-allow-origin'}, undef,
        "preflight - $name from another origin";
}

# finish would set a cookie, and logout end a session.

for my $name (qw( finish logout )) {
    my $answer = ask('OPTIONS', $name, '', undef,
                     'Access-Control-Request-Method' => 'POST');
    is $answer->{headers}{'access-control-allow-origin'}, undef,
        "preflight - $name is not for the widget";
}


# A login

my ($started, $claim, $code) = begin();

is $started->{status}, 200, 'start - 200';
like $claim, qr/^wac_[A-Za-z0-9_-]{43}\z/, 'with a claim';
is $started->{headers}{'set-cookie'}, undef, 'without a cookie';
is $started->{headers}{'access-control-allow-origin'}, $PAGE, 'for the page';
like $started->{headers}{'access-control-expose-headers'},
    qr/\bwhatsauth-claim\b/, 'which may read the claim';
is_deeply [ sort keys %{ $started->{json} } ],
    [ sort qw( id status step expires_at link deep_link qr number text ) ],
    'and with all that the widget shows';

my $qr = $started->{json}{qr};
like $qr, qr{^http://[^/]+/login/qr/[0-9a-f-]{36}\.svg\z},
    'the image has a whole URL';
is $nginx->get($qr =~ s{^http://[^/]+}{}r)->{status}, 200, 'that works';
like $started->{json}{text}, qr/^>>$code<<\n/, 'the text has the code';

my $status = ask('GET', 'status', $claim);
is $status->{status}, 200, 'status - 200';
is $status->{json}{step}, 'send', 'the step';
is $status->{headers}{'access-control-allow-origin'}, $PAGE, 'for the page';

$nginx->message(text_message(">>$code<<"));
$status = ask('GET', 'status', $claim);
is $status->{json}{status}, 'validated', 'status - after the message';
is $status->{json}{phone_hint}, '+56*******11', 'a hint of the number';
unlike $status->{body}, qr/911111/, 'and not the number';

my $collected = $nginx->post('/api/v1/claim', "claim=$claim",
    { Authorization => "Bearer $TOKEN", 'Content-Type' => $FORM });
is $collected->{json}{phone_number}, '+56911111111',
    'the site collects the number';
is ask('GET', 'status', $claim)->{json}{collected}, JSON::PP::true,
    'status - collected';


# Cookies play no part: those of a login page would be somebody else's say.

(my $mine, $claim, $code) = begin();
my %cookie = (Cookie => '__Host-wa-claim-demo=' . $claim =~ s/^wac_//r
                        . '; wa-claim-demo=' . $claim =~ s/^wac_//r);

is ask('GET', 'status', '', undef, %cookie)->{status}, 401,
    'cookie - a claim of the widget is none';
is ask('POST', 'cancel', '', '', %cookie)->{status}, 401,
    'cookie - and cancels nothing';
is ask('GET', 'status', $claim)->{json}{status}, 'requested', 'it goes on';

is ask('POST', 'start', '', 'claim=1', Origin => $OTHER)->{status}, 403,
    'another origin - gets no code';
is ask('POST', 'cancel', $claim, '', Origin => $OTHER)->{json}{error},
    'cross_site', 'another origin - cancels nothing';

is ask('POST', 'cancel', $claim, '')->{status}, 200, 'cancel - 200';
is ask('GET', 'status', $claim)->{json}{status}, 'failed', 'it is over';
$nginx->message(text_message(">>$code<<"));
is ask('GET', 'status', $claim)->{json}{status}, 'failed',
    'cancel - the code logs nobody in';


# A page of the very origin of the login page wants a claim, too.

my $own = 'http://127.0.0.1';
my $answer = ask('POST', 'start', '', 'claim=1', Origin => $own,
                 'Sec-Fetch-Site' => 'same-origin');
like $answer->{headers}{'whatsauth-claim'}, qr/^wac_/,
    'the same origin - a claim';
is $answer->{headers}{'set-cookie'}, undef, 'without a cookie';

$nginx->stop;
done_testing;
