package Test::WhatsAuth::Certificates;

=head1 NAME

Test::WhatsAuth::Certificates - a certificate authority for one test

=head1 SYNOPSIS

    my $ca = make_certificates();
    $ca->file;                              # PEM of the authority
    my ($cert, $key) = $ca->issue('shop.test', 'other.test', '127.0.0.1');

The keys are made by openssl when the test runs and live in its slot's folder.

=cut

use strict;
use warnings;

use File::Path qw( make_path );
use Test::WhatsAuth qw( slot_folder );


sub make {
    my ($class, $folder) = @_;

    my $self = bless {
        folder => $folder // slot_folder() . '/certificates',
    }, $class;

    make_path($self->{folder});
    $self->request('ca', '-subj', '/CN=Test authority');
    return $self;
}


sub file {
    my ($self) = @_;

    return "$self->{folder}/ca.pem";
}


sub issue {
    my ($self, @names) = @_;

    $self->request($names[0], '-subj', "/CN=$names[0]",
        '-addext', 'subjectAltName=' . join(',',
            map { (/^[\d.]+$/ ? 'IP' : 'DNS') . ":$_" } @names),
        '-addext', 'basicConstraints=critical,CA:FALSE',
        '-CA', $self->file, '-CAkey', "$self->{folder}/ca.key");

    return map { "$self->{folder}/$names[0].$_" } 'pem', 'key';
}


sub request {
    my ($self, $name, @options) = @_;

    my @command = (qw( openssl req -x509 -nodes -days 2 -newkey ec
        -pkeyopt ec_paramgen_curve:prime256v1 ),
        '-keyout', "$self->{folder}/$name.key",
        '-out', "$self->{folder}/$name.pem", @options);

    my $pid = open(my $output, '-|') // die "fork: $!\n";

    if ($pid == 0) {
        open STDERR, '>&', \*STDOUT;
        exec @command;
    }

    my $said = join '', <$output>;
    close $output or die "openssl failed: $said\n";
}


1;
