# whatsauth_login: its places and its app.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $listen = 'listen 127.0.0.1:' . slot_port(0) . ';';
my $app = app_with('login on;') =~ s/ # here//r;

sub server {
    my ($locations) = @_;

    return "server {\n$listen\n$locations\n}\n";
}

sub location {
    my ($where, @lines) = @_;

    return $app . server(join "\n", "$where {", @lines, '}');
}

accepted('whatsauth_login - in a prefix location',
         location('location /login/', 'whatsauth_login demo;'));
accepted('whatsauth_login - in a location that excludes regexes',
         location('location ^~ /login/', 'whatsauth_login demo;'));
accepted('whatsauth_login - in the root',
         location('location /', 'whatsauth_login demo;'));
accepted('whatsauth_login - before its app',
         server('location /login/ { whatsauth_login demo; }') . $app);
accepted('whatsauth_login - twice, in two locations',
         $app . server('location /login/ { whatsauth_login demo; } '
                       . 'location /in/ { whatsauth_login demo; }'));
accepted('whatsauth_login - beside whatsauth, in another location',
         $app . server('location /login/ { whatsauth_login demo; } '
                       . 'location /api/v1/ { whatsauth on; }'));
accepted('whatsauth_login - with limit_except and if',
         location('location /login/', 'whatsauth_login demo;',
                  'limit_except GET POST { deny all; }',
                  'if ($arg_a) { set $b c; }'));

for my $where ('location = /login/', 'location /login', 'location ~ /login/$',
               'location @login')
{
    refused("whatsauth_login - in $where",
            location($where, 'whatsauth_login demo; # here'),
            qr/"whatsauth_login" is allowed only in a prefix location .*/);
}

refused('whatsauth_login - no argument',
        location('location /', 'whatsauth_login; # here'),
        'invalid number of arguments in "whatsauth_login" directive');
refused('whatsauth_login - two arguments',
        location('location /', 'whatsauth_login demo other; # here'),
        'invalid number of arguments in "whatsauth_login" directive');
refused('whatsauth_login - twice in a location',
        location('location /', "whatsauth_login demo;",
                 'whatsauth_login demo; # here'),
        '"whatsauth_login" directive is duplicate');
refused('whatsauth_login - after whatsauth in a location',
        location('location /', 'whatsauth on;',
                 'whatsauth_login demo; # here'),
        '"whatsauth" and "whatsauth_login" in location "/": give each a '
        . 'location of its own');
refused('whatsauth_login - before whatsauth in a location',
        location('location /', 'whatsauth_login demo;',
                 'whatsauth messages; # here'),
        '"whatsauth_login" and "whatsauth" in location "/": give each a '
        . 'location of its own');

my $two = '"whatsauth_login" and another content handler, such as '
          . '"proxy_pass", in location "/": give each a location of its own';

for my $other ('proxy_pass http://127.0.0.1:1;', 'stub_status;') {
    refused("whatsauth_login - after $other",
            location('location /', $other, 'whatsauth_login demo; # here'),
            $two);
    refused("whatsauth_login - before $other",
            location('location /', 'whatsauth_login demo; # here', $other),
            $two);
}

refused('whatsauth_login - an app that is not there',
        location('location /', 'whatsauth_login shop; # here'),
        'there is no whatsauth_app "shop", which "whatsauth_login" names');
refused('whatsauth_login - an app without login on',
        app_with('login off;') =~ s/ # here//r
        . server("location / {\nwhatsauth_login demo; # here\n}"),
        'whatsauth_app "demo", which "whatsauth_login" names, has no '
        . '"login on"');
refused('whatsauth_login - without any app',
        server("location / {\nwhatsauth_login demo; # here\n}"),
        '"whatsauth_login" is used but there is no "whatsauth_app": add one '
        . 'to "http"');
refused('whatsauth_login - in server',
        "$app\nserver {\n$listen\nwhatsauth_login demo; # here\n}",
        '"whatsauth_login" directive is not allowed here');
refused('whatsauth_login - in if',
        location('location /', "if (\$arg_a) {\nwhatsauth_login demo; # here",
                 '}'),
        '"whatsauth_login" directive is not allowed here');

done_testing;
