# expires and callback_retry: times of an app.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;
use Time::Local qw( timegm );

my %limits = (expires => 'from 1s to 6d', callback_retry => 'from 100ms to 1d');

accepted("expires - $_", app_with("expires $_;"))
    for '1s', '1000ms', '5m', '1h 30m' =~ tr/ //dr, '6d';

for my $time ('0', '999ms', '7d', 'soon', '5x', '-1s', '""', '1.5m') {
    refused("expires - $time", app_with("expires $time;"), 'invalid time "'
            . $time =~ tr/"//dr . qq{" in "expires" directive: }
            . $limits{expires});
}

# A 5 that is meant as minutes would be a code for 5 seconds.

accepted("times - $_ is warned of", app_with("$_;"),
         '[warn] the time "' . (split)[1] . '" in "' . (split)[0]
         . '" directive has no unit, seconds are meant in ')
    for 'expires 5', 'expires_max 3600', 'expires 1m30', 'callback_retry 5 10s';
accepted('times - a schedule without units', app_with('callback_retry 2s 7;'),
         '[warn] the time "7" in "callback_retry" directive has no unit');
accepted('times - whatsauth_callback_timeout without a unit',
         'whatsauth_callback_timeout 20;' . app_with() =~ s/ # here//r,
         '[warn] the time "20" in "whatsauth_callback_timeout" directive has '
         . 'no unit');

refused('expires - twice', app_with('expires 1m;', 'expires 2m;'),
        '"expires" directive is duplicate');
refused('expires - no argument', app_with('expires;'),
        'invalid number of arguments in "expires" directive');
refused('expires - two arguments', app_with('expires 1m 30s;'),
        'invalid number of arguments in "expires" directive');

accepted("callback_retry - $_", app_with("callback_retry $_;"))
    for '100ms', '1d', '2s 5s 15s 30s 60s', join ' ', ('1s') x 32;

for my $time ('0', '99ms', '2d', 'soon', '""') {
    refused("callback_retry - $time", app_with("callback_retry 2s $time;"),
            'invalid time "' . $time =~ tr/"//dr
            . qq{" in "callback_retry" directive: $limits{callback_retry}});
}

refused('callback_retry - twice',
        app_with('callback_retry 1s;', 'callback_retry 2s;'),
        '"callback_retry" directive is duplicate');
refused('callback_retry - no argument', app_with('callback_retry;'),
        'invalid number of arguments in "callback_retry" directive');
refused('callback_retry - 33 waits',
        app_with('callback_retry ' . join(' ', ('1s') x 33) . ';'),
        'invalid number of arguments in "callback_retry" directive');

# The effect of expires on a code.

sub lifetime {
    my ($nginx) = @_;

    my $at = $nginx->issue->{headers}{'whatsauth-expires-at'};
    my ($year, $month, @rest) =
        $at =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.\d{3}Z$/ or return;

    return timegm($rest[3], $rest[2], $rest[1], $rest[0], $month - 1, $year)
           - time;
}

for my $case ([ 'the default of 5m', '', 300 ], [ '1h', 'expires 1h;', 3600 ])
{
    my ($what, $line, $seconds) = @$case;
    my $nginx = start_nginx(app => $line);

    cmp_ok abs(lifetime($nginx) - $seconds), '<=', 2, "expires - $what";
    $nginx->stop;
}

done_testing;
