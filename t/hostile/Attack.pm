package Attack;

=head1 NAME

Attack - clients that do not mean well, and what they got

=head1 SYNOPSIS

    my $attack = start_attack($nginx, [ 'slow' ],
                              [ qw( token forged random ) ]);
    $attack->got('flood');
    $attack->end;

=head1 DESCRIPTION

Each list is one process, which goes through its kinds round after round, with
some connections of each and several requests on the way in each of them.
C<got> is how often each answer came to a kind: its status, as in
C<answer_word()> of L<Test::WhatsAuth::Clients>, and C<silent> if nothing came
for a long time.  C<is_odd($kind, $answer)> tells whether it must not be; the
kind C<login> is what L<Test::WhatsAuth::Traffic> gets.

=cut

use strict;
use warnings;

use parent qw( Test::WhatsAuth::Clients );

use Exporter qw( import );
use IO::Select ();
use IO::Socket::INET ();
use Socket qw( SOL_SOCKET SO_LINGER SO_SNDTIMEO SHUT_WR );
use Test::WhatsAuth;
use Test::WhatsAuth::Clients qw( answer_word );
use Time::HiRes qw( sleep time );

our @EXPORT = qw( start_attack );

my $ISSUE = '/api/v1/verification_code';
my $MESSAGES = '/api/v1/messages';

my $CONNECTIONS = 8;
my $SLOW_CONNECTIONS = 150;
my $PATIENCE = 60;

# The answers that each kind may get.  $ANY may come to all: nginx asks to come
# again, or a worker that leaves closes the connection.

my %MAY = (
    login => '200',
    flood => '200',
    long => '200',
    dead => '200',
    limited => '200|503 bare',
    token => '401',
    path => '404',
    parameter => '400|403',
    forged => '401',
    replay => '200',
    guess => '200',
    junk => '200',
    method => '405',
    large => '413',
    chunked => '400|413',
    random => '400|414',
    abort => 'left',
    slow => '200|400|401|408',
);

my $ANY = qr/429|503|closed/;

# Requests that are on the way in one connection; rounds between two.

my %DEPTH = (flood => 16, limited => 16, token => 8, path => 8, forged => 4,
    replay => 4, guess => 4, junk => 4);
my %SELDOM = (large => 10, long => 5, dead => 5);


sub start_attack {
    my ($nginx, @processes) = @_;

    return __PACKAGE__->start($nginx, map { { kinds => $_ } } @processes);
}


# Counts take the place of entries, which would be too many.

sub keep {
    my ($self, $kind, $answer, $n) = @_;

    $self->{got}{$kind}{$answer} += $n;
    $self->{answers} += $n;
}


sub got {
    my ($self, $kind) = @_;

    $self->entries;
    return $self->{got}{$kind} // {};
}


sub answers {
    my ($self) = @_;

    $self->entries;
    return $self->{answers} // 0;
}


sub is_odd {
    my ($kind, $answer) = @_;

    return $answer !~ /^(?:$MAY{$kind}|$ANY)$/;
}


# In a process of its own

sub run {
    my ($self) = @_;

    my @kinds = @{ $self->{kinds} };

    $self->{round} = 0;
    $self->{noted} = time;
    $self->{made} = { map { $_ => [ $self->make($_) ] }
                      grep { $_ ne 'slow' } @kinds };

    until (defined $self->ending) {
        $self->round(@kinds);
        $self->note_counts if time > $self->{noted} + 1;
    }

    $self->note_counts;
}


sub round {
    my ($self, @kinds) = @_;

    my $round = ++$self->{round};
    my @asked;

    for my $kind (@kinds) {
        next if $round % ($SELDOM{$kind} // 1);
        next if $kind eq 'slow' && !$self->slow_round;
        push @asked, map { $self->ask($kind, $_) } 1 .. $CONNECTIONS
            if $self->{made}{$kind};
    }

    $self->hear(@$_) for @asked;
}


sub count_answer {
    my ($self, $kind, $answer) = @_;

    $self->{new}{$kind}{$answer}++;
}


sub note_counts {
    my ($self) = @_;

    my $new = delete $self->{new};

    for my $kind (sort keys %$new) {
        $self->note(map { [ $kind, $_, $new->{$kind}{$_} ] }
                    sort keys %{ $new->{$kind} });
    }

    $self->{noted} = time;
}


sub open_connection {
    my ($self) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $self->{nginx}->port, Timeout => $PATIENCE) // return;

    $socket->sockopt(SO_SNDTIMEO, pack 'l!l!', 10, 0);
    return $socket;
}


