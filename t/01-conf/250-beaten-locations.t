# nginx prefers a location with a regular expression to a prefix.  nginx -t
# warns of one that takes an endpoint: the login page without its style would
# be the first that a site sees of it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $listen = 'listen 127.0.0.1:' . slot_port(0) . ';';
my $app = app_with('login on;') =~ s/ # here//r;
my $login = 'location /login/ { whatsauth_login demo; }';
my $api = 'location /api/v1/ { whatsauth on; }';

sub server {
    my (@locations) = @_;

    return join "\n", $app, 'server {', $listen, @locations, '}', '';
}

sub warned {
    my ($regex, $path, $directive, $prefix) = @_;

    return qr/\[warn\]\ .*location\ ~\ "\Q$regex\E"\ takes\ "\Q$path\E"
              \ from\ "$directive":\ write\ "location\ \^~\ \Q$prefix\E"/x;
}

my $files = '\.(css|js)$';

accepted('regex - takes the style of the login page',
         server($login, "location ~* $files { }"),
         warned($files, '/login/page.css', 'whatsauth_login', '/login/'));
accepted('regex - stands before the login page',
         server("location ~* $files { }", $login),
         warned($files, '/login/page.css', 'whatsauth_login', '/login/'));
accepted('regex - takes the login page itself', server($login,
                                                       'location ~ /$ { }'),
         warned('/$', '/login/', 'whatsauth_login', '/login/'));
accepted('regex - takes images of codes', server($api,
                                                 'location ~ \.svg$ { }'),
         warned('\.svg$', '/api/v1/qr/018f2b1e-7c31-7a52-9d0e-3f6b8c2a4d10.svg',
                'whatsauth', '/api/v1/'));
accepted('regex - on an inner level',
         server('location /in/ {', 'location /in/login/ { whatsauth_login '
                . 'demo; }', "location ~ $files { }", '}'),
         warned($files, '/in/login/page.css', 'whatsauth_login',
                '/in/login/'));
accepted('regex - beats a login page in a prefix',
         server('location /in/ {', 'location /in/login/ { whatsauth_login '
                . 'demo; }', '}', "location ~ $files { }"),
         warned($files, '/in/login/page.css', 'whatsauth_login',
                '/in/login/'));

accepted('regex - takes nothing of ours',
         server($login, $api, 'location ~ \.php$ { }',
                'location ~ ^/static/.*\.css$ { }'));
accepted('regex - beats no "^~"',
         server('location ^~ /login/ { whatsauth_login demo; }',
                "location ~* $files { }"));
accepted('regex - beats no login page in a "^~" of its level',
         server('location ^~ /in/ {', 'location /in/login/ { whatsauth_login '
                . 'demo; }', '}', "location ~ $files { }"));
accepted('regex - of another level',
         server($login, 'location /a/ {', "location ~ $files { }", '}'));
accepted('regex - of another server',
         server($login) . "server { $listen server_name two.test; "
         . "location ~ $files { } }\n");
accepted('regex - is an endpoint of ours',
         server($api, 'location ~ /messages$ { whatsauth messages; }'));

done_testing;
