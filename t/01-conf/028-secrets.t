# A secret is a value, or file:PATH of a file that holds it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $folder = conf_folder();

conf_file('secret', "one-secret\n");
accepted('secret - a file, relative to the configuration',
         app_with('token file:secret;'));
accepted('secret - a file with an absolute path',
         app_with("token file:$folder/secret;"));

my %bad = (
    'file:none' => "open() \"$folder/none\" of \"%s\" directive failed "
        . '(2: No such file or directory)',
    'file:' => 'no path after "file:" in "%s" directive',
    'file:.' => "\"$folder/.\" is no file of at most 4096 bytes",
    'file:big' => "\"$folder/big\" is no file of at most 4096 bytes",
    'file:pipe' => "\"$folder/pipe\" is no file of at most 4096 bytes",
    'file:empty' => 'empty secret in "%s" directive',
    'file:blank' => 'empty secret in "%s" directive',
    'file:words' => 'the secret in "%s" directive has a space or a character '
        . 'outside of ASCII',
);

conf_file('empty', '');
conf_file('blank', "\r\nsecret on the second line\n");
conf_file('words', "two words\n");
conf_file('big', 'x' x 4097);
system 'mkfifo', '-m', '600', "$folder/pipe";

my %use = (
    'token' => 'token %s;',
    'meta app_secret' => 'meta app_secret=%s;',
    'meta verify_token' => 'meta app_secret=a verify_token=%s;',
);

for my $directive (sort keys %use) {
    for my $value (sort keys %bad) {
        refused("$directive - $value",
                app_with(sprintf $use{$directive}, $value),
                $bad{$value} =~ s/%s/$directive/r);
    }
}

refused('token - an empty value', app_with('token "";'),
        'empty secret in "token" directive');
refused('token - a value of two words', app_with('token "two words";'),
        'the secret in "token" directive has a space or a character outside '
        . 'of ASCII');
refused('token - a character outside of ASCII',
        app_with("token caf\xc3\xa9;"),
        'the secret in "token" directive has a space or a character outside '
        . 'of ASCII');

# Who may read it

conf_file('open', "one-secret\n", 0604);
accepted('secret - a file that everybody may read is warned of',
         app_with('token file:open;'),
         "[warn] the secret in \"$folder/open\" is open to every user of this "
         . "machine in $folder/nginx.conf:");
conf_file('group', "one-secret\n", 0640);
accepted('secret - a file that its group may read is fine',
         app_with('token file:group;'));

# What is taken from it

conf_file('full', 'x' x 4096);
accepted('secret - a file of 4096 bytes', app_with('token file:full;'));

my %content = (plain => 'the-token', line => "the-token\n",
    crlf => "the-token\r\n", lines => "the-token\n# of the demo app\n");

for my $name (sort keys %content) {
    my $token = conf_file($name, $content{$name});
    my $nginx = start_nginx(token => "file:$token");

    is $nginx->issue(token => 'the-token')->{status}, 200,
        "secret - a file of the form '$name'";
    $nginx->stop;
}

done_testing;
