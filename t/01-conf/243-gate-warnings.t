# Warnings of nginx -t about gates that do not protect as they seem to.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $port = slot_port(0);
my $listen = "listen 127.0.0.1:$port;";
my $open = app_with('login on;') =~ s/ # here//r;
my $app = app_with('login on;', 'authorized_numbers +56911111111;')
          =~ s/ # here//r;
my $login = 'location ^~ /login/ { whatsauth_login demo; }';
my $gate = 'whatsauth_gate demo;';

sub server {
    my (@lines) = @_;

    return join "\n", 'server {', @lines, $login, '}', '';
}


# Everybody on earth.

my $every = qr/\[warn\] .*"whatsauth_gate demo" lets in every phone on earth: /;

accepted('every phone - no authorized_numbers, no condition',
         $open . server($listen, $gate), $every);
accepted('every phone - in http and many blocks: one warning',
         "$open $gate\n" . server($listen, 'location /a { }',
                                  'location /b { location /b/c { } }')
         . server($listen, 'server_name two.test;'), $every);
accepted('every phone - authorized_numbers', $app . server($listen, $gate));
accepted('every phone - numbers any',
         $open . server($listen, $gate, 'whatsauth_gate_numbers any;'));
accepted('every phone - numbers in the block around',
         "whatsauth_gate_numbers +56911111111;\n"
         . $open . server($listen, $gate));
accepted('every phone - require',
         $open . server($listen, $gate, 'whatsauth_gate_require $arg_a;'));
accepted('every phone - optional',
         $open . server($listen, 'whatsauth_gate demo optional;'));
accepted('every phone - another location has the numbers',
         $open . server($listen, "location /a { $gate }",
                        "location /b { $gate whatsauth_gate_numbers any; }"),
         $every);


# TLS.

my $tls = qr/\[warn\] .*"whatsauth_gate demo" is in server "[^"]*" without ssl/;
my ($cert, $key) = make_certificates()->issue('demo.test');
my @certificate = ("ssl_certificate $cert;", "ssl_certificate_key $key;");

for my $plain ("listen $port;", "listen 0.0.0.0:$port;", "listen [::]:$port;",
               "$listen listen *:" . slot_port(1) . ';')
{
    accepted("no TLS - $plain", $app . server($plain, $gate), $tls);
}

for my $near ($listen, "listen 127.1.2.3:$port;", "listen [::1]:$port;",
              "listen localhost:$port;", 'listen unix:' . conf_folder() . '/s;')
{
    accepted("TLS - not needed for $near", $app . server($near, $gate));
}

accepted('TLS - listen ... ssl',
         $app . server("listen $port ssl;", @certificate, $gate));
accepted('TLS - also without, for a redirect',
         $app . server("listen $port ssl;", 'listen ' . slot_port(1) . ';',
                       @certificate, $gate));
accepted('TLS - another server ends it',
         "whatsauth_public_url https://demo.test;\n"
         . $app . server("listen $port;", $gate));
accepted('no TLS - whatsauth_public_url says so',
         "whatsauth_public_url http://demo.test;\n"
         . $app . server("listen $port;", $gate), $tls);
accepted('no TLS - a location of the server is gated',
         $app . server("listen $port;", "location /a { $gate }"), $tls);
accepted('no TLS - no location of the server is gated',
         $app . server("listen $port;"));


# A location that takes requests from a gated one.

sub warned {
    my ($regex, $prefix) = @_;

    return qr/\[warn\]\ .*location\ ~\ "\Q$regex\E"\ has\ no\ gate\ and\ takes
              \ requests\ from\ "\Q$prefix\E",\ which\ has\ one:\ /x;
}

my $private = "location /private/ { $gate }";

sub bypass {
    my (@locations) = @_;

    return $app . server($listen, @locations);
}

accepted('regex - beats a gated prefix',
         bypass($private, 'location ~ \.php$ { }'),
         warned('\.php$', '/private/'));
accepted('regex - stands before the prefix',
         bypass('location ~* \.php$ { }', $private),
         warned('\.php$', '/private/'));
accepted('regex - beats two prefixes, one warning',
         bypass($private, "location /b/ { $gate }", 'location ~ \.php$ { }'),
         warned('\.php$', '/private/'));
accepted('regex - beats a prefix in a prefix',
         bypass('location /a/ {', "location /a/private/ { $gate }", '}',
                'location ~ \.php$ { }'), warned('\.php$', '/a/private/'));
accepted('regex - on an inner level',
         bypass('location /a/ {', "location /a/private/ { $gate }",
                'location ~ \.php$ { }', '}'),
         warned('\.php$', '/a/private/'));
accepted('regex - the server is gated, an inner level is off',
         bypass($gate, 'location /a/ {', 'whatsauth_gate off;',
                "location /a/private/ { $gate }", 'location ~ \.php$ { }',
                '}'), warned('\.php$', '/a/private/'));

for my $regex ('^/private/.*\.php$', '^/(a|private)/', '^/public/|\.php$',
               '^/privates?/', '^/privatex*/', '^/private', '^/PRIVATE/',
               '^/[p]rivate/', '^')
{
    accepted("regex - $regex may match", bypass($private,
                                                "location ~ \"$regex\" { }"),
             warned($regex, '/private/'));
}

for my $regex ('^/public/.*\.php$', '^/privat/', '^/q') {
    accepted("regex - $regex matches nothing there",
             bypass($private, "location ~ \"$regex\" { }"));
}

accepted('regex - beats no "^~"',
         bypass("location ^~ /private/ { $gate }", 'location ~ \.php$ { }'));
accepted('regex - beats no prefix in a "^~" of its level',
         bypass('location ^~ /a/ {', "location /a/private/ { $gate }", '}',
                'location ~ \.php$ { }'));
accepted('regex - beats no "="',
         bypass("location = /private.php { $gate }", 'location ~ \.php$ { }'));
accepted('regex - of another level',
         bypass($private, 'location /a/ {', 'location ~ \.php$ { }', '}'));
accepted('regex - is gated, too', bypass($private,
                                         "location ~ \\.php\$ { $gate }"));
accepted('regex - inherits the gate of the server',
         bypass($gate, 'location /private/ { }', 'location ~ \.php$ { }'));
accepted('regex - off in it says that it is meant',
         bypass($private, 'location ~ \.php$ { whatsauth_gate off; }'));
accepted('regex - is an endpoint of ours',
         bypass($private, 'location ~ ^/p.*/code$ { whatsauth '
                          . 'verification_code; }'));
accepted('regex - a gate that is optional is not beaten',
         bypass('location /private/ { whatsauth_gate demo optional; }',
                'location ~ \.php$ { }'));


# Conditions without a gate.

for my $condition ('whatsauth_gate_numbers any',
                   'whatsauth_gate_require $arg_a')
{
    my ($directive) = split / /, $condition;
    my $nothing = qq{"$directive" protects nothing: there is no }
                  . '"whatsauth_gate" in its block';

    accepted("$directive - no gate at all",
             $app . server($listen, "$condition;"), $nothing);
    accepted("$directive - the gate is in another location",
             $app . server($listen, "location /a { $condition; }", $private),
             $nothing);
    accepted("$directive - the gate is off",
             $app . server($listen, $gate,
                           "location /a { whatsauth_gate off; $condition; }"),
             $nothing);
}

done_testing;
