# A damaged file never ends a command silently: for any bytes, whatsauth-store
# reports the fault and exits.  WHATSAUTH_SEED and WHATSAUTH_DAMAGES make it
# another, longer run.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw( make_path );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( read_file );

my $PAGE = 4096;
my $SECONDS = 20;

my $seed = $ENV{WHATSAUTH_SEED} // 1;
my $damages = $ENV{WHATSAUTH_DAMAGES} // 150;
my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";

my $nginx = start_nginx(store => 'retain=1h');

for my $n (1 .. 30) {
    my @codes = map { $_->{json}{code} }
                $nginx->together(map { [ 'GET', '/api/v1/verification_code',
                    { Authorization => "Bearer $TOKEN" } ] } 1 .. 20);

    $nginx->message(text_message(">>$codes[0]<<", id => "wamid.$n"));
}

$nginx->end('QUIT');

my $data = read_file($nginx->root . '/store/data.mdb');
my $pages = length($data) / $PAGE;
my $folder = slot_folder() . '/damaged';
make_path($folder);

is ends('check', $data), 'exit 0', 'check - the file as it is';

srand $seed;

my (%ends, @wrong);

for my $n (1 .. $damages) {
    my $damage = (\&bytes, \&number, \&page, \&truncation)[rand 4];
    my $damaged = $damage->($data);

    for my $verb (qw( check dump stat )) {
        my $end = ends($verb, $damaged);

        $ends{"$verb: $end"}++;
        push @wrong, "$n $verb: $end" unless $end =~ /^exit [012]$/;
    }
}

is "@wrong", '', "whatsauth-store - $damages damaged files, seed $seed";
cmp_ok $ends{'check: exit 1'} + $ends{'check: exit 2'}, '>', $damages / 4,
    'check - many are found to be damaged';
note "$_, $ends{$_} times" for sort keys %ends;

$nginx->stop;
done_testing;


# A few bytes anywhere

sub bytes {
    my ($copy) = @_;

    substr $copy, rand length $copy, 1, chr rand 256 for 0 .. rand 30;
    return $copy;
}


# A number that LMDB takes for a page, an offset or a length, in one of the
# first bytes of a page

sub number {
    my ($copy) = @_;

    for (0 .. rand 4) {
        my $at = $PAGE * int(rand $pages) + 2 * int rand 64;
        substr $copy, $at, 2, pack 'S', (0, 1, 0xffff, rand 65536)[rand 4];
    }

    return $copy;
}


# A page in the place of another

sub page {
    my ($copy) = @_;

    my ($from, $to) = map { $PAGE * int rand $pages } 1 .. 2;
    substr $copy, $to, $PAGE, substr $copy, $from, $PAGE;
    return $copy;
}


sub truncation {
    my ($copy) = @_;

    return substr $copy, 0, rand length $copy;
}


sub ends {
    my ($verb, $content) = @_;

    unlink "$folder/lock.mdb";
    open my $out, '>:raw', "$folder/data.mdb" or die "data.mdb: $!\n";
    print $out $content;
    close $out or die "data.mdb: $!\n";

    # The signals of LMDB are the tool's to tell, not the sanitizer's.
    local $ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (),
        map { "handle_$_=0" } qw( segv sigbus sigfpe abort );

    system "timeout -s KILL $SECONDS $tool $verb $folder >$folder/said 2>&1";

    return $? & 127 ? 'signal ' . ($? & 127)
           : ($? >> 8) > 128 ? 'signal ' . (($? >> 8) - 128)
           : 'exit ' . ($? >> 8);
}
