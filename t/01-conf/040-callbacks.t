# whatsauth_callback_timeout, whatsauth_callback_inflight and
# whatsauth_callback_ssl_trusted_certificate.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $app = app_with() =~ s/ # here//r;

sub with {
    return join "\n", @_[0 .. $#_ - 1], "$_[-1] # here", $app;
}

# whatsauth_callback_timeout

accepted("whatsauth_callback_timeout - $_",
         with("whatsauth_callback_timeout $_;")) for '100ms', '20s', '10m';

for my $time ('0', '99ms', '11m', 'soon', '-1', '""') {
    refused("whatsauth_callback_timeout - $time",
            with("whatsauth_callback_timeout $time;"),
            'invalid time "' . $time =~ tr/"//dr
            . '" in "whatsauth_callback_timeout" directive: '
            . 'from 100ms to 10m');
}

# whatsauth_callback_inflight

accepted("whatsauth_callback_inflight - $_",
         with("whatsauth_callback_inflight $_;"))
    for '1', '256', '256 per_host=32', '8 per_host=8';

for my $number ('0', '-1', 'many', '1k', '""') {
    refused("whatsauth_callback_inflight - $number",
            with("whatsauth_callback_inflight $number;"),
            'invalid number "' . $number =~ tr/"//dr
            . '" in "whatsauth_callback_inflight" directive');
}

for my $parameter ('per_host=', 'per_host=0', 'per_host=9', 'per_host=x',
                   'per_app=2', '2')
{
    refused("whatsauth_callback_inflight - 8 $parameter",
            with("whatsauth_callback_inflight 8 $parameter;"),
            'invalid parameter' . ($parameter =~ /=\z/ ? '' : qq{ "$parameter"})
            . ' in "whatsauth_callback_inflight" directive');
}

# whatsauth_callback_ssl_trusted_certificate

my $ca = make_certificates();
my $trust = 'whatsauth_callback_ssl_trusted_certificate';

accepted("$trust - a file", with("$trust " . $ca->file . ';'));

# All of them

for my $case ([ 'whatsauth_callback_timeout', '20s' ],
              [ 'whatsauth_callback_inflight', '256' ],
              [ $trust, $ca->file ])
{
    my ($directive, $value) = @$case;

    refused("$directive - twice",
            with("$directive $value;", "$directive $value;"),
            qq{"$directive" directive is duplicate});
    refused("$directive - no argument", with("$directive;"),
            qq{invalid number of arguments in "$directive" directive});
    refused("$directive - three arguments", with("$directive $value b c;"),
            qq{invalid number of arguments in "$directive" directive});
    refused("$directive - in server",
            "$app\nserver {\n$directive $value; # here\n}",
            qq{"$directive" directive is not allowed here});
}

done_testing;
