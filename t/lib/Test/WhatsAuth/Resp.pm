package Test::WhatsAuth::Resp;

=head1 NAME

Test::WhatsAuth::Resp - a client of Valkey or Redis

=head1 SYNOPSIS

    my $client = Test::WhatsAuth::Resp->connect(host => $host, port => $port);

    $client->call('SET', 'key', 'value');       # the reply; dies of an error
    $client->error('INCR', 'key');              # the text of the error
    my @replies = $client->pipeline([qw( GET a )], [qw( GET b )]);

    $client->send('SSUBSCRIBE', 'channel');
    $client->reply;                             # the next one

Options of C<connect>: C<host>, C<port>, C<ca> (the file of an authority: TLS),
C<user> and C<password>, C<seconds>.  A reply is a string, a number, undef, an
array of replies, or for an error a reference to its text.  A reply that does
not come in so many seconds (10) is fatal.

=cut

use strict;
use warnings;

use IO::Select ();
use IO::Socket::INET ();
use IO::Socket::SSL ();

use constant SECONDS => 10;


sub connect {
    my ($class, %option) = @_;

    my $seconds = $option{seconds} // SECONDS;
    my $socket = IO::Socket::INET->new(PeerAddr => $option{host},
        PeerPort => $option{port}, Timeout => $seconds) or die "connect: $!\n";

    if (defined $option{ca}) {
        IO::Socket::SSL->start_SSL($socket, SSL_ca_file => $option{ca},
            SSL_verifycn_name => 'valkey.test', SSL_verifycn_scheme => 'http')
            or die "TLS: $IO::Socket::SSL::SSL_ERROR\n";
    }

    my $self = bless { socket => $socket, buffer => '', seconds => $seconds },
               $class;

    $self->call('AUTH', $option{user}, $option{password})
        if defined $option{user};

    return $self;
}


sub call {
    my ($self, @words) = @_;

    $self->send(@words);
    my $reply = $self->reply;
    die "$words[0]: $$reply\n" if ref $reply eq 'SCALAR';

    return $reply;
}


sub error {
    my ($self, @words) = @_;

    $self->send(@words);
    my $reply = $self->reply;

    return ref $reply eq 'SCALAR' ? $$reply : undef;
}


sub pipeline {
    my ($self, @commands) = @_;

    $self->send(@$_) for @commands;

    return map { $self->reply } @commands;
}


sub send {
    my ($self, @words) = @_;

    my $bytes = '*' . @words . "\r\n"
                . join '', map { '$' . length($_) . "\r\n$_\r\n" } @words;

    while (length $bytes) {
        my $n = $self->{socket}->syswrite($bytes) // die "write: $!\n";
        substr $bytes, 0, $n, '';
    }
}


sub reply {
    my ($self) = @_;

    my ($type, $rest) = $self->line =~ /^([-+:\$*])(.*)\z/s
        or die "no reply of RESP2\n";

    return $rest if $type eq '+';
    return 0 + $rest if $type eq ':';
    return \$rest if $type eq '-';
    return undef if $rest < 0;
    return [ map { $self->reply } 1 .. $rest ] if $type eq '*';

    return substr $self->bytes($rest + 2), 0, -2;
}


sub line {
    my ($self) = @_;

    my $end;
    $self->fill while ($end = index $self->{buffer}, "\r\n") < 0;

    return substr $self->bytes($end + 2), 0, -2;
}


sub bytes {
    my ($self, $length) = @_;

    $self->fill while length $self->{buffer} < $length;

    return substr $self->{buffer}, 0, $length, '';
}


sub fill {
    my ($self) = @_;

    my $socket = $self->{socket};
    my $pending = $socket->can('pending') && $socket->pending;

    $pending || IO::Select->new($socket)->can_read($self->{seconds})
        or die "no reply in $self->{seconds} seconds\n";

    $socket->sysread($self->{buffer}, 65536, length $self->{buffer})
        or die "the connection has ended\n";
}


1;
