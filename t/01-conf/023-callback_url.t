# callback_url and authorized_callbacks: the URLs at which nginx may call a
# site.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

my $long = 'https://shop.test/' . 'a' x (1024 - 18);

my @good = ('https://shop.test/webhook', 'https://shop.test',
    'https://shop.test?a=1', 'https://shop.test:8080/a%20b', $long,
    'http://127.0.0.1:9/', 'http://[::1]:9/', 'HTTPS://Shop.TEST/');

my %bad = (
    'shop.test/webhook' => 'is not an absolute http or https URL',
    '/webhook' => 'is not an absolute http or https URL',
    'ftp://shop.test/' => 'is not an absolute http or https URL',
    '""' => 'is not an absolute http or https URL',
    'https://' => 'has an invalid host',
    'https://shop_test..x/' => 'has an invalid host',
    'http://127.1/' => 'has an invalid host',
    'https://shop.test:0/' => 'has an invalid port',
    'https://shop.test:65536/' => 'has an invalid port',
    'https://shop.test:/' => 'has an invalid port',
    'https://shop.test/a#b' => 'has a fragment',
    'https://shop.test/a/../b' => 'has a dot segment in its path',
    'https://shop.test/a/%2E./b' => 'has a dot segment in its path',
    '"https://shop.test/a b"' => 'has a control character, space, backslash '
        . 'or a byte that must be percent-encoded',
    'https://127.0.0.1/' => 'names an IP address with https, which cannot be '
        . 'verified',
);

# Messages show neither a query nor a password.

sub shown {
    my ($url) = @_;

    return $url =~ m{^"?([a-z]+://[^"#?]*)} || $url eq '""'
           ? ' "' . ($1 // '') . '"' : '';
}


my $user = 'the URL "https://shop.test" in "callback_url" directive has user '
           . 'information';

refused('callback_url - a user',
        app_with('callback_url https://me@shop.test/;'), $user);
refused('callback_url - a password',
        app_with('callback_url https://me:secret@shop.test/;'), $user);
refused('callback_url - a query',
        app_with('callback_url shop.test/?key=secret;'),
        'the URL in "callback_url" directive is not an absolute http or https '
        . 'URL');
refused('callback_url - a query of a URL',
        app_with('callback_url https://shop.test:0/a?key=secret;'),
        'the URL "https://shop.test:0/a" in "callback_url" directive has an '
        . 'invalid port');

# Text before an "@" may be a password of any characters.

for ([ 'https://me:sec/ret@shop.test/' => 'https://', 'has an invalid port' ],
     [ 'https://me:sec?ret@shop.test/' => 'https://', 'has an invalid port' ],
     [ 'https://me:secret/' => 'https://me', 'has an invalid port' ],
     [ 'https://a:1/../secret@b' => 'https://',
       'has a dot segment in its path' ],
     [ 'https://me:s@ecret@shop.test/' => 'https://shop.test',
       'has user information' ],
     [ 'https://me@[::1]:8080/' => 'https://[::1]:8080',
       'has user information' ])
{
    my ($url, $shown, $reason) = @$_;

    refused("callback_url - $url", app_with("callback_url $url;"),
            qq{the URL "$shown" in "callback_url" directive $reason});
}

refused("callback_url - a secret, $_", app_with("callback_url $_;"),
        'the URL in "callback_url" directive is not an absolute http or https '
        . 'URL') for 'my-secret', 'EAAGm0PX4ZCpsBA', 'c2VjcmV0=', '1:my-secret';

for my $url (@good) {
    accepted('callback_url - ' . substr($url, 0, 40),
             app_with("callback_url $url;"));
}

# Without TLS anybody on the way can read a callback, and write one.

my @plain = ('shop.test', '203.0.113.1', '100.64.0.1', '[2001:db8::1]',
    'localhost.test', 'shop');
my @near = ('localhost', 'Shop.localhost', '127.1.2.3', '10.0.0.1',
    '192.168.1.1', '172.31.0.1', '169.254.1.1', '[::1]', '[fd00::1]');

for my $directive ('callback_url', 'authorized_callbacks') {
    accepted("$directive - http://$_ is warned of",
             app_with("$directive http://$_:8080/a;"),
             '[warn] requests to "' . tr/[]//dr . qq{" by "$directive" }
             . 'directive are not encrypted, use https in ') for @plain;
    accepted("$directive - http://$_", app_with("$directive http://$_/a;"))
        for @near;
    accepted("$directive - https://shop.test",
             app_with("$directive https://shop.test/a;"));
}

for my $directive ('callback_url', 'authorized_callbacks') {
    for my $url (sort keys %bad) {
        refused("$directive - " . substr($url, 0, 40),
                app_with("$directive $url;"), 'the URL' . shown($url)
                . qq{ in "$directive" directive $bad{$url}});
    }

    # As much of it as leaves room for the reason.
    refused("$directive - 1025 bytes", app_with("$directive ${long}a;"),
            'the URL "' . substr($long, 0, 128)
            . qq{" in "$directive" directive is longer than 1024 bytes});

    refused("$directive - no argument", app_with("$directive;"),
            qq{invalid number of arguments in "$directive" directive});
}

refused('callback_url - twice', app_with('callback_url http://127.0.0.1/a;',
                                         'callback_url http://127.0.0.1/b;'),
        '"callback_url" directive is duplicate');
refused('callback_url - two of them',
        app_with('callback_url http://127.0.0.1/a http://127.0.0.1/b;'),
        'invalid number of arguments in "callback_url" directive');

accepted('authorized_callbacks - without a callback_url',
         app_without('callback_url')
         =~ s{\} # here}{authorized_callbacks http://127.0.0.1/;\n\}}r);
accepted('authorized_callbacks - several, and repeated',
         app_with('authorized_callbacks http://127.0.0.1/a http://[::1]/b;',
                  'authorized_callbacks http://127.0.0.1/c;'));
refused('authorized_callbacks - a query',
        app_with('authorized_callbacks http://127.0.0.1/a?b=c;'),
        'the URL "http://127.0.0.1/a" in "authorized_callbacks" directive has '
        . 'a query');

done_testing;
