# whatsauth_gate: its places, its app and its parameters.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $listen = 'listen 127.0.0.1:' . slot_port(0) . ';';
my $app = app_with('login on;', 'authorized_numbers +56911111111;')
          =~ s/ # here//r;
my $login = 'location /login/ { whatsauth_login demo; }';
my $gate = 'whatsauth_gate demo;';

sub server {
    my (@lines) = @_;

    return join "\n", 'server {', $listen, @lines, '}', '';
}

sub location {
    my (@lines) = @_;

    return $app . server($login, 'location /private/ {', @lines, '}');
}

accepted('whatsauth_gate - in a location', location($gate));
accepted('whatsauth_gate - in a server', $app . server($gate, $login));
accepted('whatsauth_gate - in http', "$app $gate\n" . server($login));
accepted('whatsauth_gate - before its app and its login page',
         "$gate\n" . server($login) . $app);
accepted("whatsauth_gate - $_", location("whatsauth_gate demo $_;"))
    for 'optional', 'page=200', 'page=200 optional';
accepted('whatsauth_gate - off', location('whatsauth_gate off;'));
accepted('whatsauth_gate - off, without any app',
         server('whatsauth_gate off;'));
accepted('whatsauth_gate - off, beside whatsauth_login',
         $app . server($gate, 'location /login/ {', 'whatsauth_gate off;',
                       'whatsauth_login demo;', '}'));
accepted('whatsauth_gate - inherited by all kinds of locations',
         $app . server($gate, $login, 'location = /a { }', 'location ^~ /b { }',
                       'location ~ ^/c { limit_except GET { deny all; } }',
                       'location /d { if ($arg_a) { set $b c; } }',
                       'location /d/e/ { location /d/e/f/ { } }',
                       'location @g { return 204; }'));
accepted('whatsauth_gate - the login page of its server is nested',
         $app . server('location / {', $gate, $login, '}'));

for my $wrong ('optional optional', 'page=200 page=200', 'page=401', 'page=',
               'page', 'on', 'Optional', '""')
{
    refused("whatsauth_gate - demo $wrong",
            location("whatsauth_gate demo $wrong; # here"),
            qr/invalid parameter.* in "whatsauth_gate" .*, each once/);
}

refused('whatsauth_gate - no argument', location('whatsauth_gate; # here'),
        'invalid number of arguments in "whatsauth_gate" directive');
refused('whatsauth_gate - four arguments',
        location('whatsauth_gate demo optional page=200 more; # here'),
        'invalid number of arguments in "whatsauth_gate" directive');
refused('whatsauth_gate - off with a parameter',
        location('whatsauth_gate off optional; # here'),
        'invalid number of arguments in "whatsauth_gate" directive');

for my $second ('demo', 'off') {
    refused("whatsauth_gate - twice in a block, then $second",
            location($gate, "whatsauth_gate $second; # here"),
            '"whatsauth_gate" directive is duplicate');
}

for my $block ('if ($arg_a)', 'limit_except GET') {
    refused("whatsauth_gate - in $block",
            location("$block {", "$gate # here", '}'),
            '"whatsauth_gate" directive is not allowed here');
}

refused('whatsauth_gate - in whatsauth_app', app_with($gate),
        'unknown directive "whatsauth_gate" in whatsauth_app "demo"');

for my $other ('whatsauth_login demo', 'whatsauth on') {
    my ($directive) = split / /, $other;

    for my $lines ([$other, 'whatsauth_gate demo'],
                   ['whatsauth_gate demo', $other])
    {
        refused("whatsauth_gate - $lines->[0], then $lines->[1]",
                $app . server($login, 'location /in/ {',
                              map ({ "$_;" . (/gate/ ? ' # here' : '') }
                                   @$lines), '}'),
                qq{"whatsauth_gate" and "$directive" in location "/in/": a }
                . 'gate there would let nobody log in');
    }
}

refused('whatsauth_gate - an app that is not there',
        location('whatsauth_gate shop; # here'),
        'there is no whatsauth_app "shop", which "whatsauth_gate" names');
refused('whatsauth_gate - no app at all', server("$gate # here"),
        'there is no whatsauth_app "demo", which "whatsauth_gate" names');

my $without = '"whatsauth_gate demo" is in a server without "whatsauth_login '
              . 'demo": nobody could log in';

refused('whatsauth_gate - no login page at all',
        $app . server('location / {', "$gate # here", '}'), $without);
refused('whatsauth_gate - the login page is in another server',
        $app . server($login) . server('server_name two.test;',
                                       'location / {', "$gate # here", '}'),
        $without);
refused('whatsauth_gate - the login page is of another app',
        $app . ($app =~ s/whatsauth_app \Kdemo/shop/r
                     =~ s/-of-tenant-one/-of-tenant-two/gr
                     =~ s/\+56943426553/+56943426554/r)
        . server('location /login/ { whatsauth_login shop; }',
                 'location / {', "$gate # here", '}'), $without);
refused('whatsauth_gate - in http, and one server has no login page',
        "$app\n$gate # here\n" . server($login)
        . server('server_name two.test;'), $without);
accepted('whatsauth_gate - off in the server without a login page',
         "$app\n$gate\n" . server($login)
         . server('server_name two.test;', 'whatsauth_gate off;'));

done_testing;
