package Requests;

# Many requests under way at once in one process, each over a connection of its
# own, to hosts of which some do not answer.
#
#     my $requests = Requests->new;
#     $requests->ask($nginx, [ $method, $target, \%headers, $body ], sub {
#         my ($answer) = @_;      # as of Test::WhatsAuth::Client
#     });
#     $requests->at(time + 1, sub { ... });
#     $requests->turn while $requests->under_way;
#
# The status of an answer that does not come is refused, closed or mute.

use strict;
use warnings;

use Errno qw( EINPROGRESS );
use IO::Select ();
use IO::Socket::INET ();
use JSON::PP ();
use Test::WhatsAuth::Clients qw( answer_word );
use Time::HiRes qw( time );

# To connect; and for an answer, which is longer than nginx waits for its store.
my $CONNECT = 1;
my $PATIENCE = 12;


sub new {
    my ($class) = @_;

    return bless { asked => {}, later => [], read => IO::Select->new,
                   write => IO::Select->new }, $class;
}


sub under_way {
    my ($self) = @_;

    return keys(%{ $self->{asked} }) + @{ $self->{later} };
}


sub at {
    my ($self, $time, $function) = @_;

    push @{ $self->{later} }, [ $time, $function ];
}


sub ask {
    my ($self, $nginx, $request, $function) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => $nginx->address,
        PeerPort => $nginx->port, Blocking => 0);
    my $one = { socket => $socket, out => text_of($request), in => '',
                function => $function, until => time + $CONNECT };

    if (!$socket || !defined $socket->fileno) {
        $self->at(time, sub { $function->({ status => 'refused' }) });
        return;
    }

    $self->{asked}{$socket} = $one;
    $self->{write}->add($socket);
}


sub text_of {
    my ($request) = @_;

    my ($method, $target, $headers, $body) = @$request;
    my %headers = (Host => 'login.test', Connection => 'close',
                   %{ $headers // {} });

    $headers{'Content-Length'} = length $body if defined $body;

    return "$method $target HTTP/1.1\r\n"
           . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers)
           . "\r\n" . ($body // '');
}


# Does what can be done, and waits a moment where that is nothing.

sub turn {
    my ($self) = @_;

    my ($readable, $writable) = IO::Select::select($self->{read},
        $self->{write}, undef, 0.02);

    $self->write_to($self->{asked}{$_}) for @{ $writable // [] };
    $self->read_from($self->{asked}{$_}) for @{ $readable // [] };

    my $now = time;

    $self->end($_, { status => 'mute' }) for grep { $_->{until} < $now }
                                             values %{ $self->{asked} };

    my @due = grep { $_->[0] <= $now } @{ $self->{later} };
    @{ $self->{later} } = grep { $_->[0] > $now } @{ $self->{later} };
    $_->[1]->() for @due;
}


sub write_to {
    my ($self, $one) = @_;

    if (!$one->{socket}->connected) {
        $self->end($one, { status => 'refused' });
        return;
    }

    $one->{until} = time + $PATIENCE;

    my $sent = syswrite $one->{socket}, $one->{out};

    if (!defined $sent) {
        $self->end($one, { status => 'closed' }) unless $!{EAGAIN};
        return;
    }

    substr $one->{out}, 0, $sent, '';

    if ($one->{out} eq '') {
        $self->{write}->remove($one->{socket});
        $self->{read}->add($one->{socket});
    }
}


sub read_from {
    my ($self, $one) = @_;

    my $got = sysread $one->{socket}, $one->{in}, 65536, length $one->{in};

    return if $got || !defined $got && $!{EAGAIN};
    $self->end($one, parse($one->{in}) // { status => 'closed' });
}


# Only a whole answer is one.

sub parse {
    my ($text) = @_;

    my ($head, $body) = $text =~ /\A(.*?\r\n)\r\n(.*)\z/s or return undef;
    my ($status) = $head =~ m{^HTTP/1\.[01] (\d{3})} or return undef;
    my %headers;

    while ($head =~ /^([\w-]+):[ ]*(.*?)\r\n/mg) {
        push @{ $headers{lc $1} }, $2;
    }

    $_ = join ', ', @$_ for values %headers;

    return undef if defined $headers{'content-length'}
                    && length $body < $headers{'content-length'};

    return { status => $status, headers => \%headers, body => $body,
             json => scalar eval { JSON::PP::decode_json($body) } };
}


sub end {
    my ($self, $one, $answer) = @_;

    $self->{read}->remove($one->{socket});
    $self->{write}->remove($one->{socket});
    delete $self->{asked}{ $one->{socket} };
    close $one->{socket};

    $answer->{word} = answer_word($answer);
    $one->{function}->($answer);
}


1;
