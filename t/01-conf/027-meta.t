# meta: a number of ours at Meta, and the secrets that speak for it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

sub two_apps {
    my ($first, $second) = @_;

    return app_with($first) =~ s/ # here//r
           . app_with('token token-of-tenant-two;', $second) =~ s/ # here//r
             =~ s/^whatsauth_app demo/whatsauth_app other/r
             =~ s/\}\n\z/} # here\n/r;
}

accepted('meta - a secret alone', app_with("meta app_secret=$A;"));
accepted('meta - keys repeated, to rotate',
         app_with("meta app_secret=$A app_secret=$B verify_token=$C "
                  . "verify_token=$D phone_number_id=1;"));
accepted('meta - another directive for another number',
         app_with("meta app_secret=$A phone_number_id=1;",
                  "meta app_secret=$B phone_number_id=2;"));
accepted('meta - a phone_number_id of 32 digits',
         app_with("meta app_secret=$A phone_number_id=" . '1' x 32 . ';'));

accepted('meta - the keyword for the tokens of the app',
         app_with('meta app_secret=secret-of-the-app verify_token=token '
                  . 'verify_token=verify-token-of-the-app;'));

refused('meta - no argument', app_with('meta;'),
        'invalid number of arguments in "meta" directive');
refused('meta - no secret', app_with('meta phone_number_id=1;'),
        'no "app_secret" or "header_secret" in "meta" directive');

# The value may be a secret whose key was misspelt: it is not shown.
refused('meta - an unknown key', app_with("meta app_secret=$A app_sekret=b;"),
        'unknown parameter "app_sekret" in "meta" directive');
refused('meta - a value without a key', app_with('meta my-secret;'),
        'unknown parameter 1 in "meta" directive: "name=value" is expected');

refused("meta - an unknown key, or a secret: $_", app_with("meta $_;"),
        'unknown parameter 1 in "meta" directive: "name=value" is expected')
    for 'c2VjcmV0=', 'bXlzZWNyZXQ==', 'secret-of=the', '=secret', 's3cret=a';

refused('meta - an empty secret', app_with('meta app_secret=;'),
        'empty secret in "meta app_secret" directive');
refused('meta - an empty verify_token',
        app_with("meta app_secret=$A verify_token=;"),
        'empty secret in "meta verify_token" directive');

for my $id ('', '12a', '+12', '1' x 33) {
    refused("meta - the phone_number_id \"$id\"",
            app_with("meta app_secret=$A phone_number_id=$id;"),
            'invalid phone_number_id in "meta" directive: 1 to 32 digits are '
            . 'expected');
}

refused('meta - two phone_number_ids in one directive',
        app_with("meta app_secret=$A phone_number_id=1 phone_number_id=2;"),
        '"phone_number_id" is duplicate: repeat the "meta" directive for '
        . 'another number');

# One number, one owner.

accepted('meta - two apps share a number and its secrets',
         two_apps("meta app_secret=$A app_secret=$B phone_number_id=1;",
                  "meta app_secret=$B app_secret=$A phone_number_id=1;")
         =~ s/ # here//r);
accepted('meta - two apps of one secret have numbers of their own',
         two_apps("meta app_secret=$A phone_number_id=1;",
                  "meta app_secret=$A phone_number_id=2;") =~ s/ # here//r);
refused('meta - one phone_number_id with other secrets in another app',
        two_apps("meta app_secret=$A phone_number_id=1;",
                 "meta app_secret=$B phone_number_id=1;"),
        'phone_number_id "1" has other secrets in whatsauth_app "demo"');
refused('meta - one phone_number_id with a secret more in another app',
        two_apps("meta app_secret=$A phone_number_id=1;",
                 "meta app_secret=$A app_secret=$B phone_number_id=1;"),
        'phone_number_id "1" has other secrets in whatsauth_app "demo"');
refused('meta - one phone_number_id with other secrets in one app',
        app_with("meta app_secret=$A phone_number_id=1;\n"
                 . "meta app_secret=$B phone_number_id=1;")
        =~ s/ # here\n\}/\n} # here/r,
        'phone_number_id "1" has other secrets in whatsauth_app "demo"');

# header_secret: a header in place of the signature.

my $bad = 'invalid value of "meta header_secret": the name of a header, '
          . 'a colon and a secret are expected';
my $file = conf_file('gateway', "Bearer abc-of-the-gateway\n");

accepted('header_secret - alone', app_with("meta header_secret=X-Key:$A;"));
accepted('header_secret - several, to rotate, and a signature besides',
         app_with("meta header_secret=X-Key:$A header_secret=X_Key:$B "
                  . "header_secret=Authorization:$C app_secret=$D;"));
accepted('header_secret - with spaces and colons inside',
         app_with('meta "header_secret=Authorization:Basic a:b c of it";'));
accepted('header_secret - from a file',
         app_with("meta header_secret=Authorization:file:$file;"));

for my $value ('', 'my-secret', ':my-secret', 'X-Key', 'X Key:my-secret',
               'X/Key:my-secret', "X\xc3\xa9:my-secret")
{
    refused("header_secret - \"$value\", which is not shown",
            app_with(qq{meta "header_secret=$value";}), $bad);
}

refused('header_secret - an empty value',
        app_with('meta header_secret=X-Key:;'),
        'empty secret in "meta header_secret" directive');

my %odd = (' a' => 1, 'a ' => 2, "a\tb" => 2, "caf\xc3\xa9" => 4);

for my $value (sort keys %odd) {
    refused("header_secret - the value \"$value\"",
            app_with(qq{meta "header_secret=X-Key:$value";}),
            'the secret in "meta header_secret" directive has a space or a '
            . "character outside of ASCII at position $odd{$value}");
}

refused('app_secret - with a space inside', app_with('meta "app_secret=a b";'),
        'the secret in "meta app_secret" directive has a space or a '
        . 'character outside of ASCII at position 2');
refused('header_secret - from a file that is not there',
        app_with('meta header_secret=X-Key:file:none;'),
        qr/open\(\) ".*none" of "meta header_secret" directive failed .*/);
refused('header_secret - one phone_number_id with another in another app',
        two_apps("meta header_secret=X-Key:$A phone_number_id=1;",
                 "meta header_secret=X-Key:$B phone_number_id=1;"),
        'phone_number_id "1" has other secrets in whatsauth_app "demo"');
accepted('header_secret - the same, by a name in other letters',
         two_apps("meta header_secret=X-Key:$A phone_number_id=1;",
                  "meta header_secret=x-key:$A phone_number_id=1;")
         =~ s/ # here//r);
refused('header_secret - the same value is another secret in another header',
        two_apps("meta header_secret=X-Key:$A phone_number_id=1;",
                 "meta header_secret=Y-Key:$A phone_number_id=1;"),
        'phone_number_id "1" has other secrets in whatsauth_app "demo"');

my @secrets = map { $_ % 2 ? "app_secret=$A$_" : "header_secret=X-Key:$A$_" }
              1 .. 65;

accepted('meta - 64 distinct secrets', app_with('meta '
         . join(' ', @secrets[0 .. 31]) . ';', 'meta '
         . join(' ', @secrets[32 .. 63]) . ';'));
refused('meta - 65 distinct secrets', app_with('meta '
        . join(' ', @secrets[0 .. 31]) . ';', 'meta '
        . join(' ', @secrets[32 .. 64]) . ';'),
        'more than 64 distinct provider secrets');

done_testing;
