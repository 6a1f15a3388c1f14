# start_limit: the number of codes that pages may ask for from one address.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

accepted("start_limit - $_", app_with("start_limit $_;"))
    for 'off', '60/m 600/h', '1/m 1/h', '65535/m 65535/h', '10/m 5/h';

for my $rate ('0/m', '65536/m', '60', '60/h', '/m', '-1/m', '60/min', 'x/m') {
    refused("start_limit - $rate 600/h", app_with("start_limit $rate 600/h;"),
            qq{invalid rate "$rate" in "start_limit" directive: }
            . 'from 1/m to 65535/m');
}

for my $rate ('0/h', '65536/h', '600', '600/m', '/h', '6.5/h', 'off') {
    refused("start_limit - 60/m $rate", app_with("start_limit 60/m $rate;"),
            qq{invalid rate "$rate" in "start_limit" directive: }
            . 'from 1/h to 65535/h');
}

for my $value ('60/m', '600/h', 'on', 'OFF', '0') {
    refused("start_limit - $value", app_with("start_limit $value;"),
            qq{invalid value "$value" in "start_limit" directive: "off", or }
            . 'codes in a minute and in an hour as in "60/m 600/h" are '
            . 'expected');
}

refused("start_limit - '$_'", app_with("start_limit $_;"),
        'invalid number of arguments in "start_limit" directive')
    for '', '1/m 1/h 1/d';
refused('start_limit - twice',
        app_with('start_limit off;', 'start_limit 1/m 1/h;'),
        '"start_limit" directive is duplicate');
refused('start_limit - in http', 'start_limit off; # here',
        'unknown directive "start_limit"');

done_testing;
