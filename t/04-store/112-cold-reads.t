# Suites that read sessions, with a store whose pages are hardly ever in memory:
# a thread goes first, and the event loop reads after it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Preload;

my $pages = Test::WhatsAuth::Preload->new('pages', numbers => 3);
my @suites = qw(
    t/12-login/010-login.t
    t/12-login/070-sessions.t
    t/13-consent/030-answer-zero.t
    t/13-consent/080-changed-number.t
    t/15-gate/000-gate.t
);

# Of four questions three are answered "once more".
$pages->put(1, 3);

my $output = $pages->around(sub {
    return `prove -j 2 -I t/lib @suites 2>&1`;
});

is $?, 0, 'cold reads - the suites pass' or diag $output;
like $output, qr/^Files=@{[ scalar @suites ]},/m, 'each of them';
cmp_ok +($pages->numbers(0, 1))[0], '>', 50, 'cold reads - a thread goes first';

done_testing;
