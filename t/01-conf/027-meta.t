# meta: a number of ours at Meta, and the secrets that speak for it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

sub two_apps {
    my ($first, $second) = @_;

    return app_with($first) =~ s/ # here//r
           . app_with('token token-two;', $second) =~ s/ # here//r
             =~ s/^whatsauth_app demo/whatsauth_app other/r
             =~ s/\}\n\z/} # here\n/r;
}

accepted('meta - a secret alone', app_with('meta app_secret=s;'));
accepted('meta - keys repeated, to rotate',
         app_with('meta app_secret=a app_secret=b verify_token=c '
                  . 'verify_token=d phone_number_id=1;'));
accepted('meta - another directive for another number',
         app_with('meta app_secret=a phone_number_id=1;',
                  'meta app_secret=b phone_number_id=2;'));
accepted('meta - a phone_number_id of 32 digits',
         app_with('meta app_secret=a phone_number_id=' . '1' x 32 . ';'));

refused('meta - no argument', app_with('meta;'),
        'invalid number of arguments in "meta" directive');
refused('meta - no secret', app_with('meta phone_number_id=1;'),
        'no "app_secret" in "meta" directive');

# The value may be a secret whose key was misspelt: it is not shown.
refused('meta - an unknown key', app_with('meta app_secret=a app_sekret=b;'),
        'unknown parameter 2 in "meta" directive');
refused('meta - a value without a key', app_with('meta my-secret;'),
        'unknown parameter 1 in "meta" directive');

refused('meta - an empty secret', app_with('meta app_secret=;'),
        'empty secret in "meta app_secret" directive');
refused('meta - an empty verify_token',
        app_with('meta app_secret=a verify_token=;'),
        'empty secret in "meta verify_token" directive');

for my $id ('', '12a', '+12', '1' x 33) {
    refused("meta - the phone_number_id \"$id\"",
            app_with("meta app_secret=a phone_number_id=$id;"),
            qq{invalid phone_number_id "$id"});
}

refused('meta - two phone_number_ids in one directive',
        app_with('meta app_secret=a phone_number_id=1 phone_number_id=2;'),
        '"phone_number_id" is duplicate: repeat the "meta" directive for '
        . 'another number');

# One number, one owner.

accepted('meta - two apps share a number and its secrets',
         two_apps('meta app_secret=a app_secret=b phone_number_id=1;',
                  'meta app_secret=b app_secret=a phone_number_id=1;')
         =~ s/ # here//r);
accepted('meta - two apps of one secret have numbers of their own',
         two_apps('meta app_secret=a phone_number_id=1;',
                  'meta app_secret=a phone_number_id=2;') =~ s/ # here//r);
refused('meta - one phone_number_id with other secrets in another app',
        two_apps('meta app_secret=a phone_number_id=1;',
                 'meta app_secret=b phone_number_id=1;'),
        'phone_number_id "1" has other secrets in whatsauth_app "demo"');
refused('meta - one phone_number_id with a secret more in another app',
        two_apps('meta app_secret=a phone_number_id=1;',
                 'meta app_secret=a app_secret=b phone_number_id=1;'),
        'phone_number_id "1" has other secrets in whatsauth_app "demo"');
refused('meta - one phone_number_id with other secrets in one app',
        app_with("meta app_secret=a phone_number_id=1;\n"
                 . 'meta app_secret=b phone_number_id=1;')
        =~ s/ # here\n\}/\n} # here/r,
        'phone_number_id "1" has other secrets in whatsauth_app "demo"');

my @secrets = map { "app_secret=s$_" } 1 .. 65;

accepted('meta - 64 distinct secrets', app_with('meta '
         . join(' ', @secrets[0 .. 31]) . ';', 'meta '
         . join(' ', @secrets[32 .. 63]) . ';'));
refused('meta - 65 distinct secrets', app_with('meta '
        . join(' ', @secrets[0 .. 31]) . ';', 'meta '
        . join(' ', @secrets[32 .. 64]) . ';'),
        'more than 64 distinct provider secrets');

done_testing;
