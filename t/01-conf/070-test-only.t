# nginx -t looks and touches nothing.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;

my $nginx = Test::WhatsAuth::Nginx->new;
my $store = $nginx->root . '/store';

$nginx->write_config($nginx->config);
my ($good, $said) = $nginx->run_nginx('-t');

ok $good, 'nginx -t - a good configuration' or diag $said;
ok !-e $store, 'nginx -t - makes no store';

mkdir $store or die "$store: $!\n";
utime 1, 1, $store;
chmod 0500, $store;
($good, $said) = $nginx->run_nginx('-t');

ok $good, 'nginx -t - does not look into the store' or diag $said;
is_deeply [ glob "$store/*" ], [], 'nginx -t - puts nothing into the store';
is +(stat $store)[9], 1, 'nor changes its time';
is +(stat $store)[2] & 0777, 0500, 'nor its mode';

open my $foreign, '>', "$store/data.mdb" or die "$store: $!\n";
print $foreign "something else\n";
close $foreign;

($good, $said) = $nginx->run_nginx('-t');
ok $good, 'nginx -t - beside a file that is no store' or diag $said;
is -s "$store/data.mdb", 15, 'nginx -t - leaves it as it is';

done_testing;
