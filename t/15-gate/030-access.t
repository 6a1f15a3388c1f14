# The gate beside the other modules of nginx's access phase: it is asked after
# them, by the rules of "satisfy", and its page covers no dialog of theirs.

use strict;
use warnings;

use lib 't/lib';
use File::Temp qw( tempdir );
use MIME::Base64 qw( encode_base64 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $site = start_receiver();
my $port = $site->port;
my $folder = tempdir(CLEANUP => 1);

chmod 0755, $folder;
open my $out, '>', "$folder/htpasswd" or die $!;
print $out "ann:{PLAIN}secret\n";
close $out;

my $nginx = start_nginx(app => 'login on; max_live 1000;',
    allow => qr/was not found in|forbidden by rule|limiting requests/,
    http => 'limit_req_zone $whatsauth_subject zone=persons:1m rate=1r/m;',
    server => <<"CONF");
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }

location /basic-all/ {
    auth_basic "dialog";
    auth_basic_user_file $folder/htpasswd;
    whatsauth_gate demo;
    proxy_pass http://127.0.0.1:$port/200/;
}
location /basic-any/ {
    satisfy any;
    auth_basic "dialog";
    auth_basic_user_file $folder/htpasswd;
    whatsauth_gate demo;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header X-User \$whatsauth_subject;
}
location /deny-all/ { deny all; whatsauth_gate demo; empty_gif; }
location /deny-any/ {
    satisfy any;
    deny all;
    whatsauth_gate demo;
    empty_gif;
}
location /allow-any/ {
    satisfy any;
    allow 127.0.0.1;
    deny all;
    whatsauth_gate demo;
    proxy_pass http://127.0.0.1:$port/200/allowed/;
    proxy_set_header X-User \$whatsauth_subject;
}
location /optional-any/ {
    satisfy any;
    deny all;
    whatsauth_gate demo optional;
    empty_gif;
}
location = /granted { internal; proxy_pass http://127.0.0.1:$port/200/granted; }
location = /refused { internal; return 403; }
location /request-yes/ {
    auth_request /granted;
    whatsauth_gate demo;
    empty_gif;
}
location /request-no/ {
    auth_request /refused;
    whatsauth_gate demo;
    empty_gif;
}
location /request-any/ {
    satisfy any;
    auth_request /refused;
    whatsauth_gate demo;
    empty_gif;
}
location /limited/ {
    limit_req zone=persons;
    whatsauth_gate demo;
    empty_gif;
}
CONF

my %page = (Accept => 'text/html');
my %ann = (Authorization => 'Basic ' . encode_base64('ann:secret', ''));
my %bob = (Authorization => 'Basic ' . encode_base64('bob:secret', ''));
my $challenge = 'WhatsAuth app="demo", login="/login/"';

sub logged_in {
    return Test::WhatsAuth::Browser->logged_in($nginx, @_);
}

sub status {
    my ($who, @request) = @_;

    return $who->get(@request)->{status};
}

my $person = logged_in('56911111111');

# auth_basic

is status($person, '/basic-all/'), 401, 'auth_basic, all - the session alone';
my $answer = $nginx->get('/basic-all/', { %page, %ann });
is $answer->{status}, 401, 'auth_basic, all - the password alone';
is $answer->{headers}{'www-authenticate'}, $challenge,
    'has the page of the gate';
$answer = $nginx->get('/basic-all/', { %page });
like $answer->{headers}{'www-authenticate'}, qr/^Basic/,
    'auth_basic, all - nothing: the password is asked for first';
is status($person, '/basic-all/', \%ann), 200, 'auth_basic, all - both';

is status($nginx, '/basic-any/', \%ann), 200,
    'auth_basic, any - the password alone';
is status($person, '/basic-any/'), 200, 'auth_basic, any - the session alone';

for my $headers ({}, \%bob) {
    $answer = $nginx->get('/basic-any/', { %page, %$headers });
    is $answer->{status}, 401, 'auth_basic, any - neither';
    is $answer->{headers}{'www-authenticate'}, $challenge,
        'has the page without a dialog';
}

$answer = $nginx->get('/basic-any/');
is $answer->{status}, 401, 'auth_basic, any - a program';
like $answer->{headers}{'www-authenticate'}, qr/Basic .*WhatsAuth/,
    'hears of both ways';

# allow and deny

is status($person, '/deny-all/'), 403, 'deny, all - nobody';
is status($person, '/deny-any/'), 200, 'deny, any - the session';
$answer = $nginx->get('/deny-any/', \%page);
is $answer->{status}, 401, 'deny, any - the page';
like $answer->{body}, qr/data-state="start"/, 'of the login';
is status($nginx, '/allow-any/'), 200, 'allow, any - the address';

$person->get('/allow-any/');
my ($request) = reverse $site->requests;
is $request->{headers}{cookie}, undef,
    'allow, any - the site sees no cookie of ours';
is $request->{headers}{'x-user'}, '56911111111', 'but who it is';

is status($nginx, '/optional-any/'), 403,
    'optional gate, any - opens nothing that others close';
is status($person, '/optional-any/'), 200, 'but for a session';

# auth_request

is status($nginx, '/request-yes/'), 401, 'auth_request, all - no session';
is status($person, '/request-yes/'), 200, 'auth_request, all - both';
($request) = reverse $site->requests;
is $request->{target}, '/200/granted', 'auth_request - asks the site';
is $request->{headers}{cookie}, undef, 'which sees no cookie of ours';
is status($person, '/request-no/'), 403, 'auth_request, all - it refuses';
is status($person, '/request-any/'), 200, 'auth_request, any - the session';
is status($nginx, '/request-any/'), 401, 'auth_request, any - neither';

# limit_req by the person

my $other = logged_in('56922222222');
is_deeply [ map { status($person, '/limited/') } 1 .. 2 ], [ 200, 503 ],
    'limit_req - each person';
is status($other, '/limited/'), 200, 'has a rate of its own';
is_deeply [ map { status($nginx, '/limited/') } 1 .. 2 ], [ 401, 401 ],
    'limit_req - nobody has none';

$nginx->stop;

done_testing;
