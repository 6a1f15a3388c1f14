# A secret is a value, or file:PATH of a file that holds it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $folder = conf_folder();

conf_file('secret', "a-secret-in-a-file\n");
accepted('secret - a file, relative to the configuration',
         app_with('token file:secret;'));
accepted('secret - a file with an absolute path',
         app_with("token file:$folder/secret;"));

my $regular = 'of "%s" directive must be a regular file of at most 4096 '
              . 'bytes';
my %bad = (
    'file:none' => "open() \"$folder/none\" of \"%s\" directive failed "
        . '(2: No such file or directory)',
    'file:' => 'no path after "file:" in "%s" directive',
    'file:.' => "\"$folder/.\" $regular",
    'file:big' => "\"$folder/big\" $regular",
    'file:pipe' => "\"$folder/pipe\" $regular",
    'file:empty' => "empty secret in line 1 of \"$folder/empty\" of \"%s\" "
        . 'directive',
    'file:blank' => "empty secret in line 1 of \"$folder/blank\" of \"%s\" "
        . 'directive',
    'file:words' => "the secret in line 1 of \"$folder/words\" of \"%s\" "
        . 'directive has a space or a character outside of ASCII at position 4',
);

conf_file('empty', '');
conf_file('blank', "\r\nsecret on the second line\n");
conf_file('words', "two words\n");
conf_file('big', 'x' x 4097);
system 'mkfifo', '-m', '600', "$folder/pipe";

my %use = (
    'token' => 'token %s;',
    'page_token' => 'page_token %s;',
    'meta app_secret' => 'meta app_secret=%s;',
    'meta verify_token' => "meta app_secret=$A verify_token=%s;",
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
        . 'of ASCII at position 4');
refused('token - a character outside of ASCII',
        app_with("token caf\xc3\xa9;"),
        'the secret in "token" directive has a space or a character outside '
        . 'of ASCII at position 4');

# Readers of the file

conf_file('open', "a-secret-in-a-file\n", 0604);
accepted('secret - a file that everybody may read is warned of',
         app_with('token file:open;'),
         "[warn] the secret in \"$folder/open\" is open to every user of this "
         . "machine: \"chmod 600\" that file in $folder/nginx.conf:");
conf_file('group', "a-secret-in-a-file\n", 0640);
accepted('secret - a file that its group may read is fine',
         app_with('token file:group;'));

mkdir "$folder/closed", 0700;
conf_file('closed/open', "a-secret-in-a-file\n", 0604);
accepted('secret - an open file in a closed folder is fine',
         app_with('token file:closed/open;'));
chmod 0711, "$folder/closed";
accepted('secret - in a folder that all may pass it is warned of',
         app_with('token file:closed/open;'),
         "[warn] the secret in \"$folder/closed/open\" is open to every user");
symlink '../open', "$folder/closed/link";
chmod 0700, "$folder/closed";
accepted('secret - a link in a closed folder to an open file is warned of',
         app_with('token file:closed/link;'),
         "[warn] the secret in \"$folder/closed/link\" is open to every user");

# The same of the configuration: once for each file, which has three secrets

conf_file('app.conf', app_with(), 0644);
accepted('secret - literals in a configuration that everybody may read',
         'include app.conf;',
         "[warn] the secrets in \"$folder/app.conf\" are open to every user "
         . 'of this machine: "chmod 600" that file, or move them to files of '
         . "their own with \"file:\" in $folder/app.conf:2");
