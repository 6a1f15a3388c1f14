# A host is the same in upper and lower case: other letters get it neither
# more permits nor another host's queue.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::SlowSite;
use Time::HiRes qw( sleep );

my @NAMES = qw( shop.test SHOP.test Shop.Test sHoP.tEsT );

my $site = start_slow_site();
my $dns = start_dns('shop.test' => ['127.0.0.1']);
my $base = $site->url('/1500') =~ s/127\.0\.0\.1/shop.test/r;

my $nginx = start_nginx(
    workers => 1,
    http => 'resolver ' . $dns->address . ' ipv6=off;'
            . 'whatsauth_callback_inflight 32 per_host=2;',
    callback_url => $base);

for my $name (@NAMES, @NAMES) {
    my $issued = $nginx->issue(callback_url => $base =~ s/shop\.test/$name/r);
    $nginx->message(text_message(">>$issued->{json}{code}<<"));
}

ok wait_until(sub { 2 == keys %{ $site->arrived } }),
    'host - as many as it may have at once';
sleep 1;
is scalar(keys %{ $site->arrived }), 2,
    'host - in other letters it has no more';
ok wait_until(sub { 8 == keys %{ $site->answered } }, 12),
    'host - and each has its turn';

$nginx->stop;
done_testing;
