# twilio: an account of ours at Twilio, and the tokens that speak for it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

my $SID2 = 'AC' . '2' x 32;

sub two_apps {
    my ($first, $second) = @_;

    return app_with($first) =~ s/ # here//r
           . app_with('token token-of-tenant-two;', $second) =~ s/ # here//r
             =~ s/^whatsauth_app demo/whatsauth_app other/r
             =~ s/\}\n\z/} # here\n/r;
}

accepted('twilio - account and token',
         app_with("twilio account_sid=$SID auth_token=$A;"));
accepted('twilio - in another order, tokens repeated, to rotate',
         app_with("twilio auth_token=$B account_sid=$SID auth_token=$A;"));
accepted('twilio - another directive for another account',
         app_with("twilio account_sid=$SID auth_token=$A;",
                  "twilio account_sid=$SID2 auth_token=$B;"));
accepted('twilio - beside meta',
         app_with("meta app_secret=$A;",
                  "twilio account_sid=$SID auth_token=$A;"));

conf_file('auth_token', "the-auth-token-in-a-file\r\nanother line\n");
accepted('twilio - a token in a file',
         app_with("twilio account_sid=$SID auth_token=file:auth_token;"));
refused('twilio - a token in a file that is not there',
        app_with("twilio account_sid=$SID auth_token=file:none;"),
        qr/open\(\) "\S+none" of "twilio auth_token" directive failed .*/);

refused('twilio - no argument', app_with('twilio;'),
        'invalid number of arguments in "twilio" directive');
refused('twilio - no account_sid', app_with("twilio auth_token=$A;"),
        'no "account_sid" in "twilio" directive');
refused('twilio - no auth_token', app_with("twilio account_sid=$SID;"),
        'no "auth_token" in "twilio" directive');
refused('twilio - an empty auth_token',
        app_with("twilio account_sid=$SID auth_token=;"),
        'empty secret in "twilio auth_token" directive');

# The value may be a secret whose key was misspelt: it is not shown.
refused('twilio - an unknown key',
        app_with("twilio account_sid=$SID auth_tokn=my-secret;"),
        'unknown parameter "auth_tokn" in "twilio" directive');
refused('twilio - a value without a key', app_with('twilio my-secret;'),
        'unknown parameter 1 in "twilio" directive: "name=value" is expected');
refused('twilio - a key of meta',
        app_with("twilio account_sid=$SID auth_token=$A app_secret=$A;"),
        'unknown parameter "app_secret" in "twilio" directive');

# A SID that no message can have may be the auth token, and is not shown.

my %no_account = (
    'empty' => '',
    'too short' => 'AC1',
    'one digit less' => 'AC' . '1' x 31,
    'one digit more' => 'AC' . '1' x 33,
    'an odd digit' => 'AC' . '1' x 31 . 'g',
    'a path' => 'AC' . '1' x 30 . '/1',
    'an API key' => 'SK' . '1' x 32,
    'small letters' => 'ac' . '1' x 32,
    'an auth token' => '0123456789abcdef0123456789abcdef',
);

for my $how (sort keys %no_account) {
    refused("twilio - an account_sid that is none, $how",
            app_with("twilio auth_token=$A account_sid=$no_account{$how};"),
            'invalid account_sid in "twilio" directive: "AC" and 32 '
            . 'hexadecimal digits are expected, the Account SID of the '
            . 'console and no API key');
}

refused('twilio - two account_sids in one directive',
        app_with("twilio account_sid=$SID account_sid=$SID auth_token=$A;"),
        '"account_sid" is duplicate: repeat the "twilio" directive for '
        . 'another account');

# api

for my $api ('https://api.twilio.com', 'https://api.ie1.twilio.com/',
             'http://127.0.0.1:8080', 'https://proxy.example.com/twilio/')
{
    accepted("twilio - the api $api",
             app_with("twilio account_sid=$SID auth_token=$A api=$api;"));
}

my %bad = (
    'api.twilio.com' => 'is not an absolute http or https URL',
    'ftp://api.twilio.com' => 'is not an absolute http or https URL',
    'https://' => 'has an invalid host',
    'https://192.0.2.1' =>
        'names an IP address with https, which cannot be verified',
    'https://api.twilio.com/?a=b' => 'has a query',
    'https://api.twilio.com/a/../b' => 'has a dot segment in its path',
);

for my $api (sort keys %bad) {
    refused("twilio - the api $api",
            app_with("twilio account_sid=$SID auth_token=$A api=$api;"),
            'the URL' . ($api =~ m{^([a-z]+://[^?]*)} ? qq{ "$1"} : '')
            . qq{ in "twilio" directive $bad{$api}});
}

refused('twilio - two apis',
        app_with("twilio account_sid=$SID auth_token=$A "
                 . 'api=https://a.example.com api=https://b.example.com;'),
        '"api" is duplicate');

# One account, one owner.

accepted('twilio - two apps share an account and its tokens',
         two_apps("twilio account_sid=$SID auth_token=$A auth_token=$B;",
                  "twilio account_sid=$SID auth_token=$B auth_token=$A;")
         =~ s/ # here//r);
accepted('twilio - two accounts share a token',
         two_apps("twilio account_sid=$SID auth_token=$A;",
                  "twilio account_sid=$SID2 auth_token=$A;") =~ s/ # here//r);
refused('twilio - one account with other tokens in another app',
        two_apps("twilio account_sid=$SID auth_token=$A;",
                 "twilio account_sid=$SID auth_token=$B;"),
        qq{account_sid "$SID" has other auth tokens in whatsauth_app "demo"});
refused('twilio - one account twice in an app',
        app_with("twilio account_sid=$SID auth_token=$A;\n"
                 . "twilio account_sid=$SID auth_token=$A;")
        =~ s/ # here\n\}/\n} # here/r,
        qq{duplicate account_sid "$SID" in whatsauth_app "demo"});

# Tokens have places of their own beside the secrets of meta.

my @tokens = map { "auth_token=$A$_" } 1 .. 65;
my @secrets = map { "app_secret=secret-of-owner-s$_" } 1 .. 60;
my $meta = "meta @secrets;";

accepted('twilio - 64 distinct tokens, and 60 secrets of meta',
         app_with($meta, "twilio account_sid=$SID @tokens[0 .. 31];",
                  "twilio account_sid=$SID2 @tokens[32 .. 63];"));
refused('twilio - 65 distinct tokens',
        app_with($meta, "twilio account_sid=$SID @tokens[0 .. 31];",
                 "twilio account_sid=$SID2 @tokens[32 .. 64];"),
        'more than 64 distinct provider secrets');

# Twilio signs a URL; which one is not left to the Host that a client sends.

my $account = app_with("twilio account_sid=$SID auth_token=$A;")
              =~ s/ # here//r;
my $needed = '"twilio" in whatsauth_app "demo" needs "whatsauth_public_url", '
             . 'the URL that Twilio calls';

refused('twilio - without whatsauth_public_url',
        "# no whatsauth_public_url\n$account", $needed);
refused('twilio - without it, where no location has the API',
        "# no whatsauth_public_url\n$account server { listen 127.0.0.1:1; }\n",
        $needed);
accepted('twilio - with whatsauth_public_url before it',
         "whatsauth_public_url https://login.test;\n$account");
accepted('twilio - or after it',
         "$account\nwhatsauth_public_url https://login.test;\n");
accepted('no twilio - whatsauth_public_url may be left out',
         app_with('expires 1m;') =~ s/ # here//r);

done_testing;
