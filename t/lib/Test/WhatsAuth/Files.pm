package Test::WhatsAuth::Files;

=head1 NAME

Test::WhatsAuth::Files - whole files, as bytes

=head1 METHODS

They are exported when asked for.

=over

=item read_file($path)

=item try_read_file($path)

An empty string if it cannot be read, as the file of a process that has ended.

=item write_file($path, $bytes)

Returns the path.

=back

=cut

use strict;
use warnings;

use Exporter qw( import );

our @EXPORT_OK = qw( read_file try_read_file write_file );


sub read_file {
    my ($path) = @_;

    open my $in, '<:raw', $path or die "$path: $!\n";
    local $/;
    return <$in> // '';
}


sub try_read_file {
    my ($path) = @_;

    open my $in, '<:raw', $path or return '';
    local $/;
    return <$in> // '';
}


sub write_file {
    my ($path, $bytes) = @_;

    open my $out, '>:raw', $path or die "$path: $!\n";
    print $out $bytes;
    close $out or die "$path: $!\n";

    return $path;
}


1;
