# Strangers at a page fill the whole part of pages in the store, with the
# longest callback URLs, and the server still gets its codes.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( time );

my $PAGE = 'https://shop.test';
my $SITE = 'http://127.0.0.1:' . slot_port(0) . '/callback';
my $REST = '?' . 'x' x (1023 - length $SITE);

my $nginx = start_nginx(store => 'size=16m', callback_url => $SITE,
    app => "authorized_origins $PAGE; page_token token-of-a-page-of-demo;"
           . 'start_limit off; expires 1h;');

my @page = ('GET', "/api/v1/verification_code?callback_url=$SITE$REST", {
    Authorization => 'Bearer token-of-a-page-of-demo', Origin => $PAGE });

# Over connections that stay, until half of them are refused

my @clients = map { $nginx->client } 1 .. 32;
my (%seen, $refused);
my $end = time + 120;

do {
    $_->send(@page) for @clients;
    my @statuses = map { $_->receive->{status} } @clients;
    $seen{$_}++ for @statuses;
    $refused = grep { $_ != 200 } @statuses;
} until $refused >= 16 || time > $end;

note join ', ', map { "$_: $seen{$_}" } sort keys %seen;

cmp_ok $seen{200}, '>', 1000, 'pages - many codes';
is_deeply [ sort keys %seen ], [ 200, 429 ], 'pages - and then no more';
is $nginx->request(@page)->{json}{error}, 'store_share_exceeded',
    'with a word for it';

%seen = ();

for (1 .. 20) {
    $_->send($nginx->issue_request) for @clients;
    $seen{$_->receive->{status}}++ for @clients;
}

is_deeply \%seen, { 200 => 640 }, 'the server - still gets its codes';

$nginx->stop;
done_testing;
