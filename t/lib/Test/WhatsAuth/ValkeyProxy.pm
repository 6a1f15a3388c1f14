package Test::WhatsAuth::ValkeyProxy;

=head1 NAME

Test::WhatsAuth::ValkeyProxy - a real server of Valkey, which lies when told to

=head1 SYNOPSIS

    my $proxy = Test::WhatsAuth::ValkeyProxy->start($valkey->primary);

    $proxy->address;                        # what clients connect to
    $proxy->fault(on => 'EVALSHA', error => 'NOSCRIPT', times => 1);
    $proxy->fault(on => 'WAIT', done_but => ':0');
    $proxy->used;                           # how often the last fault was used
    $proxy->heal;

    $proxy->cut;                            # as if its host had gone
    $proxy->mend;
    $proxy->seen('EVALSHA');                # how many came

A process of its own passes each command to the server and each reply back, as
they are and in their order, until the test says otherwise.  A connection that
subscribes, or that a replica has, passes without a look at its bytes.

=head1 METHODS

=over

=item start($server, %option)

Listens on the address of a L<Test::WhatsAuth::ValkeyServer>, on C<port>
(C<slot_port(16)>).

=item fault(%fault)

From now on.  C<on> is the name of a command, C<*> is any; C<after> so many of
them it begins, and C<times> it happens (always).  Of several faults the first
that fits is used.  A fault is one of these:

    error => 'OOM'        the server does nothing; the reply is a known error
    reply => ':0'         likewise, with these bytes, without an end of line
    done_but => ':0'      the server does it, and the reply is another one
    more => ':0'          likewise, and behind the reply comes another one
    delay => 300          likewise, so many milliseconds late
    keep => N             the first N bytes of the reply; then C<then>
    part => N             the server gets the first N bytes of the command, and
                          both connections close
    lost => 1             the command is not done, and nothing comes any more

C<then> is C<close> or C<silence>, in which the connection stays open.

=item heal()

No fault any more; connections that are silent remain so.

=item used()

How often the last fault happened.

=item seen($name)

How many of these commands came.

=item words()

The commands that came since C<start> or the last C<words>, each as its words
joined by blanks, the oldest of the last thousand first.

=item cut(%option), freeze(%option), mend()

C<cut> closes all connections, and refuses others.  C<freeze> lets no byte pass
any more, and no connection end: as a cable that has been cut.  C<from> says
whose connections alone: C<clients> or C<servers>.

=item drop()

Closes all connections, once.

=item stop()

=back

=cut

use strict;
use warnings;

use IO::Select ();
use IO::Socket::INET ();
use JSON::PP ();
use List::Util qw( max min );
use POSIX ();
use Socket qw( AF_UNIX IPPROTO_TCP PF_UNSPEC SOCK_STREAM TCP_NODELAY );
use Test::WhatsAuth qw( slot_port );
use Time::HiRes qw( time );

# As the servers write them.
our %ERRORS = (
    BUSY => 'BUSY Redis is busy running a script. You can only call SCRIPT '
            . 'KILL or SHUTDOWN NOSAVE.',
    CLUSTERDOWN => 'CLUSTERDOWN Hash slot not served',
    LOADING => 'LOADING Redis is loading the dataset in memory',
    MASTERDOWN => 'MASTERDOWN Link with MASTER is down and '
                  . "replica-serve-stale-data is set to 'no'.",
    MISCONF => 'MISCONF Errors writing to the AOF file: No space left on '
               . 'device',
    NOAUTH => 'NOAUTH Authentication required.',
    NOPERM => "NOPERM this user has no permissions to run the command",
    NOREPLICAS => 'NOREPLICAS Not enough good replicas to write.',
    NOSCRIPT => 'NOSCRIPT No matching script. Please use EVAL.',
    OOM => "OOM command not allowed when used memory > 'maxmemory'.",
    READONLY => "READONLY You can't write against a read only replica.",
    TRYAGAIN => 'TRYAGAIN Multiple keys request during rehashing of slot',
    WRONGPASS => 'WRONGPASS invalid username-password pair or user is '
                 . 'disabled.',
);

