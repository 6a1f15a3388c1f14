package Test::WhatsAuth::Turns;

=head1 NAME

Test::WhatsAuth::Turns - how long the event loops of an nginx are busy

=head1 SYNOPSIS

    my $turns = Test::WhatsAuth::Turns->new;
    my $nginx = $turns->around(sub { start_nginx() });

    $turns->forget;
    ...
    my ($elapsed, $cpu) = $turns->longest;      # milliseconds

=head1 DESCRIPTION

C<around> starts an nginx whose workers measure each iteration of their event
loops, by F<t/fault/turns.c>.  C<longest> is the longest since C<forget>, by
the clock and by the processor: on a machine that others use, too, the second
tells more.

=cut

use strict;
use warnings;

use List::Util qw( max );
use Test::WhatsAuth;

my $PROCESSES = 64;


sub new {
    my ($class) = @_;

    my $file = slot_folder() . '/turns';

    system('cc', '-shared', '-fPIC', '-g', '-O2', '-Wall', '-Wextra',
           '-Werror', '-o', "$file.so", "$TOP/t/fault/turns.c") == 0 or die;

    open my $shared, '+>', $file or die "$file: $!\n";

    my $self = bless { file => $file, shared => $shared }, $class;
    $self->forget;

    return $self;
}


sub around {
    my ($self, $start) = @_;

    local $ENV{LD_PRELOAD} = "$self->{file}.so";
    local $ENV{WHATSAUTH_TURNS} = $self->{file};
    return $start->();
}


sub forget {
    my ($self) = @_;

    sysseek $self->{shared}, 0, 0;
    syswrite $self->{shared}, "\0" x (16 * $PROCESSES);
}


sub longest {
    my ($self) = @_;

    sysseek $self->{shared}, 0, 0;
    sysread $self->{shared}, my $data, 16 * $PROCESSES;
    my @numbers = unpack 'q*', $data;

    return map { my $first = $_;
                 max(map { $numbers[2 * $_ + $first] } 0 .. $PROCESSES - 1)
                     / 1e6 } 0, 1;
}


1;
