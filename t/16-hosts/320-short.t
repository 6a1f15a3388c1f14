# Some faults of `./dev hosts`: a primary that stops, a host that is lost, slots
# that move; and each promise holds.

use strict;
use warnings;

use lib 't/lib', 't/hosts';
use Test::WhatsAuth::Hosts;

use Test::More;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

$ENV{HOSTS_RATE} //= 30;
$ENV{HOSTS_FAULTS} //= '^(?:primary: stopped|host of a primary: lost'
                       . '|slots)';
@ARGV = (60) unless @ARGV;

do './t/hosts/hosts.pl';
die $@ if $@;
