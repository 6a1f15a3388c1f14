package Test::WhatsAuth::Process;

=head1 NAME

Test::WhatsAuth::Process - what a process holds

=head1 FUNCTIONS

They are exported when asked for; of a process that has gone they return undef.

=over

=item memory($pid, $kind)

Its RssAnon, RssShmem, or another field of its status, in KB.

=item descriptors($pid), descriptor_kinds($pid)

How many it has open; and how many of each kind, in words.

=back

=cut

use strict;
use warnings;

use Exporter qw( import );

our @EXPORT_OK = qw( memory descriptors descriptor_kinds );


sub memory {
    my ($pid, $kind) = @_;

    open my $in, '<', "/proc/$pid/status" or return undef;
    return join('', <$in>) =~ /^$kind:\s+(\d+)/m ? $1 : undef;
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
