package Test::WhatsAuth::Disk;

=head1 NAME

Test::WhatsAuth::Disk - a small disk that can be filled

=head1 SYNOPSIS

    use Test::WhatsAuth::Disk;

    my $reason = no_disk();
    plan skip_all => $reason if $reason;

    my $disk = small_disk($folder, '64m');
    my $left = $disk->fill;
    $disk->free;

A tmpfs, mounted where only this test and what it starts can see it: it is
gone with the last of them, whatever ends them.  For that the test is started
once more, so this module is used before anything is done.

=cut

use strict;
use warnings;

use Errno qw( ENOSPC );
use Exporter qw( import );
use File::Path qw( make_path );

our @EXPORT = qw( no_disk small_disk );

my $reason = enter();


sub enter {
    return if $^C;
    return 'only root may mount a small disk' if $> != 0;
    return if delete $ENV{TEST_WHATSAUTH_MOUNTS};

    my $said = `unshare -m mount -t tmpfs -o size=64k none /mnt 2>&1`;
    return "no small disk can be mounted here: $said" if $? != 0;

    $ENV{TEST_WHATSAUTH_MOUNTS} = 1;
    exec 'unshare', '-m', $^X, (map { "-I$_" } @INC), $0, @ARGV;
}


sub no_disk {
    return $reason;
}


sub small_disk {
    my ($folder, $size) = @_;

    make_path($folder);
    system('mount', '-t', 'tmpfs', '-o', "size=$size", 'none', $folder) == 0
        or die "$folder cannot be mounted\n";

    return bless { folder => $folder }, __PACKAGE__;
}


# Leaves no byte.

sub fill {
    my ($self) = @_;

    open my $out, '>', "$self->{folder}/filler" or die "filler: $!\n";
    my $block = "\0" x 65536;

    for (my $size = length $block; $size > 0; $size >>= 1) {
        1 while syswrite $out, $block, $size;
        die "filler: $!\n" unless $! == ENOSPC;
    }
}


sub free {
    my ($self) = @_;

    unlink "$self->{folder}/filler" or die "filler: $!\n";
}


1;
