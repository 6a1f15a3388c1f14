# whatsauth_public_url, and the APIs for replies.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

sub public {
    my ($url) = @_;

    return "whatsauth_public_url $url; # here\n"
           . app_with('expires 1m;') =~ s/ # here//r;
}

accepted("whatsauth_public_url - $_", public($_) =~ s/ # here//r)
    for 'https://login.test', 'https://login.test/', 'http://localhost:8080',
        'https://login.test:8443', 'https://192.0.2.1', 'http://[::1]:8080/';

my $ABSOLUTE = 'is not an absolute http or https URL';
my $PATH = 'has a path or a query: scheme, host and port are expected';

for ([ '""' => ' ""', $ABSOLUTE ], [ 'login.test' => '', $ABSOLUTE ],
     [ 'my-secret' => '', $ABSOLUTE ], [ 'https://' => '', $ABSOLUTE ],
     [ 'ftp://login.test' => ' "ftp://login.test"', $ABSOLUTE ],
     [ 'https://login.test/path' => ' "https://login.test/path"', $PATH ],
     [ 'https://login.test?x' => ' "https://login.test"', $PATH ],
     [ 'https://login.test//' => ' "https://login.test/"', $PATH ],
     [ 'https://u:p@login.test' => ' "https://login.test"',
       'has user information' ],
     [ 'https://login.test#x' => ' "https://login.test"', 'has a fragment' ],
     [ 'https://192.0.2.1/path' => ' "https://192.0.2.1/path"', $PATH ])
{
    my ($url, $shown, $reason) = @$_;

    refused("whatsauth_public_url - $url", public($url),
            qq{the URL$shown in "whatsauth_public_url" directive $reason});
}

refused('whatsauth_public_url - twice', "whatsauth_public_url http://a.test;\n"
        . public('http://b.test'),
        '"whatsauth_public_url" directive is duplicate');
refused('whatsauth_public_url - no argument', public(''),
        'invalid number of arguments in "whatsauth_public_url" directive');
refused('whatsauth_public_url - in server', app_with() . "server {\n"
        . "whatsauth_public_url http://a.test; # here\n}\n",
        '"whatsauth_public_url" directive is not allowed here');

# meta and twilio

my %needed = (
    meta => "app_secret=$A",
    twilio => "account_sid=$SID auth_token=$A",
);

sub app_of {
    my ($provider, $arguments) = @_;

    my $line = "$provider $needed{$provider} $arguments;";

    return $provider eq 'meta' ? app_with($line)
           : app_without('meta') =~ s/\} # here/$line # here\n}/r;
}

for my $provider (sort keys %needed) {
    accepted("$provider api - $_", app_of($provider, "api=$_"))
        for 'https://api.test', 'https://api.test/v99.0', 'https://api.test/',
            'http://127.0.0.1:8080/a/b', 'http://10.0.0.1', 'http://[::1]:81';

    accepted("$provider api - http to elsewhere is warned of",
             app_of($provider, 'api=http://api.test'),
             qq{[warn] requests to "api.test" by "$provider" directive are }
             . 'not encrypted, use https in ');
    refused("$provider api - $_", app_of($provider, "api=$_"),
            qr/the URL "\Q@{[ s{#.*}{}r ]}\E" in "$provider" directive .+/)
        for 'https://api.test/a/../b', 'https://192.0.2.1/v26.0',
            'https://api.test/x%23#v26';
    refused("$provider api - $_, which is not shown",
            app_of($provider, "api=$_"),
            qq{the URL in "$provider" directive $ABSOLUTE})
        for 'api.test', 'my-secret';

    refused("$provider api - with a query",
            app_of($provider, 'api=https://api.test/?a=b'),
            qq{the URL "https://api.test/" in "$provider" directive }
            . 'has a query');
    refused("$provider api - twice",
            app_of($provider, 'api=https://a.test api=https://b.test'),
            '"api" is duplicate');
}

accepted('access_token - a value',
         app_of('meta', 'phone_number_id=1 access_token=EAAG'));

conf_file('shop.access_token', "EAAG-in-a-file\n");
accepted('access_token - in a file',
         app_of('meta', 'access_token=file:shop.access_token'));
refused('access_token - empty', app_of('meta', 'access_token='),
        'empty secret in "meta access_token" directive');
refused('access_token - twice',
        app_of('meta', 'access_token=a access_token=b'),
        '"access_token" is duplicate');
refused('access_token - a file that is not there',
        app_of('meta', 'access_token=file:none'),
        qr/open\(\) "\S+none" of "meta access_token" directive failed .*/);

done_testing;
