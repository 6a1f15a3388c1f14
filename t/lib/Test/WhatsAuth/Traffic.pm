package Test::WhatsAuth::Traffic;

=head1 NAME

Test::WhatsAuth::Traffic - sites and WhatsApp, with a ledger of every promise

=head1 SYNOPSIS

    my $traffic = start_traffic($nginx, clients => 2);
    ...
    $traffic->count('taken');
    $traffic->end or die 'some message was not taken';
    for my $entry ($traffic->entries) { my ($what, @details) = @$entry; ... }

=head1 DESCRIPTION

Client processes ask for codes and post messages over many connections at
once, and write down what nginx promised.  They behave as those do that they
stand for: a site that got no code asks for another one, a provider that got
no 200 posts the same message again.

=head2 Options

    clients     how many processes (2)
    lanes       logins under way in each of them (24)
    pause       seconds between two rounds of all lanes (0)
    patience    seconds for which messages are posted again after the end (30)
    brief       the part of the codes that is of the app "brief", and gets no
                message (0.05)
    silent      the part of the app "demo" that gets no message (0.1)
    double      the part that gets two messages, of different senders at the
                same time (0.1)

=head2 Entries

    issued ID CODE APP     200 to a request for a code
    sent ID SENDER         a message goes out for the first time
    taken ID SENDER        200 to a message
    again ID SENDER        a message had no 200 and is posted again
    busy                   503 with Retry-After
    broken                 the connection ended before the answer
    down                   nobody listens
    odd WHAT STATUS        any other answer; see answer_word() of
                           L<Test::WhatsAuth::Clients>

=cut

use strict;
use warnings;

use parent qw( Test::WhatsAuth::Clients );

use Exporter qw( import );
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Test::WhatsAuth::Clients qw( answer_word );
use Time::HiRes qw( sleep time );

our @EXPORT = qw( start_traffic );


sub start_traffic {
    my ($nginx, %option) = @_;

    %option = (clients => 2, lanes => 24, pause => 0, patience => 30,
               brief => 0.05, silent => 0.1, double => 0.1, %option);

    return __PACKAGE__->start($nginx, ({ %option }) x $option{clients});
}


# In a process of its own

sub run {
    my ($self) = @_;

    $self->{lane} = [ map { {} } 1 .. $self->{lanes} ];

    until (defined $self->ending && $self->all_done) {
        die "a message is not taken\n"
            if defined $self->ending
               && time > $self->ending + $self->{patience};

        $self->round(defined $self->ending);
        sleep $self->{pause};
    }
}


sub all_done {
    my ($self) = @_;

    return !grep { $_->{messages} } @{ $self->{lane} };
}


# All lanes ask, then all listen: so requests of many connections are under
# way at any time.

sub round {
    my ($self, $ending) = @_;

    my ($n, $down) = (0, 0);
    my (@asked, @lines);

    for my $lane (@{ $self->{lane} }) {
        for my $task (tasks($lane, $ending)) {
            my $client = $self->client($n) or do { $down++; next };
            my $request = $task ? $task->{request} : $self->issue($lane);

            if ($task) {
                push @lines, [ $task->{sent}++ ? 'again' : 'sent',
                               $lane->{id}, $task->{from} ];
            }

            push @asked, [ $n++, $lane, $task ];
            $client->send(@$request);
        }
    }

    $self->note(@lines);

    @lines = ((['down']) x $down, map { $self->answer(@$_) } @asked);
    $self->note(@lines);

    sleep 0.02 if grep { $_->[0] =~ /^(?:down|busy)$/ } @lines;
}


sub tasks {
    my ($lane, $ending) = @_;

    return grep { !$_->{taken} } @{ $lane->{messages} } if $lane->{messages};
    return $ending ? () : undef;
}


sub client {
    my ($self, $n) = @_;

    return $self->{client}[$n] //= eval {
        Test::WhatsAuth::Client->connect($self->{nginx}->port)
    };
}


sub issue {
    my ($self, $lane) = @_;

    $lane->{app} = rand() < $self->{brief} ? 'brief' : 'demo';

    return [ $self->{nginx}->issue_request(
        $lane->{app} eq 'brief' ? (token => 'token-of-tenant-brief') : ()) ];
}


sub answer {
    my ($self, $n, $lane, $task) = @_;

    my $answer = $self->{client}[$n]->receive;
    my $word = answer_word($answer);

    $self->{client}[$n] = undef
        if $word eq 'closed'
           || ($answer->{headers}{connection} // '') eq 'close';

    return ['broken'] if $word eq 'closed';
    return ['busy'] if $word eq '503';
    return [ 'odd', $task ? 'message' : 'issue', $word ] if $word ne '200';

    return $task ? taken($lane, $task) : $self->issued($lane, $answer);
}


sub issued {
    my ($self, $lane, $answer) = @_;

    my $code = $answer->{json}{code};
    my $chance = rand;

    $lane->{id} = $answer->{headers}{'whatsauth-id'};

    if ($lane->{app} eq 'demo' && $chance >= $self->{silent}) {
        my $n = $chance < $self->{silent} + $self->{double} ? 2 : 1;
        $lane->{messages} = [ map { $self->make_message($code) } 1 .. $n ];
    }

    return [ 'issued', $lane->{id}, $code, $lane->{app} ];
}


# No two messages have the same sender.

sub make_message {
    my ($self, $code) = @_;

    my $from = sprintf '569%d%07d', $self->{n}, ++$self->{senders};
    my $body = text_message(">>$code<<", from => $from, id => "wamid.$from");

    return {
        from => $from,
        request => [ $self->{nginx}->message_request($body) ],
    };
}


sub taken {
    my ($lane, $message) = @_;

    my $line = [ 'taken', $lane->{id}, $message->{from} ];

    $message->{taken} = 1;
    %$lane = () unless grep { !$_->{taken} } @{ $lane->{messages} };
    return $line;
}


1;