use constant {
    LONGEST_RUN => 7200,
    WORDS => 1000,
};

my %running;


sub start {
    my ($class, $server, %option) = @_;

    my $self = bless {
        host => $server->{host}, port => $option{port} // slot_port(16),
        to => $server->{port},
        faults => [], clients => [], frozen => '', cut => '', seen => {},
        words => [],
    }, $class;

    $self->{socket} = IO::Socket::INET->new(LocalAddr => $self->{host},
        LocalPort => $self->{port}, Listen => 1024, ReuseAddr => 1)
        or die "proxy: " . $self->address . ": $!\n";

    socketpair my $test, my $proxy, AF_UNIX, SOCK_STREAM, PF_UNSPEC
        or die "socketpair: $!\n";

    $self->{pid} = fork // die "fork: $!\n";

    if ($self->{pid} == 0) {
        %running = ();
        close $test;
        $self->serve($proxy);
    }

    close $proxy;
    close delete $self->{socket};
    $test->autoflush(1);
    $self->{test} = $test;
    $running{$self->{pid}} = 1;

    return $self;
}


sub address {
    my ($self) = @_;

    return "$self->{host}:$self->{port}";
}


sub fault {
    my ($self, %fault) = @_;

    if (defined(my $name = delete $fault{error})) {
        $fault{reply} = '-' . ($ERRORS{$name} // die "no error $name\n");
    }

    $self->tell('fault', \%fault);
}


sub heal { $_[0]->tell('heal') }

sub used { $_[0]->tell('used') }

sub seen { $_[0]->tell('seen', $_[1]) }

sub words { @{ $_[0]->tell('words') } }

sub drop { $_[0]->tell('drop') }

sub mend { $_[0]->tell('mend') }

sub cut {
    my ($self, %option) = @_;

    $self->tell('cut', $option{from} // 'all');
}


sub freeze {
    my ($self, %option) = @_;

    $self->tell('freeze', $option{from} // 'all');
}


# Returns when the proxy has done it.

sub tell {
    my ($self, @order) = @_;

    my $test = $self->{test};

    print $test JSON::PP::encode_json(\@order) . "\n";
    return JSON::PP->new->allow_nonref->decode(<$test>
                                               // die "the proxy has ended\n");
}


sub stop {
    my ($self) = @_;

    return unless delete $running{$self->{pid}};
    kill 'KILL', $self->{pid};
    waitpid $self->{pid}, 0;
}


# In a process of its own

sub serve {
    my ($self, $test) = @_;

    local $SIG{PIPE} = 'IGNORE';
    alarm LONGEST_RUN;
    $test->autoflush(1);

    for (;;) {
        my ($read, $write, $wait) = $self->interests($test);
        my ($readable, $writable) = IO::Select::select(
            IO::Select->new(@$read), IO::Select->new(@$write), undef, $wait);

        for my $socket (@{ $readable // [] }) {

            if ($socket == $test) {
                my $order = <$test> // POSIX::_exit(0);
                my ($verb, @more) = @{ JSON::PP::decode_json($order) };
                my $told = $self->can("do_$verb")->($self, @more);
                print $test JSON::PP->new->allow_nonref->encode($told) . "\n";

            } elsif ($socket == $self->{socket}) {
                $self->take_client;

            } else {
                $self->receive($socket);
            }
        }

        $_->{dead} || flush($_) for @{ $self->{clients} };
        @{ $self->{clients} } = grep { !$_->{dead} } @{ $self->{clients} };
    }
}


# The events of a connection, and the time until which a reply is held back.

sub interests {
    my ($self, $test) = @_;

    my (@read, @write) = ($test, $self->{frozen} eq 'all' ? ()
                                 : $self->{socket});
    my $now = time;
    my $wait;

    for my $one (grep { !$self->is_frozen($_) } @{ $self->{clients} }) {
        push @read, $one->{client}, $one->{server};
        push @write, $one->{server} if length $one->{to_server};
        next unless length $one->{to_client};

        push @write, $one->{client} if $one->{until} <= $now;
        $wait = min($wait // LONGEST_RUN, max(0, $one->{until} - $now))
            if $one->{until} > $now;
    }

    return \@read, \@write, $wait;
}


sub fits {
    my ($one, $from) = @_;

    return $from eq 'all' || $from eq $one->{from};
}


sub is_frozen {
    my ($self, $one) = @_;

    return fits($one, $self->{frozen});
}


# A server of ours connects from its own address.

sub take_client {
    my ($self) = @_;

    my $client = $self->{socket}->accept or return;
    my $one = {
        client => $client, in => '', back => '', to_server => '',
        to_client => '', until => 0, expected => [],
        from => $client->peerhost =~ /^127\.0\.0\./ ? 'clients' : 'servers',
    };

    return if fits($one, $self->{cut});

    $one->{server} = IO::Socket::INET->new(PeerAddr => $self->{host},
        PeerPort => $self->{to},
        $one->{from} eq 'servers' ? (LocalAddr => $client->peerhost) : ())
        or return;

    for my $socket ($client, $one->{server}) {
        $socket->blocking(0);
        setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;
    }

    push @{ $self->{clients} }, $one;
}


sub receive {
    my ($self, $socket) = @_;

    my ($one) = grep { $_->{client} == $socket || $_->{server} == $socket }
                @{ $self->{clients} } or return;
    my $into = $socket == $one->{client} ? 'in' : 'back';

    if (!sysread $socket, $one->{$into}, 65536, length $one->{$into}) {
        $one->{dead} = 1;
        return;
    }

    $self->commands($one);
    $self->replies($one);
}


sub commands {
    my ($self, $one) = @_;

    while (!$one->{raw} && !$one->{silent} && !$one->{ends}) {
        my @words = command($one->{in}) or return;
        my $bytes = substr $one->{in}, 0, pop @words, '';
        my $name = uc $words[0];

        $self->{seen}{$name}++;
        push @{ $self->{words} }, join ' ', @words;
        shift @{ $self->{words} } if @{ $self->{words} } > WORDS;

        send_command($one, $self->fault_of($name), $bytes);
        $one->{raw} = 1 if $name =~ /^(?:S?SUBSCRIBE|P?SYNC)$/;
    }

    if ($one->{raw}) {
        $one->{to_server} .= $one->{in};
        $one->{in} = '';
    }

    $one->{in} = '' if $one->{silent} || $one->{ends};
}


# The fault that happens now, or none.

sub fault_of {
    my ($self, $name) = @_;

    for my $fault (@{ $self->{faults} }) {
        next if $fault->{on} ne $name && $fault->{on} ne '*';
        next if $fault->{after}-- > 0 || $fault->{times} == 0;

        $fault->{times}--;
        $fault->{used}++;
        return $fault;
    }

    return {};
}


sub send_command {
    my ($one, $fault, $bytes) = @_;

    if ($fault->{lost}) {
        $one->{silent} = 1;

    } elsif (defined $fault->{part}) {
        $one->{to_server} .= substr $bytes, 0, $fault->{part};
        $one->{ends} = 1;

    } else {
        $one->{to_server} .= $bytes unless defined $fault->{reply};
        push @{ $one->{expected} }, $fault;
    }
}


sub replies {
    my ($self, $one) = @_;

    while (!$one->{silent} && !$one->{ends} && @{ $one->{expected} }) {
        my $fault = $one->{expected}[0];

        if (!defined $fault->{reply}) {
            my $length = reply_length($one->{back}, 0) // return;
            $one->{bytes} = substr $one->{back}, 0, $length, '';
        }

        shift @{ $one->{expected} };
        send_reply($one, $fault, $one->{bytes});
    }

    if ($one->{raw} && !@{ $one->{expected} }) {
        $one->{to_client} .= $one->{back};
        $one->{back} = '';
    }

    $one->{back} = '' if $one->{silent};
}


sub send_reply {
    my ($one, $fault, $bytes) = @_;

    my $other = $fault->{reply} // $fault->{done_but};

    $bytes = "$other\r\n" if defined $other;
    $bytes .= "$fault->{more}\r\n" if defined $fault->{more};
    $one->{until} = time + $fault->{delay} / 1000 if $fault->{delay};

    if (defined $fault->{keep}) {
        $bytes = substr $bytes, 0, $fault->{keep};
        $one->{ $fault->{then} eq 'silence' ? 'silent' : 'ends' } = 1;
    }

    $one->{to_client} .= $bytes;
}


# A connection that ends does so when all has been sent that was to be sent.

sub flush {
    my ($one) = @_;

    send_some($one, 'server', 'to_server');
    send_some($one, 'client', 'to_client') if $one->{until} <= time;

    $one->{dead} = 1
        if $one->{ends} && $one->{to_server} . $one->{to_client} eq '';
}


sub send_some {
    my ($one, $to, $from) = @_;

    return unless length $one->{$from};

    my $sent = syswrite $one->{$to}, $one->{$from};

    if (defined $sent) {
        substr $one->{$from}, 0, $sent, '';

    } elsif (!$!{EAGAIN}) {
        $one->{dead} = 1;
    }
}


# The words of a whole command, and its length; or nothing.

sub command {
    my ($bytes) = @_;

    $bytes =~ /\G\*(\d+)\r\n/gc or return;

    my @words;

    for (1 .. $1) {
        $bytes =~ /\G\$(\d+)\r\n/gc or return;
        my ($at, $length) = (pos $bytes, $1);
        return if length $bytes < $at + $length + 2;
        push @words, substr $bytes, $at, $length;
        pos($bytes) = $at + $length + 2;
    }

    return @words, pos $bytes;
}


# Where the reply that begins at $at ends, or undef.

sub reply_length {
    my ($bytes, $at) = @_;

    pos($bytes) = $at;
    $bytes =~ /\G([-+:\$*])([^\r]*)\r\n/gc or return undef;

    my ($type, $number, $end) = ($1, $2, pos $bytes);

    return $end if $type =~ /[-+:]/ || $number < 0;

    if ($type eq '$') {
        $end += $number + 2;
        return $end <= length $bytes ? $end : undef;
    }

    for (1 .. $number) {
        $end = reply_length($bytes, $end) // return undef;
    }

    return $end;
}


# The orders of the test

sub do_fault {
    my ($self, $fault) = @_;

    $self->{last} = { after => 0, times => -1, used => 0, then => 'close',
                      %$fault };
    push @{ $self->{faults} }, $self->{last};
    return 1;
}


sub do_heal {
    my ($self) = @_;

    $self->{faults} = [];
    return 1;
}


sub do_used {
    my ($self) = @_;

    return $self->{last}{used};
}


sub do_seen {
    my ($self, $name) = @_;

    return $self->{seen}{$name} // 0;
}


sub do_words {
    my ($self) = @_;

    my $words = $self->{words};

    $self->{words} = [];
    return [ map { s/[^ -~]/?/gr } @$words ];
}


sub do_cut {
    my ($self, $from) = @_;

    $self->{cut} = $from;
    @{ $self->{clients} } = grep { !fits($_, $from) } @{ $self->{clients} };
    return 1;
}


sub do_freeze {
    my ($self, $from) = @_;

    $self->{frozen} = $from;
    return 1;
}


sub do_mend {
    my ($self) = @_;

    $self->{cut} = $self->{frozen} = '';
    return 1;
}


sub do_drop {
    my ($self) = @_;

    $self->{clients} = [];
    return 1;
}


END {
    my $status = $?;

    for my $pid (keys %running) {
        kill 'KILL', $pid;
        waitpid $pid, 0;
    }

    $? = $status;
}


1;
