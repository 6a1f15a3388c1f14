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

use Test::WhatsAuth;


sub new {
    my ($class) = @_;

    my $file = slot_folder() . '/clock';

    system('cc', '-shared', '-fPIC', '-g', '-O2', '-Wall', '-Wextra',
           '-Werror', '-o', "$file.so", "$TOP/t/fault/clock.c") == 0 or die;

    open my $shared, '+>', $file or die "$file: $!\n";

    my $self = bless { file => $file, shared => $shared }, $class;
    $self->ahead(0);

    return $self;
}


sub around {
    my ($self, $start) = @_;

    local $ENV{LD_PRELOAD} = "$self->{file}.so";
    local $ENV{WHATSAUTH_CLOCK} = $self->{file};
    return $start->();
}


sub ahead {
    my ($self, $seconds) = @_;

    $self->{ahead} = $seconds;
    sysseek $self->{shared}, 0, 0;
    syswrite $self->{shared}, pack 'q', $seconds;
}


sub time {
    my ($self) = @_;

    return int(CORE::time() + $self->{ahead});
}


1;
