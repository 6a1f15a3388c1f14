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

use parent qw( Test::WhatsAuth::Preload );

use List::Util qw( max );

my $PROCESSES = 64;


sub new {
    my ($class) = @_;

    return $class->SUPER::new('turns', numbers => 2 * $PROCESSES);
}


sub forget {
    my ($self) = @_;

    $self->put(0, (0) x (2 * $PROCESSES));
}


sub longest {
    my ($self) = @_;

    my @numbers = $self->numbers(0, 2 * $PROCESSES);

    return map { my $first = $_;
                 max(map { $numbers[2 * $_ + $first] } 0 .. $PROCESSES - 1)
                     / 1e6 } 0, 1;
}


1;
