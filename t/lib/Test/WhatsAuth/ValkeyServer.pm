package Test::WhatsAuth::ValkeyServer;

=head1 NAME

Test::WhatsAuth::ValkeyServer - one server of a plant

=head1 SYNOPSIS

    my $server = Test::WhatsAuth::ValkeyServer->start(host => '127.0.1.1',
        port => $port, folder => $folder, lines => [ 'appendonly yes' ]);

    $server->client->call('PING');
    $server->kill;          # by SIGKILL
    $server->launch;        # with the files that it had
    $server->pause;         # by SIGSTOP
    $server->resume;

It ends with the test, also with one that is killed.  C<on> is a
L<Test::WhatsAuth::Hosts> that it runs on.  See
L<Test::WhatsAuth::Valkey>.

=head1 METHODS

=over

=item program()

The path of Valkey's or else Redis' server; undef if there is none.  Another
one may be named by C<WHATSAUTH_VALKEY> in the environment.

=item client(%options)

A new L<Test::WhatsAuth::Resp>; options: C<user> and C<password>, in place of
those who may do everything.

=item address(), told()

HOST:PORT of its own, and as clients are to connect to it: those of its proxy,
if it has one.

=item info($section)

A hash of what INFO says.

=item is_running()

It has not been killed, and is not paused.

=item log()

What it has written there.

=back

=cut

use strict;
use warnings;

use File::Path qw( make_path );
use POSIX qw( WNOHANG );
use Test::WhatsAuth qw( wait_until );
use Test::WhatsAuth::Files qw( read_file try_read_file
    write_file );
use Test::WhatsAuth::Resp;

# A loaded machine starts nine of them at once.
use constant SECONDS => 60;

# Debian's packages of the servers start a service.  Those of the tools do not,
# and hold the same program, which goes by the name that it is called by.

my %CHECKERS = (
    'valkey-server' => '/usr/bin/valkey-check-rdb',
    'redis-server' => '/usr/bin/redis-check-rdb',
);

my %running;


sub program {
    return $ENV{WHATSAUTH_VALKEY} if defined $ENV{WHATSAUTH_VALKEY};

    my ($name) = grep { -x $CHECKERS{$_} } qw( valkey-server redis-server )
        or return undef;

    my $path = Test::WhatsAuth::slot_folder() . "/$name";

    -l $path || symlink $CHECKERS{$name}, $path or die "$path: $!\n";

    return $path;
}


sub start {
    my ($class, %option) = @_;

    my $self = bless { arguments => [], login => {}, %option }, $class;

    make_path($self->{folder});
    write_file("$self->{folder}/server.conf",
               join '', map { "$_\n" } @{ $self->{lines} });
    $self->launch;

    return $self;
}


sub launch {
    my ($self) = @_;

    my $program = program() // die "there is no server\n";

    $self->{pid} = fork // die "fork: $!\n";

    if ($self->{pid} == 0) {
        %running = ();
        open STDIN, '<', '/dev/null';
        open STDOUT, '>>', $self->log_file;
        open STDERR, '>&', \*STDOUT;
        my @command = ($program, "$self->{folder}/server.conf",
                       @{ $self->{arguments} });
        exec 'setpriv', '--pdeathsig', 'KILL',
            $self->{on} ? $self->{on}->command(@command) : @command
            or POSIX::_exit(127);
    }

    $running{$self->{pid}} = 1;
    $self->{paused} = 0;
}


sub wait_for {
    my ($self) = @_;

    wait_until {
        waitpid($self->{pid}, WNOHANG) == $self->{pid}
            and die "the server has ended:\n" . $self->log;

        eval { $self->client->call('PING') };
    } SECONDS or die "the server does not answer:\n" . $self->log;
}


sub client {
    my ($self, %login) = @_;

    return Test::WhatsAuth::Resp->connect(host => $self->{host},
        port => $self->{port}, ca => $self->{ca},
        %login ? %login : %{ $self->{login} });
}


# The test's own connection.

sub call {
    my ($self, @words) = @_;

    my $reply = eval {
        $self->{client} //= $self->client;
        $self->{client}->call(@words);
    };

    if ($@) {
        my $error = $@;
        delete $self->{client};
        die $error;
    }

    return $reply;
}


sub info {
    my ($self, $section) = @_;

    return { map { /^(\w+):(.*?)\r?$/ ? ($1, $2) : () }
             split /\n/, $self->call('INFO', $section) };
}


sub address {
    my ($self) = @_;

    return "$self->{host}:$self->{port}";
}


sub told {
    my ($self) = @_;

    return $self->{proxy} ? $self->{proxy}->address : $self->address;
}


sub log_file {
    my ($self) = @_;

    return "$self->{folder}/log";
}


sub log {
    my ($self) = @_;

    return try_read_file($self->log_file);
}


sub is_running {
    my ($self) = @_;

    return $running{$self->{pid}} && !$self->{paused};
}


sub pause {
    my ($self) = @_;

    CORE::kill('STOP', $self->{pid});
    wait_until { $self->state eq 'T' } or die "the server does not stop\n";
    $self->{paused} = 1;
    delete $self->{client};
}


sub resume {
    my ($self) = @_;

    CORE::kill('CONT', $self->{pid});
    $self->{paused} = 0;
}


sub state {
    my ($self) = @_;

    return read_file("/proc/$self->{pid}/stat") =~ /\) (\w)/ ? $1 : '';
}


sub kill {
    my ($self) = @_;

    delete $self->{client};
    return unless delete $running{$self->{pid}};
    CORE::kill('KILL', $self->{pid});
    waitpid $self->{pid}, 0;
}


END {
    my $status = $?;

    for my $pid (keys %running) {
        CORE::kill('KILL', $pid);
        waitpid $pid, 0;
    }

    $? = $status;
}


1;
