# phone: the number that users write to.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

accepted('phone - spaces, hyphens and brackets',
         app_with('phone "+1 (415) 555-26 71";'));
accepted('phone - 7 digits', app_with('phone +1234567;'));
accepted('phone - 15 digits', app_with('phone +123456789012345;'));

for my $phone ('abc', '""', '+', '+123456', '+1234567890123456',
               '+0123456789', '56943426553x', '++56943426553', '5694+3426553')
{
    my $bare = $phone =~ tr/"//dr;
    refused("phone - $phone", app_with("phone $phone;"),
            qq{invalid phone number "$bare"});
}

refused('phone - twice', app_with('phone +56943426553;',
                                  'phone +56943426554;'),
        '"phone" directive is duplicate');
refused('phone - no argument', app_with('phone;'),
        'invalid number of arguments in "phone" directive');
refused('phone - two arguments', app_with('phone +56 943426553;'),
        'invalid number of arguments in "phone" directive');

my $nginx = start_nginx(phone => '"56 (94) 342-6553"');

like $nginx->issue->{json}{link}, qr{^https://wa\.me/\+56943426553\?},
    'phone - is a plus and digits in the link, however it was written';

$nginx->stop;
done_testing;
