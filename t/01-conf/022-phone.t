# phone: the number that users write to.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

accepted('phone - spaces, hyphens and brackets',
         app_with('phone "+1 (415) 555-26 71";'));
accepted('phone - 7 digits', app_with('phone +2901234;'));
accepted('phone - 15 digits', app_with('phone +491234567890123;'));

for ([ 'abc' => 'has a character that no phone number has' ],
     [ '""' => 'is empty' ], [ '+' => 'is empty' ],
     [ '+123456' => 'has fewer than 7 digits' ],
     [ '+4912345678901234' => 'has more than 15 digits' ],
     [ '+0123456789' => 'begins with 0: write it with + and the country code' ],
     [ '"07911 123456"'
       => 'begins with 0: write it with + and the country code' ],
     [ '00447911123456'
       => 'begins with 0: write it with + and the country code' ],
     [ '+999123456789' => 'does not begin with the code of a country' ],
     [ '"+36 06 30 123 4567"' => 'has a 0 after the country code that is not '
       . 'dialled from abroad: leave it out' ],
     [ '"+44 (0)0791 123456"' => 'has a 0 after the country code that is not '
       . 'dialled from abroad: leave it out' ],
     [ '56943426553x' => 'has a character that no phone number has' ],
     [ '++56943426553' => 'has a character that no phone number has' ],
     [ '5694+3426553' => 'has a character that no phone number has' ])
{
    my ($phone, $reason) = @$_;
    my $bare = $phone =~ tr/"//dr;

    refused("phone - $phone", app_with("phone $phone;"),
            qq{invalid phone number "$bare" in "phone" directive: it $reason});
}

# Meta's id of the number is easily taken for it, and no link would work.

refused("phone - $_", app_with("phone $_;"), qq{invalid phone number "$_" in }
        . '"phone" directive: it looks like a phone_number_id of Meta, which '
        . 'nobody can call')
    for 106540352242922, 10654035224292, '+14155238886123';
refused("phone - $_", app_with("phone $_;"), qq{invalid phone number "$_" in }
        . '"phone" directive: it has more than 11 digits, the country code '
        . 'included') for '+141552388861', '+791234567890';
refused('phone - a number of +1 without area code',
        app_with('phone +11234567890;'), 'invalid phone number "+11234567890" '
        . 'in "phone" directive: it has no area code after the country code');
refused('phone - a number of +1 with a zero', app_with('phone +10654035224;'),
        'invalid phone number "+10654035224" in "phone" directive: it has a 0 '
        . 'after the country code that is not dialled from abroad: leave it '
        . 'out');
refused("phone - a secret, $_, which is not shown", app_with("phone $_;"),
        'invalid phone number in "phone" directive: it has a character that '
        . 'no phone number has') for 'my-secret', 'EAAGm0PX4ZCpsBA',
                                     '1234-my-secret', 'file:shop.phone';

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

# A link with the zero that is dialled inside the country only is dead

for ([ '"+44 (0) 7911 123456"' => '447911123456' ],
     [ '"+33 06 12 34 56 78"' => '33612345678' ],
     [ '"+39 06 1234 5678"' => '390612345678' ],
     [ "\"\xe2\x80\xad+56 9\xc2\xa04342\xe2\x80\x916553\xe2\x80\xac\""
       => '56943426553' ])
{
    my ($phone, $digits) = @$_;

    $nginx = start_nginx(phone => $phone);
    my $json = $nginx->issue->{json};
    my $title = $phone =~ s/[^ -~]/?/gr;

    like $json->{link}, qr{^https://wa\.me/\+$digits\?}, "phone - $title";
    like $json->{deep_link}, qr{&phone=\+$digits\z}, 'and in the deep link';

    $nginx->stop;
}

done_testing;
