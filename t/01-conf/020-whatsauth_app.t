# whatsauth_app: the block, its name, and the directives that an app needs.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

sub named {
    my ($name) = @_;

    return app_with() =~ s/^whatsauth_app demo/whatsauth_app $name/r;
}

accepted('whatsauth_app - the smallest', app_with());
accepted('whatsauth_app - every character of names', named('Shop_1.a-b'));
accepted('whatsauth_app - a name of 64 bytes', named('a' x 64));

for my $name ('""', '"my shop"', 'my/shop', "caf\xc3\xa9", 'a' x 65) {
    my $bare = $name =~ tr/"//dr;
    refused("whatsauth_app - the name $name",
            named($name) =~ s/\{/{ # here/r,
            'invalid app name' . (length $bare > 5 ? '' : qq{ "$bare"})
            . ' in "whatsauth_app" directive: 1 to 64 letters, digits, "_", "-"'
            . ' and "."');
}

refused('whatsauth_app - two of one name', app_with()
        . app_with("token $B;") =~ s/ # here//r =~ s/\{/{ # here/r,
        'duplicate whatsauth_app "demo"');
accepted('whatsauth_app - names differ by case',
         app_with() . named('Demo')
                      =~ s/token-of-tenant-one/token-of-tenant-two/r);

for my $directive ('token', 'phone') {
    refused("whatsauth_app - no $directive", app_without($directive),
            qq{no "$directive" in whatsauth_app "demo"});
}

refused('whatsauth_app - no provider', app_without('meta'),
        'no "meta", "twilio" or "gateway" in whatsauth_app "demo"');
accepted('whatsauth_app - twilio without meta', app_without('meta')
         =~ s/\} # here/twilio account_sid=$SID auth_token=$A;\n}/r);

refused('whatsauth_app - nowhere to call', app_without('callback_url'),
        'no "callback_url" or "authorized_callbacks" in whatsauth_app "demo"');
refused('whatsauth_app - empty', "whatsauth_app demo {\n} # here\n",
        'no "callback_url" or "authorized_callbacks" in whatsauth_app "demo"');

refused('whatsauth_app - an unknown directive', app_with('tokken secret;'),
        'unknown directive "tokken" in whatsauth_app "demo"');
refused('whatsauth_app - a directive with "=", whose value is not shown',
        app_with('token=my-secret;'),
        'unknown directive "token" in whatsauth_app "demo"');
refused("whatsauth_app - what may be a secret: $_", app_with("$_;"),
        'unknown directive in whatsauth_app "demo"')
    for 's3cret-of-mine', 'bXlzZWNyZXQ=', '=secret', '""';

for my $parameter ('app_secret', 'verify_token', 'phone_number_id', 'api') {
    refused("whatsauth_app - a parameter of meta, $_",
            app_with("$parameter$_;"),
            qq{unknown directive "$parameter" in whatsauth_app "demo": it is }
            . 'a parameter of "meta"') for " $A", "=$A";
}

refused("whatsauth_app - a parameter of twilio, $_", app_with("$_ $A;"),
        qq{unknown directive "$_" in whatsauth_app "demo": it is a parameter }
        . 'of "twilio"') for 'account_sid', 'auth_token';
refused('whatsauth_app - a directive of nginx', app_with('root /tmp;'),
        'unknown directive "root" in whatsauth_app "demo"');
refused('whatsauth_app - in the block of another',
        app_with('whatsauth_app inner { }'),
        'unexpected "{"');

refused('whatsauth_app - no name', "whatsauth_app { # here\n}\n",
        'invalid number of arguments in "whatsauth_app" directive');
refused('whatsauth_app - no block', "whatsauth_app demo; # here\n",
        'directive "whatsauth_app" has no opening "{"');
refused('whatsauth_app - in server',
        "server {\n" . named("demo") =~ s/\{/{ # here/r . "}\n",
        '"whatsauth_app" directive is not allowed here');

# include

conf_file('phone.conf', "phone +56943426553;\n");
accepted('whatsauth_app - include in the block, relative to the file',
         app_without('phone') =~ s/\} # here/include phone.conf;\n}/r);

conf_file('apps.conf', app_with());
accepted('whatsauth_app - a whole app included', 'include apps.conf;');

conf_file('twice.conf', "phone +56943426553;\nphone +56943426553;\n");
refused('whatsauth_app - a mistake in the included file',
        app_without('phone') =~ s/\} # here/include twice.conf;\n}/r,
        '"phone" directive is duplicate', 'twice.conf:2');

refused("whatsauth_app - include with arguments:$_", app_with("include$_;"),
        'invalid number of arguments in "include" directive') for '', ' a b';
refused('whatsauth_app - include of a file that is not there',
        app_with('include none.conf;'),
        qr/open\(\) "\S+none\.conf" failed \(2: No such file or directory\)/);

done_testing;