conf_file('app.conf', app_with('token file:secret;', 'meta app_secret='
                               . 'file:secret;') =~ s/ # here//r, 0644);
accepted('secret - a configuration without literals may be open',
         'include app.conf;');

# A path without "file:" would be a secret that everybody knows.

my @secrets = (
    [ 'token', 'token "%s";' ],
    [ 'page_token', 'page_token "%s";' ],
    [ 'callback_secret', 'callback_secret "%s";' ],
    [ 'meta app_secret', 'meta "app_secret=%s";' ],
    [ 'meta verify_token', qq{meta app_secret=$A "verify_token=%s";} ],
    [ 'meta access_token', qq{meta app_secret=$A "access_token=%s";} ],
    [ 'meta header_secret', 'meta "header_secret=X-Key:%s";' ],
    [ 'twilio auth_token', qq{twilio account_sid=$SID "auth_token=%s";} ],
);
my %path = (
    'looks like a path' => [ '/etc/nginx/whatsauth/shop.token',
        '/none/shop.token', '//shop.token', './shop.token', '../shop.token',
        '~/shop.token' ],
    'is the name of an existing file' => [ 'nginx.conf', 'closed/link',
        't/01-conf/028-secrets.t' ],
    'begins with "file" but not with "file:"' => [ 'file=/etc/shop.token',
        'file\\;shop.token', 'file /etc/shop.token', 'File:shop.token',
        'FILE:shop.token', 'file.shop.token', 'file/shop.token',
        'file-/shop.token', 'file', "file\xef\xbc\x9ashop.token" ],
);

for my $secret (@secrets) {
    my ($directive, $line) = @$secret;

    for my $why (sort keys %path) {
        refused("$directive - $_", app_with(sprintf $line, $_),
                qq{the secret in "$directive" directive $why: write "file:PATH"}
                . ' if it is in a file') for @{ $path{$why} };
    }
}

accepted("secret - $_ is none", app_with("token $_;"))
    for '/one-slash-is-in-base64', 'filename-of-a-token', 'file-of-the-token',
        'a-token/with/slashes', '~a-token-with-a-tilde', '.a-token-with-a-dot';
conf_file('path', "/etc/nginx/whatsauth/shop.token\n");
accepted('secret - what is in a file may look like a path',
         app_with('token file:path;'));

# Short ones can be guessed. The API key of Meta is as long as Meta made it.

my %short = (
    'token' => 'token %s;',
    'page_token' => 'authorized_origins https://a.test; page_token %s;',
    'meta app_secret' => 'meta app_secret=%s;',
    'meta verify_token' => "meta app_secret=$A verify_token=%s;",
    'twilio auth_token' => "twilio account_sid=$SID auth_token=%s;",
);

my $good = '"openssl rand -hex 32" makes a good one';

for my $directive (sort keys %short) {
    my $with = sub { app_with(sprintf $short{$directive}, $_[0]) };

    accepted("$directive - 16 characters", $with->('x' x 16));
    accepted("$directive - $_ characters", $with->('x' x $_),
             "[warn] the secret in \"$directive\" directive has fewer than 16 "
             . "characters: $good in ") for 8, 15;
    refused("$directive - 7 characters", $with->('x' x 7),
            qq{the secret in "$directive" directive has fewer than 8 }
            . "characters: $good");
}

accepted('header_secret - a short one is warned of, it may not be ours',
         app_with('meta header_secret=X-Key:1234567;'),
         '[warn] the secret in "meta header_secret" directive has fewer than '
         . '16 characters');
accepted('access_token - has no length',
         app_with("meta app_secret=$A access_token=EAAG;"));
conf_file('short', "1234567\n");
refused('token - 7 characters in a file', app_with('token file:short;'),
        "the secret in line 1 of \"$folder/short\" of \"token\" directive has "
        . "fewer than 8 characters: $good");

# The secret in the file

conf_file('full', 'x' x 4096);
accepted('secret - a file of 4096 bytes', app_with('token file:full;'));

my %content = (plain => $A, line => "$A\n", crlf => "$A\r\n",
    lines => "$A\n# of the demo app\n");

for my $name (sort keys %content) {
    my $token = conf_file($name, $content{$name});
    my $nginx = start_nginx(token => "file:$token");

    is $nginx->issue(token => $A)->{status}, 200,
        "secret - a file of the form '$name'";
    $nginx->stop;
}

done_testing;