sub ask {
    my ($self, $kind, $n) = @_;

    my $socket = $self->{open}{$kind}[$n] //= $self->open_connection // do {
        $self->count_answer($kind, 'closed');
        return;
    };
    my $depth = $DEPTH{$kind} // 1;
    my $made = $self->{made}{$kind};
    my $data = join '', map { $made->[rand @$made] } 1 .. $depth;

    if ($kind eq 'abort') {
        $self->leave($socket, $n, $data);
        return;
    }

    while (length $data) {
        my $sent = syswrite $socket, $data or last;
        substr($data, 0, $sent) = '';
    }

    shutdown $socket, SHUT_WR if $kind =~ /^(?:random|chunked)$/;
    return [ $kind, $n, $depth ];
}


# Leaves by a FIN or by a reset, at any moment.

sub leave {
    my ($self, $socket, $n, $data) = @_;

    syswrite $socket, $data;
    sleep 0.001 if rand() < 0.2;
    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0 if rand() < 0.5;
    close $socket;
    $self->{open}{abort}[$n] = undef;
    $self->count_answer('abort', 'left');
}


sub hear {
    my ($self, $kind, $n, $wanted) = @_;

    my $socket = $self->{open}{$kind}[$n];
    my $data = '';
    my $closing = 0;

    while ($wanted > 0) {

        while ($data =~ s{\A.*?HTTP/1\.1 (\d{3})(.*?)\r\n\r\n}{}s) {
            my ($status, $head) = ($1, $2);
            my %headers = map { lc $_ => 1 } $head =~ /^([\w-]+):/mg;

            $closing = 1 if $head =~ /^connection: close/im;
            $self->count_answer($kind, answer_word(
                { status => $status, headers => \%headers }));
            $wanted--;
        }

        last if $wanted <= 0;

        if (!can_read($socket)) {
            $self->count_answer($kind, 'silent');
            $closing = 1;
            last;
        }

        next if sysread $socket, $data, 65536, length $data;
        $self->count_answer($kind, 'closed') while $wanted-- > 0;
        $closing = 1;
        last;
    }

    $self->{open}{$kind}[$n] = undef if $closing;
}


# The signal to end interrupts can_read(), and is no answer.

sub can_read {
    my ($socket) = @_;

    my $select = IO::Select->new($socket);

    return wait_until { $select->can_read(1) } $PATIENCE;
}


# Requests are made before the start, so that a few processes can send many.

