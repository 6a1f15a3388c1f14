package Test::WhatsAuth::Clients;

=head1 NAME

Test::WhatsAuth::Clients - processes of clients that write down what they got

=head1 SYNOPSIS

    package Visitors;
    use parent qw( Test::WhatsAuth::Clients );

    sub run {
        my ($self) = @_;

        until (defined $self->ending) {
            my $answer = $self->{nginx}->get($self->{path});
            $self->note([ 'seen', answer_word($answer) ]);
        }
    }

    package main;

    my $visitors = Visitors->start($nginx, { path => '/' }, { path => '/x' });
    $visitors->count('seen');
    $visitors->end;
    my @entries = $visitors->entries;

=head1 DESCRIPTION

C<start> makes a process for each hash, whose pairs the object has there, and
C<n>, its number.  Its C<run> goes on until C<ending> is the time at which the
test called C<end>, and dies if something is wrong; then C<end> returns false.

What C<note> writes in a process, the test reads at any time with C<entries>,
and counts by the first word with C<count>.  A class that keeps entries in
another way has its own C<keep>.

C<answer_word> is the status of an answer of L<Test::WhatsAuth::Client>:
C<503 bare> and C<429 bare> do not say when to come again, C<closed> is a
connection that ended before an answer.

=cut

use strict;
use warnings;

use Exporter qw( import );
use POSIX ();
use Test::WhatsAuth qw( slot_folder );
use Time::HiRes qw( time );

our @EXPORT_OK = qw( answer_word );

my $LONGEST_RUN = 7200;

my %running;


sub start {
    my ($class, $nginx, @processes) = @_;

    my $self = bless { nginx => $nginx, entries => [], count => {} }, $class;
    my $name = slot_folder() . '/' . lc($class =~ s/.*:://r);

    for my $n (1 .. @processes) {
        open my $out, '>', "$name-$n" or die "$name-$n: $!\n";
        open $self->{in}[$n - 1], '<', "$name-$n" or die "$name-$n: $!\n";

        my $pid = fork // die "fork: $!\n";

        if ($pid == 0) {
            %$self = (%$self, %{ $processes[$n - 1] }, n => $n, out => $out);
            $self->run_process;
        }

        $running{$pid} = 1;
        push @{ $self->{pids} }, $pid;
    }

    return $self;
}


sub run_process {
    my ($self) = @_;

    %running = ();
    local $SIG{TERM} = sub { $self->{ending} //= time };
    local $SIG{PIPE} = 'IGNORE';
    alarm $LONGEST_RUN;

    srand $self->{n};
    $self->{parent} = getppid;

    my $good = eval { $self->run; 1 };
    warn ref $self, ": $@" unless $good;
    POSIX::_exit($good ? 0 : 1);
}


# A test that has died does not call end.

sub ending {
    my ($self) = @_;

    $self->{ending} //= time if getppid != $self->{parent};
    return $self->{ending};
}


sub note {
    my ($self, @entries) = @_;

    my $text = join '', map { join("\t", @$_) . "\n" } @entries;
    syswrite $self->{out}, $text if length $text;
}


sub answer_word {
    my ($answer) = @_;

    my $status = $answer->{status} || 'closed';

    return $status =~ /^(?:429|503)$/ && !$answer->{headers}{'retry-after'}
           ? "$status bare" : $status;
}


# In the test

sub end {
    my ($self) = @_;

    my $good = 1;

    kill 'TERM', @{ $self->{pids} };

    for my $pid (@{ $self->{pids} }) {
        waitpid $pid, 0;
        $good &&= $? == 0;
        delete $running{$pid};
    }

    return $good;
}


sub count {
    my ($self, @what) = @_;

    my $sum = 0;

    $self->entries;
    $sum += $self->{count}{$_} // 0 for @what;
    return $sum;
}


# The last line may not be complete yet.

sub entries {
    my ($self) = @_;

    for my $in (@{ $self->{in} }) {
        seek $in, 0, 1;

        while (defined(my $line = <$in>)) {

            if ($line !~ s/\n\z//) {
                seek $in, -length $line, 1;
                last;
            }

            $self->keep(split /\t/, $line);
        }
    }

    return @{ $self->{entries} };
}


sub keep {
    my ($self, @entry) = @_;

    $self->{count}{$entry[0]}++;
    push @{ $self->{entries} }, \@entry;
}


END {
    my $status = $?;

    kill 'KILL', $_ for keys %running;

    $? = $status;
}


1;
