package Test::WhatsAuth::Traffic;

=head1 NAME

Test::WhatsAuth::Traffic - sites and WhatsApp, with a ledger of every promise

=head1 SYNOPSIS

    my $traffic = Test::WhatsAuth::Traffic->start($nginx, clients => 2);
    ...
    $traffic->count('taken');
    $traffic->end;
    for my $entry ($traffic->entries) { my ($what, @details) = @$entry; ... }

=head1 DESCRIPTION

Client processes ask for codes and post messages over many connections at
once, and write down what nginx promised.  They behave as those do that they
stand for: a site that got no code asks for another one, a provider that got
no 200 posts the same message again.

=head2 Of all codes

    1 in 20 is of the app "brief", and gets no message
    2 in 20 of the app "demo" get no message
    2 in 20 get two messages of different senders at the same time
    the others get one

=head2 Entries

    issued ID CODE APP     200 to a request for a code
    sent ID SENDER         a message goes out for the first time
    taken ID SENDER        200 to a message
    again ID SENDER        a message had no 200 and is posted again
    busy                   503 with Retry-After
    broken                 the connection ended before the answer
    down                   nobody listens
    odd WHAT STATUS        an answer that must not be

=cut

use strict;
use warnings;

use POSIX ();
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Time::HiRes qw( sleep time );

# Logins under way in one process.
my $LANES = 24;

# How long messages are posted again after the end.
my $PATIENCE = 30;

my %running;


sub start {
    my ($class, $nginx, %option) = @_;

    my $self = bless {
        nginx => $nginx,
        clients => $option{clients} // 2,
        count => {},
        entries => [],
    }, $class;

    for my $n (1 .. $self->{clients}) {
        my $file = slot_folder() . "/ledger-$n";
        open my $out, '>', $file or die "$file: $!\n";
        open $self->{in}[$n - 1], '<', $file or die "$file: $!\n";

        my $pid = fork // die "fork: $!\n";

        if ($pid == 0) {
            %running = ();
            my $good = eval { $self->run($n, $out); 1 };
            warn "client: $@" unless $good;
            POSIX::_exit($good ? 0 : 1);
        }

        $running{$pid} = 1;
        push @{ $self->{pids} }, $pid;
    }

    return $self;
}


# Whoever waits for a message goes on until it is taken.

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


sub entries {
    my ($self) = @_;

    for my $in (@{ $self->{in} }) {
        seek $in, 0, 1;

        while (defined(my $line = <$in>)) {

            if ($line !~ /\n\z/) {
                seek $in, -length $line, 1;
                last;
            }

            my @entry = split ' ', $line;
            $self->{count}{$entry[0]}++;
            push @{ $self->{entries} }, \@entry;
        }
    }

    return @{ $self->{entries} };
}


# In a process of its own

sub run {
    my ($self, $n, $out) = @_;

    my $end;
    local $SIG{TERM} = sub { $end //= time };
    local $SIG{PIPE} = 'IGNORE';

    srand $n;
    $self->{n} = $n;
    $self->{out} = $out;
    $self->{lanes} = [ map { {} } 1 .. $LANES ];

    until (defined $end && ($self->all_done || time > $end + $PATIENCE)) {
        $self->round(defined $end);
    }
}


sub all_done {
    my ($self) = @_;

    return !grep { $_->{messages} } @{ $self->{lanes} };
}


# All lanes ask, then all listen: so requests of many connections are under
# way at any time.

sub round {
    my ($self, $ending) = @_;

    my ($n, $down) = (0, 0);
    my (@asked, @lines);

    for my $lane (@{ $self->{lanes} }) {
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

    @lines = map { $self->answer(@$_) } @asked;
    push @lines, ('down') x $down;
    $self->note(map { ref ? $_ : [$_] } @lines);

    sleep 0.02 if $down || grep { ref && $_->[0] eq 'busy' } @lines;
}


sub tasks {
    my ($lane, $ending) = @_;

    return grep { !$_->{taken} } @{ $lane->{messages} } if $lane->{messages};
    return $ending ? () : undef;
}


sub note {
    my ($self, @lines) = @_;

    my $text = join '', map { "@$_\n" } @lines;
    syswrite $self->{out}, $text if length $text;
}


sub client {
    my ($self, $n) = @_;

    return $self->{client}[$n] //= eval {
        Test::WhatsAuth::Client->connect($self->{nginx}->port)
    };
}


sub issue {
    my ($self, $lane) = @_;

    $lane->{app} = rand() < 0.05 ? 'brief' : 'demo';

    return [ $self->{nginx}->issue_request(
        $lane->{app} eq 'brief' ? (token => 'token-of-tenant-brief') : ()) ];
}


sub answer {
    my ($self, $n, $lane, $task) = @_;

    my $answer = $self->{client}[$n]->receive;
    my $status = $answer->{status};

    if ($status == 0 || ($answer->{headers}{connection} // '') eq 'close') {
        $self->{client}[$n] = undef;
    }

    return 'broken' if $status == 0;
    return ['busy'] if $status == 503 && $answer->{headers}{'retry-after'};
    return [ 'odd', $task ? 'message' : 'issue', $status ] if $status != 200;

    return $task ? taken($lane, $task) : $self->issued($lane, $answer);
}


sub issued {
    my ($self, $lane, $answer) = @_;

    my $code = $answer->{json}{code};
    my $chance = rand;

    $lane->{id} = $answer->{headers}{'whatsauth-id'};

    if ($lane->{app} eq 'demo' && $chance >= 0.1) {
        $lane->{messages}
            = [ map { $self->make_message($code) } 1 .. 1 + ($chance < 0.2) ];
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


END {
    my $status = $?;

    kill 'KILL', $_ for keys %running;

    $? = $status;
}


1;
