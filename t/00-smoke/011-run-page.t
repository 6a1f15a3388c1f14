# The page of the demo asks for its codes with the page's token, by a request
# as browsers send it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;

plan skip_all => 'the demo runs the installed nginx with the module as a .so'
    if $ENV{TEST_NGINX_BINARY};

my $port = slot_port();
my $demo;

my $pid = do {
    local @ENV{qw( WHATSAUTH_PORT CI )} = ($port, '');
    open $demo, '-|', "exec $TOP/demo/run 2>&1" or die "demo/run: $!\n";
};

my $said = '';

while (my $line = <$demo>) {
    $said .= $line;
    last if $line =~ /^In a browser:/;
}

like $said, qr{^In a browser: http://127\.0\.0\.1:$port/site/$}m,
    'the demo serves its page' or diag $said;

sub ask {
    return Test::WhatsAuth::Client->connect($port)->request(@_);
}

my ($token) = ask('GET', '/site/page_token')->{body} =~ /^(\S+)\n\z/;
my %page = (Authorization => "Bearer $token", 'Content-Length' => 0,
            Origin => "http://127.0.0.1:$port");
my $issue = '/api/v1/verification_code';

my $answer = ask('POST', $issue, \%page);
is $answer->{status}, 200, 'a code for the page';
like $answer->{json}{code}, qr/^[0-9a-f]{10}\z/, 'in the answer';

is ask('POST', $issue, { %page, Origin => 'https://evil.test' })->{status},
    403, 'none for another page';
is ask('POST', "$issue?response_message=Hi", \%page)->{status}, 403,
    'none with a text of its own';

done_testing;

END {
    kill TERM => $pid if $pid;
    local $?;
    close $demo if $demo;
}
