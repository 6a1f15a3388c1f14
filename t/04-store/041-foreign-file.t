# nginx refuses a file that is not a store, and leaves it as it is.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( read_file write_file );

my $path = slot_folder() . '/store';
my $file = "$path/data.mdb";
my $content = 'somebody else keeps this here' x 500;

mkdir $path or die;
write_file($file, $content);
write_file("$path/notes.txt", 'notes');

my $nginx = start_nginx(plain => 1, http => "whatsauth_store $path;",
    server => 'location = /other { return 200 other; }',
    allow => qr/\[crit\].*whatsauth/);

is $nginx->issue->{status}, 503, 'foreign file - 503';
is $nginx->get('/other')->{body}, 'other', 'other locations answer';
like $nginx->error_log, qr{\[crit\].*"\Q$file\E"}, 'the log names the file';

$nginx->reload;
is $nginx->issue->{status}, 503, 'foreign file - after a reload';
is read_file($file), $content, 'foreign file - unchanged';
is_deeply [ map { s{.*/}{}r } glob "$path/*" ], [ 'data.mdb', 'notes.txt' ],
    'and nothing is made beside it';

my ($said, $status) = tool('check');
is $status, 2, 'foreign file - refused by whatsauth-store';
like $said, qr/\Q$file\E/, 'which names the file, too';
is read_file($file), $content, 'and leaves it as it is';

# Moved out of the way, it is no obstacle, nor are files that LMDB does not
# use.

rename $file, "$path/other.mdb" or die;
ok wait_until(sub { $nginx->issue->{status} == 200 }, 5),
    'foreign file - moved away, the store is made without a restart';
is read_file("$path/other.mdb"), $content, 'other files stay';

$nginx->stop;
done_testing;


sub tool {
    my ($verb) = @_;

    my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";
    my $said = `$tool $verb $path 2>&1`;

    return $said, $? >> 8;
}
