# callback_secret: the secrets that sign callbacks.

use strict;
use warnings;

use lib 't/lib';
use MIME::Base64 qw( encode_base64 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

sub secret_of {
    my ($bytes) = @_;

    return 'whsec_' . encode_base64('k' x $bytes, '');
}

accepted("callback_secret - $_ bytes",
         app_with('callback_secret ' . secret_of($_) . ';')) for 24, 32, 64;
accepted('callback_secret - repeated, to rotate',
         app_with(map { 'callback_secret ' . secret_of($_) . ';' } 24, 25));

my $file = conf_file('shop.whsec', secret_of(32) . "\n");

accepted('callback_secret - in a file',
         app_with("callback_secret file:$file;"));
accepted('callback_secret - in a file beside the configuration',
         app_with('callback_secret file:shop.whsec;'));

my $format = 'the secret in "callback_secret" directive is not "whsec_" and 24 '
             . 'to 64 bytes in padded base64';
my $make = ': echo "whsec_$(openssl rand -base64 32)" makes one';

# No message repeats what may be most of a secret.

refused("callback_secret - $_->[0]", app_with("callback_secret $_->[1];"),
        $format . $make) for
    [ '23 bytes', secret_of(23) ], [ '65 bytes', secret_of(65) ],
    [ 'nothing after the prefix', 'whsec_' ],
    [ 'without its padding', secret_of(32) =~ s/=+\z//r ],
    [ 'a character that is no base64', secret_of(32) =~ s/a/!/r ],
    [ 'base64 of URLs', 'whsec_' . '-_' x 16 ];

refused("callback_secret - $_", app_with("callback_secret $_;"),
        'the secret in "callback_secret" directive does not begin with '
        . '"whsec_"' . $make) for 'secret', secret_of(32) =~ s/whsec_//r,
        uc secret_of(32);

conf_file('bad.whsec', "nothing\n");
refused('callback_secret - a file with something else',
        app_with('callback_secret file:bad.whsec;'),
        'the secret in line 1 of "' . conf_folder() . '/bad.whsec" of '
        . '"callback_secret" directive does not begin with "whsec_"'
        . $make);
refused('callback_secret - a file that is not there',
        app_with('callback_secret file:none.whsec;'),
        qr/open\(\) "\S+none\.whsec" of "callback_secret" directive failed .*/);
refused('callback_secret - no argument', app_with('callback_secret;'),
        'invalid number of arguments in "callback_secret" directive');

# Without one, anyone who knows the callback URL can log in as anybody.

accepted('callback_secret - none, meant so', app_with('callback_secret none;'));
accepted('callback_secret - not given', app_without('callback_secret'),
         '[warn] no "callback_secret" in whatsauth_app "demo": anyone who '
         . 'knows the callback URL can log in as anybody; "callback_secret '
         . 'none;" accepts that in ');
accepted("callback_secret - not given, and $_",
         app_without('callback_secret', 'callback_url') =~ s/\}/$_\n}/r,
         '[warn] no "callback_secret" in whatsauth_app "demo": ')
    for 'authorized_callbacks https://shop.test/;',
        'authorized_callbacks public;';

my $beside = '"callback_secret none" beside another "callback_secret" '
             . 'directive';

refused('callback_secret - none after another', app_with(
            'callback_secret ' . secret_of(24) . ';', 'callback_secret none;'),
        $beside);
refused('callback_secret - none before another', app_with(
            'callback_secret none;', 'callback_secret ' . secret_of(24) . ';'),
        $beside);
refused('callback_secret - none twice',
        app_with('callback_secret none;', 'callback_secret none;'), $beside);

my $nginx = start_nginx(app => 'callback_secret ' . secret_of(24) . ';');

unlike $nginx->error_log, qr/callback_secret/, 'callback_secret - no warning';
$nginx->write_config($nginx->config =~ s/callback_secret \S+//r);
$nginx->reload;
like $nginx->error_log, qr/\[warn\] .*no "callback_secret" in whatsauth_app /,
    'callback_secret - taken out by a reload, which is warned of';

$nginx->stop;
done_testing;
