# whatsauth: its places and its values.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $app = app_with();
my $listen = 'listen 127.0.0.1:' . slot_port() . ';';

sub location {
    my ($location, $line) = @_;

    return "$app\nserver {\n$listen\n$location {\n$line\n}\n}\n";
}

accepted('whatsauth - on in a prefix location',
         location('location /api/v1/', 'whatsauth on;'));
accepted('whatsauth - on in a location that excludes regexes',
         location('location ^~ /api/v1/', 'whatsauth on;'));
accepted('whatsauth - on in the root',
         location('location /', 'whatsauth on;'));
accepted('whatsauth - one endpoint in an exact location',
         location('location = /code', 'whatsauth verification_code;'));
accepted('whatsauth - one endpoint in a regex location',
         location('location ~ ^/hooks?$', 'whatsauth messages;'));
accepted('whatsauth - in a nested location', location('location /api/',
         "location /api/v1/ {\nwhatsauth on;\n}"));

for my $where ('location /api/v1', 'location = /api/v1/',
               'location ~ ^/api/v1/', 'location @api')
{
    my ($name) = $where =~ /(\S+)$/;
    refused("whatsauth - on in $where",
            location($where, 'whatsauth on; # here'),
            '"whatsauth on" is allowed only in a prefix location that ends '
            . qq{in "/", not in "$name"});
}

refused('whatsauth - an unknown endpoint',
        location('location /api/v1/', 'whatsauth codes; # here'),
        'invalid value "codes" in "whatsauth" directive, it must be "on" or '
        . 'the name of an endpoint');
refused('whatsauth - an empty value',
        location('location /api/v1/', 'whatsauth ""; # here'),
        'invalid value "" in "whatsauth" directive, it must be "on" or '
        . 'the name of an endpoint');
refused('whatsauth - twice in a location',
        location('location /', "whatsauth on;\nwhatsauth messages; # here"),
        '"whatsauth" directive is duplicate');
refused('whatsauth - no argument',
        location('location /', 'whatsauth; # here'),
        'invalid number of arguments in "whatsauth" directive');
refused('whatsauth - two arguments',
        location('location /', 'whatsauth on messages; # here'),
        'invalid number of arguments in "whatsauth" directive');

# Of two content handlers nginx silently takes the last one.

my $two = '"whatsauth" and another content handler, such as '
          . '"proxy_pass", in location "/api/v1/": give each a location of '
          . 'its own';
my $none = '"whatsauth" is used but there is no "whatsauth_app": add one to '
           . '"http"';
my @answers = ('proxy_pass http://127.0.0.1:9;', 'fastcgi_pass 127.0.0.1:9;',
    'uwsgi_pass 127.0.0.1:9;', 'scgi_pass 127.0.0.1:9;',
    'memcached_pass 127.0.0.1:9;', 'empty_gif;', 'stub_status;');

for my $other (@answers) {
    refused("whatsauth - after $other", location('location /api/v1/',
            "$other\nwhatsauth on; # here"), $two);
    refused("whatsauth - before $other", location('location /api/v1/',
            "whatsauth on; # here\n$other"), $two);
}

refused('whatsauth - one endpoint beside another content handler',
        location('location = /code',
                 "whatsauth verification_code; # here\n$answers[0]"),
        $two =~ s{/api/v1/}{/code}r);
refused('whatsauth - with another content handler in limit_except',
        location('location /api/v1/', "whatsauth on; # here\n"
                 . "limit_except GET {\n"
                 . "$answers[0]\n}"), qr/"whatsauth" and another .*/);
accepted("whatsauth - beside $_",
         location('location /api/v1/', "$_\nwhatsauth on;"))
    for 'limit_except GET { deny all; }', 'root /tmp;', 'autoindex on;',
        'rewrite ^/a /b;', 'if ($arg_a) { return 403; }',
        'location /api/v1/other { empty_gif; }';
accepted('whatsauth - in a location of another content handler', location(
         "location /api/", "$answers[0]\nlocation /api/v1/ { whatsauth on; }"));

refused('whatsauth - in http', "whatsauth on; # here\n$app",
        '"whatsauth" directive is not allowed here');
refused('whatsauth - in server',
        "$app\nserver {\n$listen\nwhatsauth on; # here\n}",
        '"whatsauth" directive is not allowed here');
refused('whatsauth - in if',
        location('location /', "if (\$arg_a) {\nwhatsauth on; # here\n}"),
        '"whatsauth" directive is not allowed here');

# The message names the file and server, among many.

conf_file('site.conf', "server {\n$listen\nlocation /api/v1/ {\n\n"
          . "whatsauth on;\n$answers[0]\n}\n}\n");
refused('whatsauth - beside another content handler, in an included file',
        "$app\nserver {\n$listen\nserver_name a;\n"
        . "location /api/v1/ { whatsauth on; }\n}\ninclude site.conf;",
        $two, 'site.conf:5');
refused('whatsauth - without an app, in an included file',
        'include site.conf; # no server {', $none, 'site.conf:5');
refused('whatsauth - without an app',
        "server {\n$listen\nlocation /api/v1/ {\nwhatsauth on; # here\n}\n}",
        $none);
accepted('whatsauth_app - without whatsauth',
         "$app\nserver {\n$listen\n}");

done_testing;
