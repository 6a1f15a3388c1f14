# Every fuzzer of t/fuzz runs for a few seconds and finds nothing.  It begins
# with the corpus, so it tries every former find again each time.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

plan skip_all => 'the fuzzers bring sanitizers of their own'
    if $ENV{TEST_NGINX_BINARY};

my @said = split /^/, `nice $TOP/dev fuzz 5 2>&1`;
my $status = $? >> 8;
my $name = '';
my (%passed, %words);

for (@said) {
    if (/^(not )?ok (\w+): \d+ executions/) {
        $name = $2;
        $passed{$name} = !$1;
    }

    $words{$name} .= $_;
}

for my $file (glob "$TOP/t/fuzz/*.c") {
    ($name) = $file =~ m{(\w+)\.c$};

    ok $passed{$name}, "$name - nothing found"
        or diag $words{$name} // "it has not run\n";
}

diag 'it ended with: ', @said[-(@said < 5 ? @said : 5) .. -1] if !%passed;
is $said[-1], scalar(keys %passed) . " passed, 0 failed\n", 'all have run';
is $status, 0, 'dev fuzz says so';

done_testing();
