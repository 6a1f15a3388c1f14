# whatsauth_store with a folder: its size, and how long records are kept.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $app = app_with();

sub store {
    my ($arguments) = @_;

    return "whatsauth_store $arguments; # here\n$app";
}

my $limits = 'size= from 16m, retain=';
my $folder = conf_folder();

accepted("whatsauth_store - $_", store($_))
    for "$folder/a", 'relative', "$folder/a size=16m", "$folder/a size=2g",
        "$folder/a retain=1h", "$folder/a retain=0",
        "$folder/a retain=30m size=16777216";

for my $parameter ('size=', 'size=15m', 'size=many', 'size=-1', 'retain=',
                   'retain=soon', 'retain=-1', 'sync=off', '1g')
{
    refused("whatsauth_store - $parameter", store("$folder/a $parameter"),
            'invalid parameter'
            . ($parameter eq 'retain=' ? '' : qq{ "$parameter"})
            . qq{ in "whatsauth_store" directive: $limits});
}

refused("whatsauth_store - $_ repeated", store("$folder/a $_ $_"),
        qq{invalid parameter "$_" in "whatsauth_store" directive: $limits})
    for 'size=16m', 'retain=1h';

accepted('whatsauth_store - retain without a unit is warned of',
         store("$folder/a retain=30"), '[warn] the time "30" in '
         . '"whatsauth_store" directive has no unit, seconds are meant in ');

# It is made when nginx starts, what it lies in is not.

accepted("whatsauth_store - in a folder that exists: $_", store($_))
    for "$folder/a/", "$folder//a", "$folder/./a", "$folder/";
refused("whatsauth_store - in a folder that does not exist: $_", store($_),
        qq{no directory "$folder/a/" for the store "$_" of "whatsauth_store" }
        . '(2: No such file or directory)')
    for "$folder/a/b", "$folder/a/b/", "$folder/a/b//";

refused("whatsauth_store - where a file is: $_", store($_),
        qq{a file is in the place of the store "$_" of "whatsauth_store", or }
        . 'of a directory above it (20: Not a directory)')
    for "$folder/nginx.conf", "$folder/nginx.conf/", "$folder/nginx.conf/a",
        "$folder/nginx.conf/a/b", '/dev/null';

refused('whatsauth_store - no argument', store(''),
        'invalid number of arguments in "whatsauth_store" directive');
refused('whatsauth_store - more than a folder and its parameters',
        store("$folder/a size=16m retain=1h b"),
        qq{invalid parameter "b" in "whatsauth_store" directive: $limits});
refused('whatsauth_store - an empty path', store('""'),
        '"whatsauth_store" directive has an empty path');
refused('whatsauth_store - twice',
        "whatsauth_store a;\nwhatsauth_store b; # here\n$app",
        '"whatsauth_store" directive is duplicate');
refused('whatsauth_store - in server',
        "$app\nserver {\nwhatsauth_store a; # here\n}",
        '"whatsauth_store" directive is not allowed here');

ok !-e "$folder/a", 'whatsauth_store - nginx -t makes no folder';

# A relative path is relative to nginx's prefix.

my $nginx = start_nginx(plain => 1, http => 'whatsauth_store relative;');

is $nginx->issue->{status}, 200, 'whatsauth_store - a relative path';
ok -d $nginx->root . '/relative', 'which begins at the prefix';
is sprintf('%o', (stat $nginx->root . '/relative')[2] & 0777), '700',
    'whatsauth_store - the folder is for the workers alone';
$nginx->stop;

done_testing;
