# Every visitor of a page has its token.  With it a stranger can neither send
# texts in the site's name, nor choose channel, callback, numbers or time, nor
# ask from elsewhere, read results, or use up the site's codes.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $PAGE = 'https://shop.test';
my $PAGE_TOKEN = 'token-of-a-page-of-shop';
my $FORM = 'application/x-www-form-urlencoded';

my $receiver = start_receiver();
my $CALLBACK = $receiver->url('/204');

my $nginx = start_nginx(apps => join '',
    whatsauth_app(callback_url => "$CALLBACK?default=1", more =>
        "page_token $PAGE_TOKEN; authorized_origins $PAGE https://b.test:443;"
        . 'authorized_callbacks public ' . $receiver->url('/') . ';'
        . ' max_live 4 page=2; sms on; sms_phone +14155550199;'),
    whatsauth_app(name => 'news', token => 'token-of-news-app',
        callback_url => $CALLBACK,
        more => 'page_token token-of-a-page-of-news; '
                . 'authorized_origins https://news.test;'),
    whatsauth_app(name => 'open', token => 'token-of-open-app', more =>
        'page_token token-of-a-page-of-open; '
        . "authorized_origins $PAGE; authorized_callbacks $CALLBACK;"));

sub ask {
    my ($query, %option) = @_;

    my %headers = (
        Authorization => 'Bearer ' . ($option{token} // $PAGE_TOKEN),
        Origin => exists $option{origin} ? $option{origin} : $PAGE,
    );

    return $nginx->post('/api/v1/verification_code', $query,
                        { %headers, 'Content-Type' => $FORM })
        if $option{post};

    return $nginx->get("/api/v1/verification_code?$query", \%headers);
}

sub refused {
    my ($title, $answer, $status, $error, $detail) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    is $answer->{status}, $status, $title;
    is $answer->{json}{error}, $error, "is $error";
    like $answer->{json}{detail}, $detail, 'and says of what' if $detail;
}

sub escape {
    my ($text) = @_;

    return $text =~ s/([^A-Za-z0-9])/sprintf '%%%02x', ord $1/ger;
}

sub validated {
    my ($code) = @_;

    $nginx->message(text_message(">>$code<<"));
    return ($receiver->wait_for($code) // {})->{target};
}

# Requests that a page makes

my $answer = ask('');

is $answer->{status}, 200, 'page token - a code';
is $answer->{headers}{'access-control-allow-origin'}, $PAGE,
    'that the page may read';
is validated($answer->{json}{code}), '/204?default=1',
    'and that logs in as the app says';

$answer = ask('callback_url=' . escape("$CALLBACK?session=4%26"));
is validated($answer->{json}{code}), '/204?session=4%26',
    'page token - the callback with a query of its own';

$answer = ask('qr=1', origin => 'https://B.test');
is $answer->{status}, 200, 'page token - an image, from another page';
is $nginx->get($answer->{json}{qr} =~ s{^.*?(?=/api/)}{}r)->{status}, 200,
    'that is there';
validated($answer->{json}{code});

for my $query ('claim=1', 'session=x', 'expires_at=&link_message=&channel=',
               'qr=0&callback_url=')
{
    $answer = ask($query);
    is $answer->{status}, 200, "page token - $query";
    validated($answer->{json}{code});
}

# From where

for my $origin (undef, '', 'null', 'https://evil.test', 'http://shop.test',
                'https://shop.test:8443', 'https://news.test')
{
    $answer = ask('', origin => $origin);
    refused('page token - ' . (defined $origin ? "the origin '$origin'"
                                               : 'no Origin'),
            $answer, 403, 'origin_not_allowed', qr/\bOrigin\b/);
    is $answer->{headers}{'access-control-allow-origin'}, undef,
        'for no page to read';
}

refused('page token - of another app, from this page',
        ask('', token => 'token-of-a-page-of-news'), 403, 'origin_not_allowed');

# Parameters that a page may set

my %foreign = (
    link_message => 'You+won',
    response_message => 'Call+me',
    expiration_message => 'Call+me',
    failure_message => 'Call+me',
    expires_at => 1440,
    channel => 'sms',
    authorized_numbers => '%2B14155550100',
);

for my $name (sort keys %foreign) {
    for my $post (0, 1) {
        $answer = ask("$name=$foreign{$name}", post => $post);
        refused("page token - $name" . ($post ? ' in a form' : ''), $answer,
                403, 'parameter_not_allowed', qr/^$name /);
        is $answer->{headers}{'access-control-allow-origin'}, $PAGE,
            'for the page to read';
    }
}

refused('page token - a default, and what is wrong besides',
        ask('channel=whatsapp'), 403, 'parameter_not_allowed', qr/^channel /);
refused('page token - a text that would be wrong anyway',
        ask('response_message=' . 'x' x 600), 403, 'parameter_not_allowed');

for my $url ($receiver->url('/500'), $receiver->url('/204/x'),
             'https://evil.test/', $receiver->url('/204?x') =~ s/204/%32%304/r)
{
    refused("page token - the callback $url",
            ask('callback_url=' . escape($url)),
            403, 'parameter_not_allowed', qr/^callback_url /);
}

refused('page token - a callback that is no URL', ask('callback_url=x'), 400,
        'invalid_parameter', qr/^callback_url /);
refused('page token - a parameter twice', ask('qr=1&qr=1'), 400,
        'invalid_parameter', qr/^qr /);

# An app that trusts callbacks and has none of its own

my %open = (token => 'token-of-a-page-of-open');

refused('page token - a callback that is only authorized',
        ask("callback_url=$CALLBACK", %open), 403, 'parameter_not_allowed',
        qr/^callback_url /);
refused('page token - no callback anywhere', ask('', %open), 400,
        'invalid_parameter', qr/^callback_url /);

# A server's token is as before, also where a page uses it: then a worker says
# so, once.

my %server = (token => $TOKEN);

for (1 .. 3) {
    $answer = ask('expires_at=7&response_message=Hi', %server);
    is $answer->{status}, 200, 'token - may choose texts';
    validated($answer->{json}{code});
}

my $told = () = $nginx->error_log =~ /\[warn\] .*a page of app "demo" uses a /g;
cmp_ok $told, '>=', 1, 'token - a worker tells that a page uses it';
cmp_ok $told, '<=', 2, 'and tells it once';
unlike $nginx->error_log, qr/a page of app "news"/,
    'token - nothing of an app whose pages have a page token';

# A page's token opens nothing else

my $id = $answer->{headers}{'whatsauth-id'};

is $nginx->get("/api/v1/verification/$id",
               { Authorization => "Bearer $PAGE_TOKEN", Origin => $PAGE })
   ->{status}, 401, 'page token - no result can be read with it';
is $nginx->get("/api/v1/verification/$id",
               { Authorization => "Bearer $TOKEN" })->{status}, 200,
    'but with the token';
is $nginx->get('/api/v1/messages?hub.mode=subscribe&hub.challenge=1'
               . "&hub.verify_token=$PAGE_TOKEN")->{status}, 403,
    'page token - is no verify token';
is $nginx->message(text_message('x'),
                   target => "/api/v1/messages?api_token=$PAGE_TOKEN")
   ->{status}, 401, 'page token - names no app to messages';
is $nginx->get('/api/v1/verification_code',
               { Authorization => 'Bearer ' . uc $PAGE_TOKEN, Origin => $PAGE })
   ->{status}, 401, 'page token - to the letter';

# All that pages may have

is ask('')->{status}, 200, "max_live - the page's code $_ of 2" for 1, 2;

$answer = ask('');
refused('max_live - one more for a page', $answer, 429, 'too_many_codes');
ok $answer->{headers}{'retry-after'}, 'may come back later';

my @codes = map { ask('', %server, origin => undef) } 1, 2;
is_deeply [ map { $_->{status} } @codes ], [ 200, 200 ],
    'max_live - the server has its own codes left';
refused('max_live - until there are four',
        ask('', %server, origin => undef), 429, 'too_many_codes');

validated($codes[0]{json}{code});
refused("max_live - what the server gives back is not the page's", ask(''),
        429, 'too_many_codes');
is ask('', %server, origin => undef)->{status}, 200,
    'max_live - but the server may have it';

$nginx->stop;
done_testing;
