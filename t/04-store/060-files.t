# The store belongs to the user of the workers and to nobody else.

use strict;
use warnings;

use lib 't/lib';
use File::Temp ();
use Test::More;
use Test::WhatsAuth;

# The workers' user may not be allowed into the folder of the tests.

my $folder = File::Temp->newdir;
chmod 0755, $folder;

my $user = $> == 0 ? 'www-data' : getpwuid $>;
my $uid = getpwnam $user;
my $path = "$folder/store";

umask 0;

my $nginx = start_nginx(plain => 1, user => $user,
    http => "whatsauth_store $path;");

sub owner_and_mode {
    my @stat = stat $_[0] or return 'missing';
    return sprintf 'uid %d mode %04o', $stat[4], $stat[2] & 07777;
}

is $nginx->issue->{status}, 200, 'files - the store is made';
is owner_and_mode($path), "uid $uid mode 0700",
    'files - the directory is for the workers only';

for ('data.mdb', 'lock.mdb') {
    is owner_and_mode("$path/$_"), "uid $uid mode 0600", "files - so is $_";
}

$nginx->restart;
is $nginx->issue->{status}, 200, 'files - a restart finds it usable';
is owner_and_mode("$path/data.mdb"), "uid $uid mode 0600", 'as it was';

# The owner of a store may put links into it, which root must not follow.

SKIP: {
    skip 'only root has rights to lose', 3 unless $> == 0;

    $nginx->end('QUIT');

    my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";
    open my $out, '>', "$folder/secret" or die "secret: $!\n";
    print $out 'of root';
    close $out;
    chmod 0600, "$folder/secret";
    unlink "$path/lock.mdb";
    symlink "$folder/secret", "$path/lock.mdb";

    my $said = `$tool check $path 2>&1`;
    is $? >> 8, 2, 'whatsauth-store - run by root, with a link to its file';
    like $said, qr/lock\.mdb".*permission denied/,
        'has no more rights than the owner of the store';
    is -s "$folder/secret", 7, 'and writes nothing there';
    unlink "$path/lock.mdb";
}

$nginx->stop;
done_testing;
