package Test::WhatsAuth::Receiver;

=head1 NAME

Test::WhatsAuth::Receiver - a site that records the callbacks it receives

=head1 SYNOPSIS

    my $receiver = start_receiver();
    my $secure = start_receiver(tls => [$ca->issue('shop.test')]);
    my $old = start_receiver(tls => [$ca->issue('shop.test'),
                                     SSL_version => 'TLSv1_1']);

    $receiver->url('/204');             # http://127.0.0.1:PORT/204
    $secure->url('/200', 'shop.test');  # https://shop.test:PORT/200
    my $request = $receiver->wait_for($code, 10);
    my @all = $receiver->requests;

The option C<port> is that to listen on, C<address> another than 127.0.0.1.
What C<tls> of one receiver returns may be the C<tls> of another one, which
then resumes its sessions.

A request is a hash: C<method>, C<target>, C<headers> (names in lower case),
C<body>, C<json> (the decoded body, if it is JSON), C<time>, C<sni>, C<tls>
(its version), C<resumed>.  It is recorded before it is answered.  C<wait_for>
takes the code of a callback or a function that is given a request, and returns
the first one that fits.

=head2 What it answers is in the first part of the path

    /200 /204 /302 /410 /500 ...  that status; ?retry_after=N adds a header,
                                  ?type=T sets another Content-Type
    /fail/N                       500 to the first N requests of this target
    /hang                         nothing, for as long as the client waits
    /gate                         204 after the test has called open_gate(), and
                                  no longer after close_gate()
    /close                        the connection closed without a byte
    /reset                        the connection reset
    /garbage                      bytes that are not HTTP
    /drip                         a good answer, one byte every 50 ms
    /early                        103 Early Hints, then 200
    /continue                     100 Continue, then 204
    /accel                        200 with an X-Accel-Redirect to /204
    /cut                          half a status line
    /short                        half a header: 200, and then nothing
    /stall                        the same, without an end
    /torn                         the same, and the connection reset
    /noise                        200, and lines that are no fields
    /big                          200 with a body of 5 MB
    /header/N                     204 whose header has N bytes; as of a status,
                                  ?status, ?retry_after, ?type and ?body, the
                                  fields being the last ones
    /announced/N                  two 103 of N bytes each, then 204
    /endless                      announcements, for as long as the client
                                  reads
    /trickle                      a 200 whose body never ends

=cut

use strict;
use warnings;

use Fcntl qw( LOCK_EX );
use IO::Socket::IP ();
use JSON::PP ();
use POSIX ();
use Socket qw( SOL_SOCKET SO_LINGER );
use Test::WhatsAuth qw( slot_folder wait_until );
use Time::HiRes qw( sleep time );

my $LONGEST_RUN = 600;

my $receivers = 0;
my %running;


