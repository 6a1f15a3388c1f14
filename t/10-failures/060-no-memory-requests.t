# Requests of which any one allocation fails: 429, 500, 503 or no answer at all,
# and nothing is left behind.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Fault;

plan skip_all => 'a sanitizer wants to be the first library'
    if $ENV{ASAN_OPTIONS} || $ENV{TEST_NGINX_VALGRIND};

my $fault = Test::WhatsAuth::Fault->new;
my $nginx = $fault->around(sub {
    start_nginx(workers => 1, main => 'thread_pool whatsauth threads=2;',
        app => 'authorized_origins https://a.test; max_live 100000000;'
               . 'page_token token-of-a-page; start_limit 65535/m 65535/h;',
        allow => $Test::WhatsAuth::Fault::LOG);
});

my $issued = $nginx->issue(qr => 1);
my ($image) = $issued->{json}{qr} =~ m{(/api/v1/qr/\S+)\.png};
my $id = $issued->{headers}{'whatsauth-id'};

my $target = '/api/v1/verification_code';
my %bearer = (Authorization => "Bearer $TOKEN");
my $forged = text_message('>>0123456789<<');

without_memory('issue by GET', 200, qr/^\{"code":"[0-9a-f]{10}"/,
    $nginx->issue_request(qr => 1, response_message => 'Hello'));

my %page = (Authorization => 'Bearer token-of-a-page',
            Origin => 'https://a.test');

without_memory('issue for a page', 200, qr/^\{"code":"[0-9a-f]{10}"/,
    'POST', $target, { %page, 'Content-Length' => 0 });

without_memory('a page without its origin', 403, qr/"origin_not_allowed"/,
    'GET', $target, { %page, Origin => undef });

without_memory('a text of a page', 403, qr/"parameter_not_allowed"/,
    'GET', "$target?link_message=Hello", \%page);

without_memory('issue by POST', 200, qr/^\{"code":"[0-9a-f]{10}"/,
    'POST', $target, { %bearer, Origin => 'https://a.test',
        'Content-Type' => 'application/x-www-form-urlencoded' },
    'link_message=Hello&authorized_numbers=%2B56911111111');

without_memory('a preflight', 204, qr/^$/, 'OPTIONS', $target,
    { Origin => 'https://a.test', 'Access-Control-Request-Method' => 'GET' });

without_memory('a wrong token', 401, qr/"invalid_token"/, 'GET', $target,
    { Authorization => 'Bearer wrong' });

without_memory('a QR code as PNG', 200, qr/^\x89PNG/, 'GET', "$image.png");
without_memory('a QR code as SVG', 200, qr/^<\?xml|^<svg/, 'GET',
    "$image.svg");

without_memory('a verification', 200, qr/"requested"/, 'GET',
    "/api/v1/verification/$id", \%bearer);

without_memory('the handshake', 200, qr/^challenge$/, 'GET',
    "/api/v1/messages?hub.mode=subscribe&hub.verify_token=$VERIFY_TOKEN"
    . '&hub.challenge=challenge');

without_memory('a forged message', 401, qr/"invalid_signature"/,
    $nginx->message_request($forged, secret => 'wrong'));

$nginx->stop;
done_testing;


sub without_memory {
    my ($title, $status, $body, @request) = @_;

    $fault->each_allocation($nginx, $title, sub {
        my $begin = time;
        my $answer = $nginx->request(@request);

        return 'no answer in time' if time - $begin > 10;
        return '' if $answer->{status} =~ /^(?:0|429|500|503)$/;
        return '' if $answer->{status} == $status && $answer->{body} =~ $body;
        return "$answer->{status} $answer->{body}";
    });
}
