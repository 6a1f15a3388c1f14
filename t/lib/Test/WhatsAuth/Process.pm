package Test::WhatsAuth::Process;

=head1 NAME

Test::WhatsAuth::Process - what a process holds

=head1 FUNCTIONS

They are exported when asked for; of a process that has gone they return undef.

=over

=item memory($pid, $kind)

Its RssAnon, RssShmem, or another field of its status, in KB.

=item processor_seconds($pid)

What it has had of the processors.

=item disk_waits($pid)

How often its first thread has waited until the disk brought a page of memory.

=item descriptors($pid), descriptor_kinds($pid)

How many it has open; and how many of each kind, in words.

=back

=cut

use strict;
use warnings;

use Exporter qw( import );
use POSIX ();

our @EXPORT_OK = qw( memory processor_seconds disk_waits descriptors
    descriptor_kinds );

my $TICKS = POSIX::sysconf(POSIX::_SC_CLK_TCK());


sub memory {
    my ($pid, $kind) = @_;

    open my $in, '<', "/proc/$pid/status" or return undef;
    return join('', <$in>) =~ /^$kind:\s+(\d+)/m ? $1 : undef;
}


sub processor_seconds {
    my ($pid) = @_;

    my @stat = stat_of($pid);
    return @stat ? ($stat[11] + $stat[12]) / $TICKS : undef;
}


sub disk_waits {
    my ($pid) = @_;

    return (stat_of("$pid/task/$pid"))[9];
}


# Its fields from the state on.

sub stat_of {
    my ($process) = @_;

    open my $in, '<', "/proc/$process/stat" or return;
    return split ' ', (<$in> // '') =~ s/.*\) //r;
}


sub descriptors {
    my ($pid) = @_;

    return (scalar(() = glob "/proc/$pid/fd/*")) || undef;
}


sub descriptor_kinds {
    my ($pid) = @_;

    my %kind;

    for my $file (glob "/proc/$pid/fd/*") {
        my $target = readlink $file // next;
        $kind{ $target =~ s/[:\[].*|.*\///r }++;
    }

    return join ' ', map { "$_=$kind{$_}" } sort keys %kind;
}


1;
