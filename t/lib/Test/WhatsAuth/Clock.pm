package Test::WhatsAuth::Clock;

=head1 NAME

Test::WhatsAuth::Clock - an nginx whose clock the test moves

=head1 SYNOPSIS

    my $clock = Test::WhatsAuth::Clock->new;
    my $nginx = $clock->around(sub { start_nginx() });

    $clock->ahead(60);              # a minute later
    $clock->time;                   # what nginx takes for now

=head1 DESCRIPTION

C<around> starts an nginx whose clock is F<t/fault/clock.c>.  C<ahead($s)> puts
it $s seconds before the machine's; each worker knows it as soon as its event
loop turns.  Timers do not notice.

=cut

use strict;
use warnings;

use parent qw( Test::WhatsAuth::Preload );


sub new {
    my ($class) = @_;

    return $class->SUPER::new('clock', numbers => 1);
}


sub ahead {
    my ($self, $seconds) = @_;

    $self->put(0, $seconds);
}


sub time {
    my ($self) = @_;

    return int(CORE::time() + ($self->numbers(0, 1))[0]);
}


1;
