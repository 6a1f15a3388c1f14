# The directive store_share.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

accepted("store_share - $_", app_with("store_share $_;"))
    for '1%', '25%', '100%';

for my $value ('0%', '101%', '25', '%', '-1%', '1.5%', '25 %', '25%%', 'x%',
               '""', '99999999999999999999%')
{
    my $bare = $value =~ tr/"//dr;
    my $quoted = $value =~ / / ? qq{"$value"} : $value;
    refused("store_share - $value", app_with("store_share $quoted;"),
            qq{invalid value "$bare" in "store_share" directive, }
            . 'it must be from 1% to 100%');
}

refused('store_share - twice',
        app_with('store_share 10%;', 'store_share 10%;'),
        '"store_share" directive is duplicate');
refused('store_share - no argument', app_with('store_share;'),
        'invalid number of arguments in "store_share" directive');
refused('store_share - two arguments', app_with('store_share 1% 2%;'),
        'invalid number of arguments in "store_share" directive');
refused('store_share - in http', 'store_share 10%; # here',
        'unknown directive "store_share"');

done_testing;
