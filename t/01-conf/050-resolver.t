# A configuration needs a resolver if a callback may go to a name; without one
# nginx takes the machine's own name servers.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;

# In a mount namespace of its own, with an empty /etc/resolv.conf.
my @without = qw( unshare --user --map-root-user --mount sh -c );
my $hide = 'mount --bind /dev/null /etc/resolv.conf && exec "$@"';

plan skip_all => 'no user namespaces here'
    if system "@without 'mount --bind /dev/null /etc/resolv.conf' 2>/dev/null";

my $binary = $ENV{TEST_NGINX_BINARY} || 'nginx';
my $nginx = Test::WhatsAuth::Nginx->new;
my $root = $nginx->root;

# Returns what nginx -t says, or '' if it is content.

sub say_without {
    my ($app, %option) = @_;

    $nginx->{app} = $app;
    $nginx->{callback_url} = $option{callback_url};
    $nginx->{http} = $option{http};
    $nginx->write_config("user root;\n"
                         . $nginx->config =~ s/^user root;\n//mr);

    open my $in, '-|', @without, $hide . ' 2>&1', 'sh', $binary, '-e',
         "$root/error.log", '-p', $root, '-c', $nginx->config_file, '-t'
        or die "unshare: $!\n";

    return join '', grep { !/syntax is ok|test is successful|test failed/ }
                    <$in>;
}

# The line of the configuration that a message names.

sub line_of {
    my ($said) = @_;

    my ($line) = $said =~ /:(\d+)\n\z/;
    return (split /\n/, $nginx->config =~ s/^user root;\n//mr)[$line - 2];
}

my $ip = 'http://127.0.0.1/callback';
my $refusal = qr{\A\S+\ \[emerg\]\ (?:\d+\#\d+:\ )?
    callbacks\ need\ a\ "resolver",\ and\ there\ is\ no\ nameserver\ in
    \ /etc/resolv\.conf\ in\ \Q$root\E/nginx\.conf:\d+\n\z}x;

is say_without('', callback_url => $ip), '',
    'resolver - not needed by an IPv4 literal';
is say_without('', callback_url => 'http://[::1]/callback'), '',
    'resolver - not needed by an IPv6 literal';
is say_without("authorized_callbacks $ip;"), '',
    'resolver - not needed by authorized IP literals';
is say_without("authorized_callbacks http://$_/;", callback_url => $ip), '',
    "resolver - not needed by $_" for 'localhost:3000', 'shop.LOCALHOST';

like say_without('', callback_url => 'https://shop.test/'), $refusal,
    'resolver - needed by a callback_url with a name';
like line_of(say_without('', callback_url => 'https://shop.test/')),
    qr/\bwhatsauth on;/, 'and the line of "whatsauth" is named';
like say_without('authorized_callbacks https://shop.test/;',
                 callback_url => $ip), $refusal,
    'resolver - needed by an authorized name';

is say_without('', callback_url => 'https://shop.test/',
               http => 'resolver 127.0.0.1;'), '',
    'resolver - a configured one is taken';

done_testing;
