package Test::WhatsAuth::Client;

=head1 NAME

Test::WhatsAuth::Client - a keep-alive HTTP connection

=head1 SYNOPSIS

    my $client = Test::WhatsAuth::Client->connect($port);
    my $answer = $client->request('GET', '/', \%headers, $body);

    $client = Test::WhatsAuth::Client->connect($port, undef, $address);

    $client->send('GET', '/');          # or in two steps
    $answer = $client->receive;

    Test::WhatsAuth::Client->connect($port, '127.0.0.2');   # from there

An answer is a hash: C<status> (0 if the connection ended before one came),
C<headers> (names in lower case), C<body>, C<json> (if it is JSON), and
C<worker>, the process that answered.

=cut

use strict;
use warnings;

use IO::Socket::INET ();
use IO::Select ();
use JSON::PP ();

my $PATIENCE = 30;


sub connect {
    my ($class, $port, $from, $to) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => $to // '127.0.0.1',
        PeerPort => $port, Timeout => $PATIENCE,
        $from ? (LocalAddr => $from) : ())
        or die "cannot connect to port $port: $!\n";

    return bless { socket => $socket, data => '' }, $class;
}


sub request {
    my ($self, @request) = @_;

    $self->send(@request);
    return $self->receive;
}


sub send {
    my ($self, $method, $target, $headers, $body) = @_;

    my %headers = (Host => '127.0.0.1', %{ $headers // {} });
    $headers{'Content-Length'} //= length $body if defined $body;

    my $head = join '', map { "$_: $headers{$_}\r\n" }
                        grep { defined $headers{$_} } sort keys %headers;

    $self->{method} = $method;
    $self->write("$method $target HTTP/1.1\r\n$head\r\n" . ($body // ''));
}


# nginx may answer and close before it has read everything.

sub write {
    my ($self, $data) = @_;

    local $SIG{PIPE} = 'IGNORE';

    while (length $data) {
        my $sent = syswrite $self->{socket}, $data or return;
        substr($data, 0, $sent) = '';
    }
}


sub receive {
    my ($self) = @_;

    my $head;

    do {
        $head = $self->take(qr/\A(.*?\r\n)\r\n/s) // return { status => 0 };
    } while $head =~ m{^HTTP/1.1 1};

    my ($status) = $head =~ m{^HTTP/1\.[01] (\d{3})};
    my %headers;

    while ($head =~ /^([\w-]+):[ ]*(.*?)\r\n/mg) {
        my ($name, $value) = (lc $1, $2);
        $headers{$name} = exists $headers{$name}
                          ? "$headers{$name}, $value" : $value;
    }

    my $body = $self->body($status // 0, \%headers);

    return {
        status => $status // 0,
        headers => \%headers,
        body => $body,
        json => scalar eval { JSON::PP::decode_json($body) },
        worker => $headers{'x-worker'},
    };
}


sub body {
    my ($self, $status, $headers) = @_;

    return '' if $self->{method} eq 'HEAD' || $status =~ /^(?:204|304)$/;

    if (defined(my $length = $headers->{'content-length'})) {
        1 while length $self->{data} < $length && $self->fill;
        return substr $self->{data}, 0, $length, '';
    }

    if (($headers->{'transfer-encoding'} // '') ne 'chunked') {
        1 while $self->fill;
        return $self->{data};
    }

    my $body = '';

    for (;;) {
        my $size = hex($self->take(qr/\A([0-9a-f]+)\r\n/i) // 0);
        1 while length $self->{data} < $size + 2 && $self->fill;
        $body .= substr $self->{data}, 0, $size + 2, '';
        return $body =~ s/\r\n\z//r if $size == 0;
        $body =~ s/\r\n\z//;
    }
}


# Reads until the pattern fits, and takes what it fits from the data.

sub take {
    my ($self, $pattern) = @_;

    for (;;) {
        return $1 if $self->{data} =~ s/$pattern//;
        $self->fill or return;
    }
}


sub fill {
    my ($self) = @_;

    IO::Select->new($self->{socket})->can_read($PATIENCE) or return 0;
    return sysread $self->{socket}, $self->{data}, 65536, length $self->{data};
}


1;