sub http {
    my ($method, $target, $headers, $body) = @_;

    my %headers = (Host => '127.0.0.1', %{ $headers // {} });
    $headers{'Content-Length'} //= length $body
        if defined $body && !$headers{'Transfer-Encoding'};

    return "$method $target HTTP/1.1\r\n"
           . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers)
           . "\r\n" . ($body // '');
}


sub signed {
    my ($body, $secret) = @_;

    return http('POST', $MESSAGES, {
        'Content-Type' => 'application/json',
        'X-Hub-Signature-256' => signature($body, $secret),
    }, $body);
}


sub code_for {
    my ($token, $query, $path) = @_;

    return http('GET', ($path // $ISSUE) . ($query // ''),
                { Authorization => "Bearer $token" });
}


sub noise {
    my ($length) = @_;

    return join '', map { chr int rand 256 } 1 .. $length;
}


sub some_message {
    return text_message(sprintf '>>%010x<<', int rand 2 ** 40);
}


sub make {
    my ($self, $kind) = @_;

    my $make = $self->can("make_$kind") // die "no attack $kind\n";

    return map { $make->($self) } 1 .. ($kind eq 'large' ? 1 : 20);
}


sub make_flood {
    return code_for('token-of-tenant-brief');
}


sub make_long {
    my $long = 'x' x 250;

    return code_for('token-of-tenant-brief', "?link_message=$long"
        . "&response_message=$long$long&failure_message=$long$long");
}


sub make_dead {
    return code_for('token-of-tenant-dead');
}


sub make_limited {
    return code_for('token-of-tenant-brief', '', '/limited');
}


sub make_token {
    return (code_for('wrong-' . int rand 1e6), http('GET', $ISSUE),
            http('GET', "$ISSUE?api_token=" . 'x' x int rand 2000),
            http('GET', $ISSUE, { Authorization => 'Basic eDp5' }));
}


sub make_path {
    return (http('GET', '/api/v1/' . int rand 1e6),
            http('POST', "/api/v1/messages/x", {}, 'x'),
            http('GET', '/api/v1/qr/' . 'a' x int(rand 500) . '.png'));
}


sub make_parameter {
    return map { code_for('token-of-tenant-brief', $_) }
        '?callback_url=ftp%3A%2F%2Fx', '?callback_url=%00',
        '?callback_url=http%3A%2F%2F10.0.0.1%2F' . int rand 1e6,
        '?authorized_numbers=abc', '?channel=pigeon', '?expires_at=never';
}


sub make_forged {
    my $body = some_message();

    return (signed($body, 'not-the-secret'), signed($body) =~ s/from/frOm/r,
            signed($body) =~ s/sha256=../sha256=/r,
            http('POST', $MESSAGES, { 'Content-Type' => 'application/json' },
                 $body));
}


# The message of one login is posted over and over.

sub make_replay {
    my ($self) = @_;

    $self->{replay} //= do {
        my ($nginx, $answer) = $self->{nginx};
        wait_until {
            $answer = eval { $nginx->issue };
            $answer && $answer->{status} == 200
        } $PATIENCE or die "no code to replay\n";
        text_message(">>$answer->{json}{code}<<");
    };

    return signed($self->{replay});
}


sub make_guess {
    return signed(some_message());
}


sub make_junk {
    return signed(substr some_message(), 0, 100 + int rand 200);
}


sub make_method {
    my @methods = qw( DELETE PUT PATCH TRACE PROPFIND LOCK );

    return http($methods[rand @methods], rand() < 0.5 ? $ISSUE : $MESSAGES,
                {}, '');
}


sub make_large {
    my $form = 'application/x-www-form-urlencoded';
    my $piece = sprintf "%x\r\n%s\r\n", 65536, 'x' x 65536;

    return (http('POST', $MESSAGES, { 'Content-Length' => 5e6 }, 'x' x 1000),
            signed('x' x 3_300_000),
            http('POST', $MESSAGES, { 'Content-Type' => 'application/json',
                'X-Hub-Signature-256' => signature('x'),
                'Transfer-Encoding' => 'chunked' }, $piece x 50 . "0\r\n\r\n"),
            http('POST', $ISSUE, { 'Content-Type' => $form,
                Authorization => 'Bearer token-of-tenant-brief' },
        'x' x 20000));
}


sub make_chunked {
    my @bodies = ("zz\r\nhello\r\n0\r\n\r\n", "5\r\nhello", "5\r\nhelloworld",
        "ffffffffffffffffff\r\nx", "-1\r\nx\r\n", noise(50));

    return http('POST', $MESSAGES, { 'Content-Type' => 'application/json',
        'X-Hub-Signature-256' => signature('hello'),
        'Transfer-Encoding' => 'chunked' }, $bodies[rand @bodies]);
}


sub make_random {
    return (noise(1 + rand 3000), "GET $ISSUE\r\n\r\n" x 3, "\r\n" x 100,
            'GET /' . 'a' x 20000 . " HTTP/1.1\r\n\r\n",
            "POST $MESSAGES HTTP/1.1\r\n" . noise(300) . "\r\n\r\n");
}


# Half a header, half a body or a whole request, from a client that leaves
# without the answer.

sub make_abort {
    my ($self) = @_;

    my $message = signed(some_message());
    my $issue = code_for('token-of-tenant-brief');

    return (substr($issue, 0, rand length $issue), $issue, $message,
            substr($message, 0, rand length $message));
}


# Slow clients send a byte a second.

sub slow_round {
    my ($self) = @_;

    $self->{slow} //= [ map { {} } 1 .. $SLOW_CONNECTIONS ];
    $self->slow_byte($_) for @{ $self->{slow} };
    sleep 1;

    return 0;
}


sub slow_byte {
    my ($self, $lane) = @_;

    if (!$lane->{socket}) {
        $lane->{socket} = $self->open_connection // return;
        $lane->{socket}->blocking(0);
        $lane->{data} = slow_request();

        # The header of half of them comes at once.
        syswrite $lane->{socket}, $1
            if rand() < 0.5 && $lane->{data} =~ s/\A(.*\r\n\r\n)(?=.)//s;
    }

    my $sent = length $lane->{data}
               ? syswrite $lane->{socket}, substr $lane->{data}, 0, 1, '' : 1;
    my $got = sysread $lane->{socket}, my $answer, 65536;

    return if $sent && !defined $got;

    $self->count_answer('slow', $got && $answer =~ m{^HTTP/1\.1 (\d{3})} ? $1
                                                                 : 'closed');
    %$lane = ();
}


sub slow_request {
    my $message = 'x' x (5 + rand 40);

    return rand() < 0.3 ? code_for('token-of-tenant-brief')
           : signed($message, rand() < 0.5 ? () : 'not-the-secret');
}


1;
