# whatsauth_store with the URL of a store on other hosts: each form, each
# parameter, each mistake, and no password in what nginx says of them.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Certificates;
use Test::WhatsAuth::Conf;

my $app = app_with();
my $in = 'in "whatsauth_store" directive';

sub store {
    my ($arguments) = @_;

    return "whatsauth_store $arguments; # here\n$app";
}

sub url {
    my ($parameters) = @_;

    return store("valkey://127.0.0.1:6379 $parameters");
}

# Nothing listens there: nginx -t connects nowhere.

accepted("URL - $_", store($_))
    for 'valkey://127.0.0.1', 'redis://127.0.0.1:6380', 'valkey://[::1]:6379',
        'valkeys://localhost', 'rediss://127.0.0.1,127.0.0.2',
        '"valkey+sentinel://127.0.0.1,127.0.0.2:26380?name=wa"';

for my $case (
    [ 'postgres://127.0.0.1/x', '"postgres://127.0.0.1/x" ' . $in . ' is not a '
      . 'URL of valkey, valkeys, redis, rediss or one of these with +sentinel'
    ],
    [ '://127.0.0.1', '"://127.0.0.1" ' . $in . ' is not a URL of valkey, '
      . 'valkeys, redis, rediss or one of these with +sentinel' ],
    [ 'valkey://user:secret@127.0.0.1', 'the URL ' . $in . ' must have no '
      . 'user or password, see the parameters user and password' ],
    [ 'valkey://', 'the URL ' . $in . ' has an invalid host' ],
    [ 'valkey://127.0.0.1:70000',
      '"127.0.0.1:70000" ' . $in . ' has an invalid port' ],
    [ 'valkey://127.0.0.1,', 'the URL ' . $in . ' has an invalid host' ],
    [ 'valkey://127.0.0.1/1',
      '"/1" ' . $in . ' must have no path: there is only database 0' ],
    [ '"valkey://127.0.0.1?password=secret"', 'the URL ' . $in . ' may have '
      . 'one parameter, name, and with +sentinel only' ],
    [ '"valkey://127.0.0.1#secret"', 'the URL ' . $in
      . ' must have no fragment' ],
    [ 'valkey+sentinel://127.0.0.1', "the URL $in must tell Sentinel's name of "
      . 'the primary: ?name=NAME, of letters, digits, ".", "-" and '
      . '"_"' ],
    [ 'valkey://127.0.0.1,127.0.0.1', '"127.0.0.1" ' . $in
      . ' has a host twice' ],
)
{
    my ($url, $message) = @$case;

    refused("URL - $url", store($url), $message);
}

refused('URL - a host that is nowhere', store('valkey://nowhere.invalid'),
        qr/host not found: "nowhere\.invalid" \Q$in\E/);

# Without TLS only in a network of one's own.

accepted("URL - $_ without TLS", store($_))
    for 'valkey://127.9.9.9', 'valkey://10.1.2.3', 'valkey://172.31.0.1',
        'valkey://192.168.1.1', 'valkey://169.254.1.1', 'valkey://[::1]',
        'valkey://[fd00::1]', 'valkey://[fe80::1]', 'redis://localhost',
        '"valkey+sentinel://10.0.0.1,10.0.0.2?name=wa"';

accepted("URL - $_ with TLS", store($_))
    for 'valkeys://203.0.113.1', 'rediss://[2001:db8::1]';

for my $case (
    [ 'valkey://203.0.113.1', '203.0.113.1' ],
    [ 'valkey://172.32.0.1:6380', '172.32.0.1' ],
    [ 'redis://10.0.0.1,198.51.100.7,203.0.113.1', '198.51.100.7' ],
    [ 'valkey://[2001:db8::1]', '2001:db8::1' ],
    [ '"valkey+sentinel://100.64.0.1?name=wa"', '100.64.0.1' ],
)
{
    my ($url, $host) = @$case;

    accepted("URL - $url without TLS", store($url), "\"$host\" $in is in no "
        . 'private network: valid codes, phone numbers and the password '
        . 'travel there without TLS; use a URL with TLS, valkeys://');
}

# Each parameter.

conf_file('password', "password-of-the-store\n");

accepted("parameter - $_", url($_))
    for 'password=file:password', 'user=whatsauth password=file:password',
        'replicas=0', 'replicas=5', 'timeout=1s', 'timeout=60s', 'retain=30m',
        'prefix=login-2.x_', 'session_cache=0', 'session_cache=500ms',
        'replicas=2 timeout=8s retain=1h prefix=wa session_cache=1s';

for my $case (
    [ 'size=1g', qq{unknown parameter "size" $in} ],
    [ 'sync=off', qq{unknown parameter "sync" $in} ],
    [ 'replicas=6', qq{invalid replicas "6" $in: from 0 to 5} ],
    [ 'replicas=', qq{invalid replicas "" $in: from 0 to 5} ],
    [ 'replicas=-1', qq{invalid replicas "-1" $in: from 0 to 5} ],
    [ 'timeout=999ms', qq{invalid time "999ms" $in: from 1s to 1m} ],
    [ 'timeout=61s', qq{invalid time "61s" $in: from 1s to 1m} ],
    [ 'timeout=soon', qq{invalid time "soon" $in: from 1s to 1m} ],
    [ 'session_cache=2m', qq{invalid time "2m" $in: from 0 to 1m} ],
    [ 'retain=soon', qq{invalid parameter "retain=soon" $in} ],
    [ 'prefix=', qq{invalid prefix "" $in: 1 to 32 letters, digits, "-", }
                 . '"_" and "."' ],
    [ '"prefix={a}"', qq{invalid prefix "{a}" $in: 1 to 32 letters, digits, }
                      . '"-", "_" and "."' ],
    [ 'prefix=a:b', qq{invalid prefix "a:b" $in: 1 to 32 letters, digits, "-", }
                    . '"_" and "."' ],
    [ 'user=whatsauth', qq{"user" $in has no "password"} ],
    [ 'user= password=file:password', qq{invalid parameter "user=" $in} ],
    [ 'password=', 'empty secret in "whatsauth_store password" directive' ],
    [ 'password=file:none', qr/.*none.*/ ],
    [ 'trusted_certificate=password',
      qq{no certificates can be read from "@{[ conf_folder() ]}/password"} ],
)
{
    my ($parameters, $message) = @$case;

    refused("parameter - $parameters", url($parameters), $message);
}

refused("parameter - $_ repeated", url("$_ $_"),
        '"' . s/=.*//r . '" is duplicate')
    for 'password=file:password', 'replicas=1', 'timeout=2s', 'prefix=wa',
        'retain=1h', 'session_cache=1s';

my $file = make_certificates()->file;

accepted('TLS - whom to trust',
         store("valkeys://127.0.0.1 trusted_certificate=$file"));
refused('TLS - whom to trust, without TLS', url("trusted_certificate=$file"),
        qq{"trusted_certificate" $in is for a URL with TLS, valkeys://});

refused('a path - replicas', store('a replicas=1'),
        qq{invalid parameter "replicas=1" $in: size= from 16m, retain=});

done_testing;
