# login, autostart and login_...: the login page of an app; session: how long
# its sessions last.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

for my $switch ('login', 'autostart') {
    accepted("$switch - $_", app_with("$switch $_;")) for 'on', 'off';

    for my $value ('yes', 'On', '1', '""') {
        refused("$switch - $value", app_with("$switch $value;"),
                qr/invalid value .* in "$switch" .* must be "on" or "off"/);
    }

    refused("$switch - no argument", app_with("$switch;"),
            qq{invalid number of arguments in "$switch" directive});
    refused("$switch - two arguments", app_with("$switch on off;"),
            qq{invalid number of arguments in "$switch" directive});
    refused("$switch - twice", app_with("$switch on;", "$switch off;"),
            qq{"$switch" directive is duplicate});
    refused("$switch - in http", "$switch on; # here",
            qq{unknown directive "$switch"});
}

my $without = app_without('callback_url') =~ s/ # here//r;

accepted('login - on, without a URL for callbacks',
         $without =~ s/\{/{ login on;/r);
refused('login - off, without a URL for callbacks',
        $without =~ s/\{/{ login off;/r =~ s/\}\n\z/} # here\n/r,
        'no "callback_url" or "authorized_callbacks" in whatsauth_app "demo"');

for my $name ('claim-shop', 'known-shop') {
    my $app = app_with('login on;') =~ s/whatsauth_app \Kdemo/$name/r
              =~ s/ # here//r;

    refused("login - on, in an app with the name $name",
            $app =~ s/\}\n\z/} # here\n/r,
            qq{whatsauth_app "$name" has "login on", so its name cannot begin }
            . 'with "claim-" or "known-": another app\'s cookie has that name');
    accepted("login - off, in an app with the name $name",
             $app =~ s/login on/login off/r);
}

my $off = app_with('login on;') =~ s/whatsauth_app \Kdemo/off/r
          =~ s/ # here//r;

refused('login - on, in an app with the name off',
        $off =~ s/\}\n\z/} # here\n/r,
        'whatsauth_app "off" has "login on", so it needs another name: '
        . '"whatsauth_gate off" means no gate');
accepted('login - off, in an app with the name off',
         $off =~ s/login on/login off/r);

accepted('login_title - some words', app_with('login_title "My company";'));
accepted('login_title - 128 bytes', app_with('login_title ' . 'a' x 128 . ';'));

for my $title ('""', 'a' x 129, "\"a\nb\"", "a\xff") {
    refused('login_title - ' . $title =~ s/[^\w"]/?/gr,
            app_with("login_title $title;"),
            'the text in "login_title" directive must be 1 to 128 bytes of '
            . 'UTF-8 without control characters');
}

for my $directive ('login_title', 'login_language') {
    refused("$directive - no argument", app_with("$directive;"),
            qq{invalid number of arguments in "$directive" directive});
    refused("$directive - twice",
            app_with("$directive en;", "$directive en;"),
            qq{"$directive" directive is duplicate});
}

for my $directive ('login_logo', 'login_style', 'login_texts') {
    refused("$directive - an empty name", app_with("$directive \"\";"),
            qq{invalid file "" in "$directive" directive: the name of a file }
            . 'is expected');
    refused("$directive - no argument", app_with("$directive;"),
            qq{invalid number of arguments in "$directive" directive});
}

accepted("session - $_", app_with("session $_;"))
    for '12h', '1m', '400d', '12h idle=1h', '12h idle=12h', '12h persist=on',
        '12h persist=off', '12h idle=1m persist=on', '12h persist=on idle=1h';

for my $time ('59s', '401d', '0', '-1h', 'forever', '""') {
    refused("session - $time", app_with("session $time;"),
            qr/invalid time.* in "session" directive.*/);
}

for my $option ('idle=59s', 'idle=13h', 'idle=', 'idle=x', 'idle', 'persist=1',
                'persist=', 'persist', 'On', 'other=1')
{
    refused("session - 12h $option", app_with("session 12h $option;"),
            qr/invalid parameter.* in "session" directive: "idle=" and .*/);
}

for my $option ('idle=1h', 'persist=on') {
    refused("session - 12h $option, twice",
            app_with("session 12h $option $option;"),
            qr/invalid parameter.* in "session" directive: .*/);
}

refused('session - no argument', app_with('session;'),
        'invalid number of arguments in "session" directive');
refused('session - four arguments', app_with('session 1h 1h 1h 1h;'),
        'invalid number of arguments in "session" directive');
refused('session - twice', app_with('session 1h;', 'session 2h;'),
        '"session" directive is duplicate');

done_testing;
