package Test::WhatsAuth::Dns;

=head1 NAME

Test::WhatsAuth::Dns - a name server that answers from a table

=head1 SYNOPSIS

    my $dns = start_dns('shop.test' => ['127.0.0.1'], 'mute.test' => undef);

    start_nginx(http => 'resolver ' . $dns->address . ' ipv6=off;', ...);
    $dns->set('shop.test' => ['10.0.0.1']);     # the next answers differ
    $dns->queries;                              # the names asked for so far

It answers A and AAAA questions over UDP on 127.0.0.1 with a lifetime of 0
seconds.  An unknown name is NXDOMAIN, an undefined entry gets no answer at
all, and every other type of question an empty answer.

=cut

use strict;
use warnings;

use IO::Socket::INET ();
use JSON::PP ();
use POSIX ();
use Socket qw( AF_INET AF_INET6 inet_pton );
use Test::WhatsAuth qw( slot_folder );

use constant { TYPE_A => 1, TYPE_AAAA => 28, NO_ERROR => 0, NAME_ERROR => 3 };

my $servers = 0;
my %running;


sub start {
    my ($class, %table) = @_;

    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
        LocalPort => 0, Proto => 'udp') or die "dns: $!\n";

    my $self = bless {
        file => slot_folder() . '/dns-' . ++$servers,
        port => $socket->sockport,
        owner => $$,
    }, $class;

    $self->set(%table);

    $self->{pid} = fork // die "fork: $!\n";

    if ($self->{pid} == 0) {
        %running = ();
        $self->serve($socket);
    }

    $running{$self->{pid}} = 1;
    return $self;
}


sub address {
    my ($self) = @_;

    return "127.0.0.1:$self->{port}";
}


sub set {
    my ($self, %table) = @_;

    $self->{table} = { %{ $self->{table} // {} }, %table };

    open my $out, '>', "$self->{file}.new" or die "$self->{file}: $!\n";
    print $out JSON::PP::encode_json($self->{table});
    close $out;

    rename "$self->{file}.new", $self->{file} or die "$self->{file}: $!\n";
}


sub queries {
    my ($self) = @_;

    open my $in, '<', "$self->{file}.queries" or return;
    chomp(my @names = <$in>);
    return @names;
}


sub stop {
    my ($self) = @_;

    return unless delete $running{$self->{pid}};
    kill 'KILL', $self->{pid};
    waitpid $self->{pid}, 0;
}


sub serve {
    my ($self, $socket) = @_;

    while (defined(my $peer = $socket->recv(my $query, 512))) {
        my $answer = eval { $self->answer($query) } // next;
        $socket->send($answer, 0, $peer);
    }

    POSIX::_exit(0);
}


sub answer {
    my ($self, $query) = @_;

    my ($id) = unpack 'n', $query;
    my ($name, $type, $length) = question($query);

    open my $log, '>>', "$self->{file}.queries" or die;
    syswrite $log, "$name\n";
    close $log;

    open my $in, '<', $self->{file} or die;
    my $table = JSON::PP::decode_json(do { local $/; <$in> });

    return if exists $table->{$name} && !defined $table->{$name};

    my @addresses = map { packed($type, $_) } @{ $table->{$name} // [] };
    my $rcode = exists $table->{$name} ? NO_ERROR : NAME_ERROR;

    return pack('nnnnnn', $id, 0x8180 | $rcode, 1, scalar @addresses, 0, 0)
           . substr($query, 12, $length)
           . join '', map { pack('nnnNn/a', 0xc00c, $type, 1, 0, $_) }
                      @addresses;
}


# An address that answers the question, or nothing.

sub packed {
    my ($type, $address) = @_;

    my $wanted = $address =~ /:/ ? TYPE_AAAA : TYPE_A;
    return if $type != $wanted;

    return inet_pton($type == TYPE_A ? AF_INET : AF_INET6, $address);
}


# The first question's name and type, and its length in bytes.

sub question {
    my ($query) = @_;

    my ($at, @labels) = 12;

    while (my $length = unpack 'C', substr $query, $at, 1) {
        push @labels, substr $query, $at + 1, $length;
        $at += 1 + $length;
    }

    return lc join('.', @labels), unpack('n', substr $query, $at + 1, 2),
           $at + 5 - 12;
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
