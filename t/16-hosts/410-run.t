# ./dev run --hosts: the code from host A, the message to host B, the event on
# A; then A dies, and logins go on.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Valkey;

plan skip_all => 'the demo runs the installed nginx with the module as a .so'
    if $ENV{TEST_NGINX_BINARY};

my $why = Test::WhatsAuth::Valkey::why_not();
plan skip_all => $why if $why;

my $port = slot_port();
my ($a, $b) = map { "http://127.0.0.1:$_" } $port, $port + 1;

my $said = `WHATSAUTH_PORT=$port timeout 180 $TOP/dev run --hosts --once 2>&1`;
is $? >> 8, 0, 'dev run --hosts --once succeeds' or diag $said;

is_deeply [ $said =~ /^[ ]{4}127\.0\.3\.(\d)[ ]
                      (?:[ ]\d+[ ](?:primary|replica|lost)){3}$/mgx ],
    [ (1, 2, 3) x 3 ],
    'it shows the servers - before, during and after the loss';
like $said, qr{^whatsauth_store in both: valkey://127\.0\.3\.1:\d+,127}m,
    'and the directive';

# The parts begin with the steps' numbers.

my %step = $said =~ /^(\d+)\. (.*?)(?=^\d+\. |\z)/msg;

my ($code) = $step{1} =~ /"code":"([0-9a-f]{10})"/;
like $step{1}, qr{'\Q$a\E/api/v1/verification_code}, 'the code - is from A';
like $step{2}, qr{\Q$a\E/api/v1/claim\n.*"status":"requested"}s,
    'the browser - waits at A';
like $step{3}, qr{^POST\ \Q$b\E/api/v1/messages\n.*>>$code<<.*
                  ^HTTP/1\.1\ 200\ OK$}msx, 'the message - goes to B';
like $step{4}, qr/"status":"validated"/, 'the event - comes at A';
like $step{5}, qr{\Q$b\E/api/v1/claim\n.*"verification_code":"$code"}s,
    'the login - is collected at B';
like $step{6}, qr/"verification_code":"$code"/, 'the callback - arrives';

my @held = $step{7} =~ /^([0-9a-f]{10})$/mg;
is scalar(@held), 9, 'more codes - are from A';
like $step{8}, qr/^\$ kill -9 (?:\d+ ?){6,}$/m, 'host A - dies';

my ($new) = $step{9} =~ /"code":"([0-9a-f]{10})"/;
like $step{11}, qr/"verification_code":"$new"/,
    'a login - goes through at B meanwhile';

my %took = $step{12} =~ /^([0-9a-f]{10})  200 OK after (\d+) ms$/mg;
is_deeply [ sort keys %took ], [ sort @held ], 'each code of A - counts at B';
is_deeply [ grep { $took{$_} > 20_000 } keys %took ], [],
    'each code of A - waits for the failover at most';
like $step{12}, qr/127\.0\.3\.1  \d+ lost .*primary.*primary/s,
    'host A - is lost then';

like $step{14}, qr{\Q$a\E/api.*"code":"[0-9a-f]{10}"}s,
    'host A - comes back and issues codes';
like $step{15}, qr/^OK\n.*127\.0\.3\.1  \d+ primary /ms,
    'host A - gets its part back';

is_deeply [ grep { answers($_) } map { my $host = $_;
                                    map { "127.0.$host:" . ($port + $_) } 0 .. 4
                                  } '0.1', map { "3.$_" } 1 .. 3 ],
    [], 'nothing is left behind';

sub answers {
    my ($address) = @_;

    return IO::Socket::INET->new(PeerAddr => $address, Timeout => 1);
}

done_testing;
