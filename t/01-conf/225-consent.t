# confirm, ask_number and place: what a login at the login page asks for, and
# what its user is told.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

my $REPLIES = 'meta app_secret=0123456789abcdef '
              . 'verify_token=a-verify-token-of-ours '
              . 'phone_number_id=1 access_token=an-access-token-of-ours;';

sub replying {
    my $app = app_without('meta') =~ s/\{/{ $REPLIES/r;
    return $app =~ s/ # here//r =~ s/\{/{ @_ # here\n/r;
}

accepted("confirm - $_, with an account that replies",
         replying("login on; confirm $_;"))
    for 'off', 'unknown', 'always';

accepted('confirm - off, without one', app_with('confirm off;'));

for my $value ('unknown', 'always') {
    refused("confirm - $value, without an account that replies",
            app_with("confirm $value;") =~ s/ # here//r
                =~ s/\}\n\z/} # here\n/r,
            '"confirm" in whatsauth_app "demo" has no way to send PINs: one '
            . 'of its accounts cannot reply to users');
    refused("confirm - $value, in a sandbox",
            replying("login on; confirm $value; sandbox on;") =~ s/ # here//r
                =~ s/\}\n\z/} # here\n/r,
            '"confirm" in whatsauth_app "demo" has no way to send PINs: it '
            . 'has "sandbox on"');
}

my $MUTE = 'meta app_secret=0123456789abcdef '
           . 'verify_token=another-verify-token phone_number_id=2;';

refused('confirm - unknown, with an account that replies and one that does not',
        replying("$MUTE login on; confirm unknown;") =~ s/ # here//r
            =~ s/\}\n\z/} # here\n/r,
        '"confirm" in whatsauth_app "demo" has no way to send PINs: one of its '
        . 'accounts cannot reply to users');
accepted('confirm - not given, with an account that replies and one that does '
         . 'not', replying("$MUTE login on;"));

accepted('confirm - not given, without an account that replies',
         app_with('login on;'));
accepted('confirm - not given, in a sandbox',
         replying('login on; sandbox on;'));

refused("confirm - $_", replying("confirm $_;"),
        qr/invalid value .*in "confirm" .* "off", "unknown" or "always"/)
    for 'on', 'Always', '""';

refused('confirm - twice', replying('confirm off; confirm off;'),
        '"confirm" directive is duplicate');

for my $value ('on', 'off') {
    accepted("ask_number - $value", app_with("ask_number $value;"));
}

refused('ask_number - yes', app_with('ask_number yes;'),
        qr/invalid value .* in "ask_number" .* must be "on" or "off"/);
refused('ask_number - twice', app_with('ask_number on; ask_number on;'),
        '"ask_number" directive is duplicate');

accepted('place - a text', app_with('place "the office in Lima";'));
accepted('place - a variable', app_with('place "near $remote_addr";'));
refused('place - twice', app_with('place a; place b;'),
        '"place" directive is duplicate');

for my $name ('confirm', 'ask_number', 'place') {
    refused("$name - no argument", app_with("$name;"),
            qq{invalid number of arguments in "$name" directive});
    refused("$name - two arguments", app_with("$name off off;"),
            qq{invalid number of arguments in "$name" directive});
    refused("$name - in http", "$name off; # here",
            qq{unknown directive "$name"});
}

done_testing;
