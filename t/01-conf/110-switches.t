# The switches, words and numbers of an app.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

# Faults of every directive with one argument

sub common {
    my ($directive, $value) = @_;

    refused("$directive - twice", app_with("$directive $value;",
            "$directive $value;"), qq{"$directive" directive is duplicate});
    refused("$directive - no argument", app_with("$directive;"),
            qq{invalid number of arguments in "$directive" directive});
    refused("$directive - in http", "$directive $value; # here",
            qq{unknown directive "$directive"});
}

for my $switch ('enabled', 'sandbox', 'sms', 'sms_reply') {
    accepted("$switch - $_",
             app_with('sms_phone +14155550199;', "$switch $_;"))
        for 'on', 'off';

    for my $value ('yes', 'ON', '1', '""') {
        my $bare = $value =~ tr/"//dr;
        refused("$switch - $value", app_with("$switch $value;"),
                qq{invalid value "$bare" in "$switch" directive, }
                . 'it must be "on" or "off"');
    }

    common($switch, 'on');
    refused("$switch - two arguments", app_with("$switch on off;"),
            qq{invalid number of arguments in "$switch" directive});
}

refused('sms - on without sms_phone',
        app_with('sms on;') =~ s/ # here\n\}/\n} # here/r,
        'no "sms_phone" for "sms on" in whatsauth_app "demo"');
accepted('sms - off without sms_phone', app_with('sms off;'));

# callback_success, message, callback_on

accepted("callback_success - $_", app_with("callback_success $_;"))
    for 'any', 'strict';
refused("callback_success - $_", app_with("callback_success $_;"),
        qq{invalid value "$_" in "callback_success" directive, it must be }
        . '"any" or "strict"') for '2xx', 'Any';
common('callback_success', 'any');

accepted("message - $_", app_with("message $_;")) for 'prefilled', 'any';
refused("message - $_", app_with("message $_;"),
        'invalid value' . (/^Pre/ ? '' : ' "' . tr/"//dr . '"')
        . ' in "message" directive, it must be "prefilled" or "any"')
    for 'exact', 'Prefilled', 'on', '""';
common('message', 'any');

accepted("callback_on - $_", app_with("callback_on $_;"))
    for 'validated', 'failed', 'expired', 'expired failed validated';

for my $statuses ('all', 'requested', 'Validated', 'validated validated',
                  'validated failed validated', 'off')
{
    my $wrong = $statuses =~ /(\b\w{1,5})$/ ? qq{ "$1"} : '';
    refused("callback_on - $statuses", app_with("callback_on $statuses;"),
            qq{invalid or repeated status$wrong in "callback_on" directive: }
            . '"validated", "failed" and "expired" are expected, each once');
}

common('callback_on', 'validated');

# Numbers

accepted("max_live - $_", app_with("max_live $_;")) for 1, 100000, 100000000;

for my $number ('0', '-1', '1k', 'x', '""', '1.5', '99999999999999999999') {
    my $bare = $number =~ tr/"//dr;
    refused("max_live - $number", app_with("max_live $number;"),
            qq{invalid number "$bare" in "max_live" directive});
}

common('max_live', 1);

accepted("reply_limit - $_", app_with("reply_limit $_;"))
    for '3/h 1000/h', '1/h 1/h', '65535/h 65535/h', '10/h 5/h';

for my $rate ('0/h', '65536/h', '3', '3/m', '/h', '-1/h', '3/hour', 'x/h') {
    for my $rates ("$rate 1000/h", "3/h $rate") {
        refused("reply_limit - $rates", app_with("reply_limit $rates;"),
                qq{invalid rate "$rate" in "reply_limit" directive: }
                . 'from 1/h to 65535/h');
    }
}

refused("reply_limit - '$_'", app_with("reply_limit $_;"),
        'invalid number of arguments in "reply_limit" directive')
    for '', '3/h', '3/h 10/h 100/h';
refused('reply_limit - twice', app_with('reply_limit 1/h 1/h;',
        'reply_limit 2/h 2/h;'), '"reply_limit" directive is duplicate');

# expires_max, and what it and expires are without each other

accepted("expires_max - $_", app_with("expires_max $_;"))
    for '5m', '6d', '1h30m', '1m', '1s';
accepted('expires_max - equal to expires',
         app_with('expires 1m;', 'expires_max 1m;'));
accepted('expires - longer than the default of expires_max',
         app_with('expires 2d;'));

for my $time ('0', '999ms', '7d', 'soon', '""') {
    my $bare = $time =~ tr/"//dr;
    refused("expires_max - $time", app_with("expires_max $time;"),
            qq{invalid time "$bare" in "expires_max" directive: }
            . 'from 1s to 6d');
}

common('expires_max', '1h');

refused('expires_max - shorter than expires',
        app_with('expires 61s;', 'expires_max 1m;') =~ s/ # here//r
        =~ s/\}\n\z/} # here\n/r,
        '"expires" is longer than "expires_max" in whatsauth_app "demo"');

done_testing;
