# A store that cannot be opened stops this module and nothing else, until
# somebody mends it.

use strict;
use warnings;

use lib 't/lib';
use File::Temp ();
use Test::More;
use Test::WhatsAuth;

# Permissions mean nothing to root, so the workers are somebody else, who may
# not be allowed into the folder of the tests.

my $folder = File::Temp->newdir;
chmod 0755, $folder;

my $user = $> == 0 ? 'www-data' : getpwuid $>;
my $uid = getpwnam $user;

sub start {
    my ($path) = @_;

    return start_nginx(plain => 1, user => $user,
        http => "whatsauth_store $path;", allow => qr/whatsauth/,
        server => 'location = /other { return 200 other; }');
}

# Lines of the running workers only; workers before a reload write their own.

sub crit {
    my ($nginx) = @_;

    my %runs = map { $_ => 1 } $nginx->workers;
    return grep { /\[crit\] (\d+)#/ && $runs{$1} }
           split /\n/, $nginx->error_log;
}

sub refused {
    my ($nginx, $title) = @_;

    my $issued = $nginx->issue;
    my $taken = $nginx->message(text_message('>>0123456789<<'));

    is $_->{status}, 503, $title for $issued, $taken;
    is $_->{headers}{'content-type'}, 'application/problem+json',
        'with a problem' for $issued, $taken;
    is $_->{json}{error}, 'store_unavailable', 'that names the store'
        for $issued, $taken;
    like $_->{headers}{'retry-after'}, qr/^[1-9]\d*$/, 'and a time to wait'
        for $issued, $taken;

    is $nginx->get('/other')->{body}, 'other', 'other locations answer';
    is $nginx->issue(token => 'wrong')->{status}, 401,
        'and so does a check that needs no store';
}

# A directory that the workers may not write.

mkdir "$folder/store" or die;
chown $uid, -1, "$folder/store" if $> == 0;
chmod 0500, "$folder/store";

my $nginx = start("$folder/store");
my @workers = $nginx->workers;

refused($nginx, 'store not writable - 503');
sleep 2;
is_deeply [ $nginx->workers ], \@workers, 'the workers stay';
is scalar crit($nginx), 1, 'one line of the log tells it, once'
    or diag crit($nginx);
like +(crit($nginx))[0], qr{"\Q$folder\E/store"\ .*belongs\ to\ uid\ $uid\ with
    \ mode\ 0500,\ .*runs\ as\ uid\ $uid}x, 'and says what is wrong';

chmod 0700, "$folder/store";

ok wait_until(sub {
    2 == grep { $nginx->client($_)->request($nginx->issue_request)->{status}
                == 200 } @workers
}, 5), 'store not writable - mended without a restart';
is_deeply [ $nginx->workers ], \@workers, 'by the same workers';
like $nginx->error_log, qr/\[crit\].*whatsauth store .* is open/,
    'and the log says so';
$nginx->stop;

# A link to where nothing is yet, a volume that is not mounted for example.

symlink "$folder/missing/store", "$folder/link" or die;
$nginx = start("$folder/link");
refused($nginx, 'store missing - 503');
sleep 2;
is scalar crit($nginx), 1, 'one line of the log tells it, once'
    or diag crit($nginx);
like +(crit($nginx))[0], qr{"\Q$folder\E/link".*No such file}s,
    'and says what is wrong';

mkdir "$folder/missing" or die;
mkdir "$folder/missing/store" or die;
chown $uid, -1, "$folder/missing/store" if $> == 0;

ok wait_until(sub { $nginx->issue->{status} == 200 }, 5),
    'store missing - mended without a restart';
$nginx->stop;

done_testing;
