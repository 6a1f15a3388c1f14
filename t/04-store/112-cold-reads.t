# Suites that read sessions, with a store whose pages are hardly ever in memory:
# a thread goes first, and the event loop reads after it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $pages = slot_folder() . '/pages';

system('cc', '-shared', '-fPIC', '-g', '-O2', '-Wall', '-Wextra', '-Werror',
       '-o', "$pages.so", "$TOP/t/fault/pages.c", '-ldl') == 0
    or plan skip_all => 'there is no compiler';

my @suites = qw(
    t/12-login/010-login.t
    t/12-login/070-sessions.t
    t/13-consent/030-answer-zero.t
    t/13-consent/080-changed-number.t
    t/15-gate/000-gate.t
);

my $output = do {
    local $ENV{LD_PRELOAD} = "$pages.so";
    local $ENV{WHATSAUTH_PAGES} = $pages;
    `prove -j 2 -I t/lib @suites 2>&1`;
};

is $?, 0, 'cold reads - the suites pass' or diag $output;
like $output, qr/^Files=@{[ scalar @suites ]},/m, 'each of them';
cmp_ok -s $pages // 0, '>', 50, 'cold reads - a thread goes first';

done_testing;
