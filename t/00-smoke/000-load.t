# The module loads into the installed nginx, and costs nothing unused.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;

my ($good, $said) = Test::WhatsAuth::Nginx->check('');
ok $good, 'nginx -t accepts the module without any of its directives'
    or diag $said;

($good, $said) = Test::WhatsAuth::Nginx->check('whatsauth_stole /tmp;');
ok !$good, 'nginx -t refuses an unknown directive';
like $said, qr/\[emerg\].*unknown directive "whatsauth_stole" in .*:\d+/,
    'and names it with file and line';

done_testing;
