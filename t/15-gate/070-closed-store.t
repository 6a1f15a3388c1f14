# The gate while the store cannot be opened: nobody is let in by a session that
# cannot be read, and an optional gate is no way round.

use strict;
use warnings;

use lib 't/lib';
use File::Temp ();
use Test::More;
use Test::WhatsAuth;

my $folder = File::Temp->newdir;
symlink "$folder/missing/store", "$folder/link" or die;

my $nginx = start_nginx(plain => 1, app => 'login on;',
    http => "whatsauth_store $folder/link;", allow => qr/whatsauth/,
    server => <<'CONF');
location /login/ { whatsauth_login demo; }
location /private/ { whatsauth_gate demo; empty_gif; }
location /optional/ { whatsauth_gate demo optional; empty_gif; }
location /own/ { whatsauth_gate demo; error_page 503 /sorry; empty_gif; }
location /sorry { return 200 "come back later"; }
CONF

my %page = (Accept => 'text/html');
my @cookies = ({}, map { { Cookie => "$_=" . 'A' x 43 } }
                   qw( wa-demo wa-claim-demo ));

for my $cookie (@cookies) {
    my $title = $cookie->{Cookie} // 'no cookie';

    my $answer = $nginx->get('/private/', { %page, %$cookie });
    is $answer->{status}, 503, "navigation, $title - 503";
    like $answer->{body}, qr/data-state="unavailable"/, 'the page says so';
    like $answer->{headers}{'retry-after'}, qr/^\d+$/, 'with a time to wait';
    is $answer->{headers}{'set-cookie'}, undef, 'the cookie stays';

    $answer = $nginx->get('/private/', $cookie);
    is $answer->{status}, 503, "program, $title - 503";
    is $answer->{json}{error}, 'store_unavailable', 'a problem';
    like $answer->{headers}{'retry-after'}, qr/^\d+$/, 'with a time to wait';
}

is $nginx->get('/optional/', $cookies[1])->{status}, 503,
    'optional gate - a session that cannot be read';
is $nginx->get('/optional/')->{status}, 200,
    'optional gate - nothing to be read';

my $answer = $nginx->get('/own/', \%page);
is $answer->{status}, 503, 'error_page 503';
is $answer->{body}, 'come back later', 'the operator\'s own page';
like $answer->{headers}{'retry-after'}, qr/^\d+$/, 'with a time to wait';

$nginx->stop;

done_testing;
