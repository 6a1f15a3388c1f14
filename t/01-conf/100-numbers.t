# sms_phone, authorized_numbers and authorized_origins: the senders and pages
# of an app.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

# sms_phone

accepted('sms_phone - spaces, hyphens and brackets',
         app_with('sms_phone "+1 (415) 555-01 99";'));

accepted("sms_phone - short code $_", app_with("sms_phone $_;"))
    for '123', '12345', '123-456', '12345678';

for ([ 'abc' => 'has a character that no phone number has' ],
     [ '""' => 'is empty' ], [ '+' => 'is empty' ],
     [ '12' => 'has fewer than 7 digits' ],
     [ '+12345' => 'has fewer than 7 digits' ],
     [ '01234' => 'begins with 0: write it with + and the country code' ],
     [ '+4912345678901234' => 'has more than 15 digits' ],
     [ '+141552388861'
       => 'has more than 11 digits, the country code included' ])
{
    my ($phone, $reason) = @$_;
    my $bare = $phone =~ tr/"//dr;

    refused("sms_phone - $phone", app_with("sms_phone $phone;"),
            qq{invalid phone number "$bare" in "sms_phone" directive: it }
            . $reason);
}

refused('sms_phone - twice',
        app_with('sms_phone +14155550199;', 'sms_phone +14155550198;'),
        '"sms_phone" directive is duplicate');
refused('sms_phone - no argument', app_with('sms_phone;'),
        'invalid number of arguments in "sms_phone" directive');

# authorized_numbers

my @numbers = map { sprintf '+569111111%02d', $_ } 1 .. 21;

accepted('authorized_numbers - 20', app_with("authorized_numbers "
         . join(' ', @numbers[0 .. 19]) . ';'));
accepted('authorized_numbers - as people write them',
         app_with('authorized_numbers "+56 9 1111-1111" 56922222222;'));
accepted('authorized_numbers - with commas',
         app_with('authorized_numbers +56911111111,+56922222222;'));

refused('authorized_numbers - 21', app_with('authorized_numbers '
        . join(' ', @numbers) . ';'),
        'invalid number of arguments in "authorized_numbers" directive');
refused('authorized_numbers - 21 with commas', app_with('authorized_numbers '
        . join(',', @numbers[0 .. 19]) . " $numbers[20];"),
        'invalid phone number "+56911111121" in "authorized_numbers" '
        . 'directive: it is one too many: at most 20 are allowed');

for ([ '""', '', 'is empty' ], [ '" "', ' ', 'is empty' ],
     [ ',', '', 'is empty' ], [ '+56922222222,', '', 'is empty' ],
     [ 'abc', 'abc', 'has a character that no phone number has' ],
     [ '+56922222222,123456', '123456', 'has fewer than 7 digits' ],
     [ '+56922222222x', '+56922222222x',
       'has a character that no phone number has' ],
     [ 106540352242922, 106540352242922, 'looks like a phone_number_id of '
       . 'Meta, which nobody can call' ],
     [ '"07911 123456"', '07911 123456',
       'begins with 0: write it with + and the country code' ])
{
    my ($number, $wrong, $reason) = @$_;

    refused("authorized_numbers - $number",
            app_with("authorized_numbers +56911111111 $number;"),
            qq{invalid phone number "$wrong" in "authorized_numbers" }
            . "directive: it $reason");
}

refused('authorized_numbers - twice',
        app_with('authorized_numbers +56911111111;',
                 'authorized_numbers +56922222222;'),
        '"authorized_numbers" directive is duplicate');
refused('authorized_numbers - no argument', app_with('authorized_numbers;'),
        'invalid number of arguments in "authorized_numbers" directive');

# authorized_origins

accepted("authorized_origins - $_", app_with("authorized_origins $_;"))
    for 'https://shop.test', 'https://shop.test:8443', 'http://localhost:3000',
        'http://127.0.0.1:8080', 'https://192.0.2.1', 'http://[::1]:3000',
        'https://a.test https://b.test', 'https://Shop.test';

accepted('authorized_origins - repeated',
         app_with('authorized_origins https://a.test;',
                  'authorized_origins https://b.test;'));

my $ABSOLUTE = 'is not an absolute http or https URL';
my $PATH = 'has a path or a query: scheme, host and port are expected';
my %wrong = (
    '*' => [ ' "*"', $ABSOLUTE ], 'null' => [ ' "null"', $ABSOLUTE ],
    '""' => [ ' ""', $ABSOLUTE ], 'shop.test' => [ '', $ABSOLUTE ],
    '//shop.test' => [ '', $ABSOLUTE ], 'my-secret' => [ '', $ABSOLUTE ],
    'https://' => [ ' "https://"', 'has an invalid host' ],
    'ftp://shop.test' => [ ' "ftp://shop.test"', $ABSOLUTE ],
    'https://shop.test/' => [ ' "https://shop.test/"', $PATH ],
    'https://shop.test/path' => [ ' "https://shop.test/path"', $PATH ],
    'https://shop.test?x' => [ ' "https://shop.test"', $PATH ],
    'https://u@shop.test' => [ ' "https://shop.test"',
                               'has user information' ],
    'https://u:secret@shop.test' => [ ' "https://shop.test"',
                                      'has user information' ],
    'https://*.shop.test' => [ ' "https://*.shop.test"',
                               'has an invalid host' ],
    'https://192.0.2.1/path' => [ ' "https://192.0.2.1/path"', $PATH ],
    'https://192.0.2.1?x' => [ ' "https://192.0.2.1"', $PATH ],
);

for my $origin (sort keys %wrong) {
    my ($shown, $reason) = @{ $wrong{$origin} };

    refused("authorized_origins - $origin",
            app_with("authorized_origins https://good.test $origin;"),
            qq{the URL$shown in "authorized_origins" directive $reason});
}

refused('authorized_origins - no argument', app_with('authorized_origins;'),
        'invalid number of arguments in "authorized_origins" directive');

done_testing;
