package Persistent;

# Clients of several hosts: one that a host does not answer asks the other one,
# and writes down that it had to.
#
#     failure WHAT HOST WORD BEGAN ENDED      no answer but 503, or none
#     odd WHAT WORD ID                        an answer that nobody may get
#
# In run(), $self->{nginx} is an array of the hosts.

use strict;
use warnings;

use parent qw( Test::WhatsAuth::Clients );

use Requests;
use Time::HiRes qw( time );

# Between a failure and the next attempt.
my $PAUSE = 0.3;


sub requests {
    my ($self) = @_;

    return $self->{requests} //= Requests->new;
}


sub any_host {
    my ($self) = @_;

    return int rand @{ $self->{nginx} };
}


sub other_host {
    my ($self, $host) = @_;

    return ($host + 1) % @{ $self->{nginx} };
}


# Calls the function with the answer, or with nothing after a failure.

sub once {
    my ($self, $what, $host, $request, $function) = @_;

    my $began = time;

    $self->requests->ask($self->{nginx}[$host], $request, sub {
        my ($answer) = @_;

        if ($answer->{word} =~ /^(?:503|closed|refused|mute)$/) {
            $self->note([ 'failure', $what, $host, $answer->{word}, $began,
                          time ]);
            return $function->();
        }

        $function->($answer);
    });
}


# Goes on until there is an answer.

sub persist {
    my ($self, $what, $host, $request, $function) = @_;

    $self->once($what, $host, $request, sub {
        my ($answer) = @_;

        return $function->($answer) if $answer;

        $self->requests->at(time + $PAUSE, sub {
            $self->persist($what, $self->other_host($host), $request,
                           $function);
        });
    });
}


sub odd {
    my ($self, $what, $answer, $id) = @_;

    my $error = ($answer->{json} // {})->{error} // '';

    $self->note([ 'odd', $what, "$answer->{word} $error", $id ]);
}


1;
