# A backup of a cluster as docs/HOSTS.md makes it, of one replica of each
# primary, put back after all is lost: what was there is there, and nothing of
# what came later.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw( remove_tree );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Valkey;

my $why = Test::WhatsAuth::Valkey::why_not();
plan skip_all => $why if $why;

my $valkey = start_valkey(cluster => 3, replicas => 2);

# A slot of each part, and a tag near it, in the same part.

my @SLOTS = (0, 6000, 12000);
my @tags = map { tag_near($_) } @SLOTS;

sub tag_near {
    my ($slot) = @_;

    my ($server) = $valkey->servers;

    for my $tag (1 .. 1000) {
        my $at = $server->call('CLUSTER', 'KEYSLOT', $tag);
        return $tag if $slot <= $at && $at < $slot + 4000;
    }

    die "no tag near $slot\n";
}

sub write_everywhere {
    my ($name) = @_;

    for my $n (0 .. 2) {
        my $primary = $valkey->primary($SLOTS[$n]);

        $primary->call('SET', "wa:{$tags[$n]}:$name-$_", 'x' x 100)
            for 1 .. 200;
        $primary->call('WAIT', 2, 5000);
    }
}

sub count {
    my ($name) = @_;

    return join ' ', map {
        my @keys = @{ $valkey->primary($SLOTS[$_])->call('KEYS',
                                                         "wa:*:$name-*") };
        scalar @keys;
    } 0 .. 2;
}

# The copy

write_everywhere('before');
my $folder = slot_folder() . '/backup';
mkdir $folder or die "$folder: $!\n";

for my $slot (@SLOTS) {
    my ($replica) = $valkey->replicas($slot);

    $replica->call('CONFIG', 'SET', 'auto-aof-rewrite-percentage', 0);
    wait_until { !$replica->info('persistence')->{aof_rewrite_in_progress} }
        or die "the file is rewritten all the time\n";
    system('cp', '-a', "$replica->{folder}/appendonlydir",
           "$folder/$slot") == 0 or die "cp failed\n";
    $replica->call('CONFIG', 'SET', 'auto-aof-rewrite-percentage', 100);
}

write_everywhere('after');
is count('before'), '200 200 200', 'before the loss - the first keys';
is count('after'), '200 200 200', 'before the loss - and later ones';

# The loss

my @primaries = map { $valkey->primary($_) } @SLOTS;
my @replicas = map { $valkey->replicas($_) } @SLOTS;

for my $server (@primaries, @replicas) {
    $server->kill;

    remove_tree(grep { !m{/(?:nodes|server)\.conf$} }
                glob "$server->{folder}/*");
}

# The way back

for my $n (0 .. 2) {
    system('cp', '-a', "$folder/$SLOTS[$n]",
           "$primaries[$n]{folder}/appendonlydir") == 0 or die "cp failed\n";
}

$_->launch for @primaries;
$_->wait_for for @primaries;
$_->launch for @replicas;
$valkey->wait_until_settled;

is count('before'), '200 200 200', 'the backup - has the first keys';
is count('after'), '0 0 0', 'the backup - has nothing later';
is_deeply [ map { $valkey->primary($_)->address } @SLOTS ],
    [ map { $_->address } @primaries ],
    'the backup - each part has its primary';

my ($replica) = $valkey->replicas($SLOTS[0]);
is $replica->call('DBSIZE'), 200, 'the replicas - have it from them';

done_testing;