sub start {
    my ($class, %option) = @_;

    my $socket = IO::Socket::IP->new(
        LocalHost => $option{address} // '127.0.0.1', GetAddrInfoFlags => 0,
        LocalPort => $option{port} // 0, Listen => 1024, ReuseAddr => 1)
        or die "receiver: $!\n";

    my $self = bless {
        file => slot_folder() . '/receiver-' . ++$receivers,
        port => $socket->sockport,
        tls => tls_context($option{tls}),
    }, $class;

    $self->{pid} = fork // die "fork: $!\n";

    if ($self->{pid} == 0) {
        %running = ();
        $self->serve($socket);
    }

    # Here too: a test may end before its receiver has got so far.
    setpgrp $self->{pid}, $self->{pid};

    $running{$self->{pid}} = 1;
    return $self;
}


# Made before the fork: one key for the tickets of all its processes.

sub tls_context {
    my ($tls) = @_;

    return $tls if ref $tls ne 'ARRAY';

    my ($cert, $key, %option) = @$tls;

    require IO::Socket::SSL;
    return IO::Socket::SSL::SSL_Context->new(SSL_server => 1,
        SSL_cert_file => $cert, SSL_key_file => $key, %option)
        || die "receiver: $IO::Socket::SSL::SSL_ERROR\n";
}


sub tls {
    my ($self) = @_;

    return $self->{tls};
}


sub port {
    my ($self) = @_;

    return $self->{port};
}


sub url {
    my ($self, $path, $host) = @_;

    $host //= '127.0.0.1';
    return ($self->{tls} ? 'https' : 'http') . "://$host:$self->{port}$path";
}


sub requests {
    my ($self) = @_;

    open my $in, '<', $self->{file} or return;
    my @requests = map { JSON::PP::decode_json($_) } grep { /\n\z/ } <$in>;

    for my $request (@requests) {
        $request->{json} = eval { JSON::PP->new->decode($request->{body}) };
    }

    return @requests;
}


sub wait_for {
    my ($self, $wanted, $seconds) = @_;

    my $fits = ref $wanted ? $wanted : sub {
        return ($_[0]{json}{verification_code} // '') eq $wanted;
    };

    return wait_until { (grep { $fits->($_) } $self->requests)[0] } $seconds;
}


sub open_gate {
    my ($self) = @_;

    open my $gate, '>', "$self->{file}-gate" or die "$self->{file}-gate: $!\n";
}


sub close_gate {
    my ($self) = @_;

    unlink "$self->{file}-gate";
}


sub stop {
    my ($self) = @_;

    return unless delete $running{$self->{pid}};
    kill 'KILL', -$self->{pid};
    waitpid $self->{pid}, 0;
}


# One process accepts and has a child for each connection, all in one group.

sub serve {
    my ($self, $socket) = @_;

    setpgrp 0, 0;
    $SIG{CHLD} = 'IGNORE';
    alarm $LONGEST_RUN;

    for (;;) {
        my $client = $socket->accept or next;

        my $pid = fork // next;
        if ($pid == 0) {
            alarm $LONGEST_RUN;
            close $socket;
            eval { $self->handle($client); 1 } or warn "receiver: $@";
            POSIX::_exit(0);
        }

        close $client;
    }
}


sub handle {
    my ($self, $client) = @_;

    my %tls = $self->{tls} ? $self->start_tls($client) : ();

    my $request = read_request($client) or return;
    my $before = $self->record({ %$request, %tls, time => time });

    $self->answer($client, $request->{target}, $before);
}


sub start_tls {
    my ($self, $client) = @_;

    IO::Socket::SSL->start_SSL($client, SSL_server => 1,
        SSL_reuse_ctx => $self->{tls}) or POSIX::_exit(0);

    return sni => $client->get_servername, tls => $client->get_sslversion,
           resumed => $client->get_session_reused ? 1 : 0;
}


sub read_request {
    my ($client) = @_;

    my $data = '';

    until ($data =~ /\r\n\r\n/) {
        $client->sysread($data, 16384, length $data) or return;
    }

    my ($head, $body) = split /\r\n\r\n/, $data, 2;
    my ($line, @lines) = split /\r\n/, $head;
    my %headers;

    for (@lines) {
        my ($name, $value) = /^([^:]+):\s*(.*?)\s*$/ or next;
        $name = lc $name;
        $headers{$name} = exists $headers{$name}
                          ? "$headers{$name}, $value" : $value;
    }

    while (length $body < ($headers{'content-length'} // 0)) {
        $client->sysread($body, 16384, length $body) or return;
    }

    my ($method, $target) = split ' ', $line;

    return { method => $method, target => $target, headers => \%headers,
             body => $body };
}


# Returns how many requests for the same target had been recorded before.

sub record {
    my ($self, $request) = @_;

    open my $file, '+>>', $self->{file} or die "$self->{file}: $!\n";
    flock $file, LOCK_EX;
    seek $file, 0, 0;

    my $before = grep { JSON::PP::decode_json($_)->{target}
                        eq $request->{target} } <$file>;

    syswrite $file, JSON::PP->new->latin1->encode($request) . "\n";
    return $before;
}


sub answer {
    my ($self, $client, $target, $before) = @_;

    my ($path, $query) = split /\?/, $target;
    my (undef, $what, $more) = split m{/}, $path;
    my %argument = map { s/%([0-9A-Fa-f]{2})/chr hex $1/ger }
                   map { split /=/, $_, 2 } split /&/, $query // '';

    $what = '204' unless length($what // '');

    if ($what eq 'fail') {
        $what = $before < $more ? '500' : '204';
    }

    return $self->answer_at_gate($client) if $what eq 'gate';
    return send_status($client, $what, %argument) if $what =~ /^\d{3}$/;

    my $do = __PACKAGE__->can("answer_$what");
    return $do ? $do->($client, $more, %argument)
               : send_status($client, '404');
}


sub send_status {
    my ($client, $status, %argument) = @_;

    my $body = $status == 204 ? '' : '{}';
    my $type = $argument{type} // 'application/json';
    my $head = "HTTP/1.1 $status Status\r\nContent-Type: $type\r\n"
               . 'Content-Length: ' . length($body) . "\r\n";

    $head .= "Retry-After: $argument{retry_after}\r\n"
        if defined $argument{retry_after};
    $head .= "Location: /204\r\n" if $status =~ /^3/;

    $client->syswrite("$head\r\n$body");
}


sub answer_hang {
    my ($client) = @_;

    1 while $client->sysread(my $rest, 1024);
}


sub answer_at_gate {
    my ($self, $client) = @_;

    send_status($client, '204') if wait_until { -e "$self->{file}-gate" } 120;
}


sub answer_close {
    return;
}


sub answer_reset {
    my ($client) = @_;

    setsockopt $client, SOL_SOCKET, SO_LINGER, pack 'll', 1, 0;
    close $client;
}


sub answer_garbage {
    my ($client) = @_;

    $client->syswrite("\x00\x01\x02 this is not HTTP\r\n\r\n");
}


sub answer_drip {
    my ($client) = @_;

    for (split //, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") {
        $client->syswrite($_) or return;
        sleep 0.05;
    }
}


sub answer_early {
    my ($client) = @_;

    $client->syswrite("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    sleep 0.1;
    send_status($client, '200');
}


sub answer_continue {
    my ($client) = @_;

    $client->syswrite("HTTP/1.1 100 Continue\r\n\r\n");
    send_status($client, '204');
}


sub answer_accel {
    my ($client) = @_;

    $client->syswrite("HTTP/1.1 200 OK\r\nX-Accel-Redirect: /204\r\n"
                      . "Content-Length: 0\r\n\r\n");
}


sub answer_cut {
    my ($client) = @_;

    $client->syswrite("HTTP/1.1 20");
}


sub answer_short {
    my ($client) = @_;

    $client->syswrite("HTTP/1.1 200 OK\r\nContent-Le");
}


sub answer_stall {
    my ($client) = @_;

    answer_short($client);
    answer_hang($client);
}


sub answer_torn {
    my ($client) = @_;

    answer_short($client);
    sleep 0.2;
    answer_reset($client);
}


sub answer_noise {
    my ($client) = @_;

    $client->syswrite("HTTP/1.1 200 OK\r\nno field\r\n: none\r\n a: b\r\n"
                      . "\x00: \x00\r\nA\x01: b\r\n\r\r\n\r\n");
}


# A client may close before the end.

sub answer_big {
    my ($client) = @_;

    local $SIG{PIPE} = 'IGNORE';

    $client->syswrite("HTTP/1.1 200 OK\r\nContent-Length: 5242880\r\n\r\n"
                      . 'x' x 5242880);
}


# Header lines of 500 bytes, like cookies and policies.

sub fields {
    my ($bytes) = @_;

    my $line = 'Set-Cookie: a=' . 'x' x 484 . "\r\n";
    return $line x ($bytes / length $line);
}


sub answer_header {
    my ($client, $bytes, %argument) = @_;

    local $SIG{PIPE} = 'IGNORE';

    my $status = $argument{status} // 204;
    my $head = "HTTP/1.1 $status Status\r\n" . fields($bytes);

    $head .= "Retry-After: $argument{retry_after}\r\n"
        if defined $argument{retry_after};
    $head .= "Content-Type: $argument{type}\r\n" if defined $argument{type};

    $client->syswrite("$head\r\n" . ($argument{body} // ''));
}


sub answer_announced {
    my ($client, $bytes) = @_;

    my $head = "HTTP/1.1 103 Early Hints\r\n" . fields($bytes) . "\r\n";

    $client->syswrite($head);
    sleep 0.1;
    $client->syswrite($head);
    send_status($client, '204');
}


sub answer_endless {
    my ($client) = @_;

    local $SIG{PIPE} = 'IGNORE';

    1 while $client->syswrite("HTTP/1.1 103 Early Hints\r\n\r\n" x 100);
}


sub answer_trickle {
    my ($client) = @_;

    local $SIG{PIPE} = 'IGNORE';

    $client->syswrite("HTTP/1.1 200 OK\r\n\r\n");
    sleep 0.1 while $client->syswrite('x' x 1024);
}


END {
    my $status = $?;

    for my $pid (keys %running) {
        kill 'KILL', -$pid;
        waitpid $pid, 0;
    }

    $? = $status;
}


1;
