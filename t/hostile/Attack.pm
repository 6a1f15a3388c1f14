package Attack;

=head1 NAME

Attack - clients that mean well among many that do not, and what they got

=head1 SYNOPSIS

    my $attack = Attack->start($nginx, [ 'login' ], [ 'slow' ],
                               [ qw( token forged random ) ]);
    $attack->count('flood', '429');
    $attack->end;
    my @ids = $attack->logins;

=head1 DESCRIPTION

Each list is one process, which goes through its kinds round after round, with
some connections of each and several requests on the way in each of them.  An
answer is counted as its status, as C<503 bare> if it does not say when to come
again, as C<closed> if the connection ended before it, and as C<silent> if
nothing came for a long time.  C<Attack::odd($kind, $answer)> tells whether
it must not be.

C<login> asks for a code and posts the message of its user, and does again what
was refused or broken.  C<logins> are the ids of all that ended in 200.

=cut

use strict;
use warnings;

use IO::Select ();
use IO::Socket::INET ();
use POSIX ();
use Socket qw( SOL_SOCKET SO_LINGER SO_SNDTIMEO SHUT_WR );
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Time::HiRes qw( sleep time );

my $ISSUE = '/api/v1/verification_code';
my $MESSAGES = '/api/v1/messages';

my $CONNECTIONS = 8;
my $SLOW_CONNECTIONS = 150;
my $LOGINS = 12;
my $PAUSE = 0.1;
my $PATIENCE = 60;
my $LONGEST_RUN = 7200;

# What each kind may get; everybody may be told to come again, or be cut off
# by a worker that leaves.

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

my %running;


sub start {
    my ($class, $nginx, @processes) = @_;

    my $self = bless { nginx => $nginx, port => $nginx->port, count => {},
                       logins => [], good => 1 }, $class;

    for my $kinds (@processes) {
        my $n = ++$self->{processes};
        my $file = slot_folder() . "/attack-$n";
        open my $out, '>', $file or die "$file: $!\n";
        open my $in, '<', $file or die "$file: $!\n";
        push @{ $self->{in} }, $in;

        my $pid = fork // die "fork: $!\n";

        if ($pid == 0) {
            %running = ();
            my $good = eval { $self->run($n, $out, @$kinds); 1 };
            warn "@$kinds: $@" unless $good;
            POSIX::_exit($good ? 0 : 1);
        }

        $running{$pid} = 1;
        push @{ $self->{pids} }, $pid;
    }

    return $self;
}


sub end {
    my ($self) = @_;

    kill 'TERM', @{ $self->{pids} };

    for my $pid (@{ $self->{pids} }) {
        waitpid $pid, 0;
        $self->{good} &&= $? == 0;
        delete $running{$pid};
    }

    $self->gather;
    return $self->{good};
}


sub gather {
    my ($self) = @_;

    for my $in (@{ $self->{in} }) {
        seek $in, 0, 1;

        while (defined(my $line = <$in>)) {

            if ($line !~ s/\n\z//) {
                seek $in, -length $line, 1;
                last;
            }

            my ($what, @more) = split /\t/, $line;
            push @{ $self->{logins} }, @more if $what eq 'login';
            $self->{count}{$more[0]}{$more[1]} += $more[2]
                if $what eq 'count';
        }
    }
}


sub logins {
    my ($self) = @_;

    $self->gather;
    return @{ $self->{logins} };
}


# Of one answer to a kind, or of all that it got.

sub count {
    my ($self, $kind, $answer) = @_;

    my $count = $self->{count}{$kind} // {};
    return $count->{$answer} // 0 if defined $answer;

    my $sum = 0;
    $sum += $_ for values %$count;
    return $sum;
}


sub answers {
    my ($self) = @_;

    return $self->{count};
}


sub answered {
    my ($self) = @_;

    my $sum = 0;

    $self->gather;
    $sum += $self->count($_) for keys %{ $self->{count} };
    return $sum;
}


sub odd {
    my ($kind, $answer) = @_;

    return $answer !~ /^(?:$MAY{$kind}|$ANY)$/;
}


# In a process of its own

sub run {
    my ($self, $n, $out, @kinds) = @_;

    my $parent = getppid;
    my $end = 0;
    local $SIG{TERM} = sub { $end = 1 };
    local $SIG{PIPE} = 'IGNORE';
    alarm $LONGEST_RUN;

    srand $n;
    @$self{qw( n out round )} = ($n, $out, 0);
    $self->{told} = time;
    $self->{made} = { map { $_ => [ $self->make($_) ] }
                      grep { !/^(?:login|slow)$/ } @kinds };

    until ($end || getppid != $parent) {
        $self->round(@kinds);
        $self->tell if time > $self->{told} + 1;
    }

    $self->finish_logins;
    $self->tell;
}


sub round {
    my ($self, @kinds) = @_;

    my $round = ++$self->{round};
    my @asked;

    for my $kind (@kinds) {
        next if $round % ($SELDOM{$kind} // 1);
        next if $kind eq 'login' && !$self->login_round(1);
        next if $kind eq 'slow' && !$self->slow_round;
        push @asked, map { $self->ask($kind, $_) } 1 .. $CONNECTIONS
            if $self->{made}{$kind};
    }

    $self->hear(@$_) for @asked;
}


sub note {
    my ($self, $kind, $answer) = @_;

    $self->{new}{$kind}{$answer}++;
}


sub tell {
    my ($self) = @_;

    my $new = delete $self->{new};
    my $text = '';

    for my $kind (keys %$new) {
        $text .= join("\t", 'count', $kind, $_, $new->{$kind}{$_}) . "\n"
            for keys %{ $new->{$kind} };
    }

    syswrite $self->{out}, $text if length $text;
    $self->{told} = time;
}


sub open_connection {
    my ($self) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $self->{port}, Timeout => $PATIENCE) // return;

    $socket->sockopt(SO_SNDTIMEO, pack 'l!l!', 10, 0);
    return $socket;
}


sub ask {
    my ($self, $kind, $n) = @_;

    my $socket = $self->{open}{$kind}[$n] //= $self->open_connection // do {
        $self->note($kind, 'closed');
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


# By a FIN or by a reset, at any moment.

sub leave {
    my ($self, $socket, $n, $data) = @_;

    syswrite $socket, $data;
    sleep 0.001 if rand() < 0.2;
    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0 if rand() < 0.5;
    close $socket;
    $self->{open}{abort}[$n] = undef;
    $self->note('abort', 'left');
}


sub hear {
    my ($self, $kind, $n, $wanted) = @_;

    my $socket = $self->{open}{$kind}[$n];
    my $data = '';
    my $closing = 0;

    while ($wanted > 0) {

        while ($data =~ s{\A.*?HTTP/1\.1 (\d{3})(.*?)\r\n\r\n}{}s) {
            my ($status, $head) = ($1, $2);
            $status .= ' bare' if $status =~ /^(?:429|503)$/
                                  && $head !~ /^retry-after:/im;
            $closing = 1 if $head =~ /^connection: close/im;
            $self->note($kind, $status);
            $wanted--;
        }

        last if $wanted <= 0;

        if (!can_read($socket)) {
            $self->note($kind, 'silent');
            $closing = 1;
            last;
        }

        next if sysread $socket, $data, 65536, length $data;
        $self->note($kind, 'closed') while $wanted-- > 0;
        $closing = 1;
        last;
    }

    $self->{open}{$kind}[$n] = undef if $closing;
}


# The signal that tells us to end is no answer.

sub can_read {
    my ($socket) = @_;

    my $select = IO::Select->new($socket);

    return wait_until { $select->can_read(1) } $PATIENCE;
}


# Requests of a kind, made before the start: so few clients are many.

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


# One login of this process, over and over.

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


# Half a header, half a body, or everything, and nobody waits for the answer.

sub make_abort {
    my ($self) = @_;

    my $message = signed(some_message());
    my $issue = code_for('token-of-tenant-brief');

    return (substr($issue, 0, rand length $issue), $issue, $message,
            substr($message, 0, rand length $message));
}


# Slow ones: a byte a second.

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

    $self->note('slow', $got && $answer =~ m{^HTTP/1\.1 (\d{3})} ? $1
                                                                 : 'closed');
    %$lane = ();
}


sub slow_request {
    my $message = 'x' x (5 + rand 40);

    return rand() < 0.3 ? code_for('token-of-tenant-brief')
           : signed($message, rand() < 0.5 ? () : 'not-the-secret');
}


# Logins: all lanes ask, then all listen.

sub login_round {
    my ($self, $begin) = @_;

    my @lanes = @{ $self->{lanes} //= [ map { { n => $_ } } 1 .. $LOGINS ] };
    my @asked;

    for my $lane (@lanes) {
        next unless $begin || $lane->{id};
        $lane->{client} //= eval { Test::WhatsAuth::Client->connect(
                                       $self->{port}) } // next;
        $lane->{client}->send($lane->{id} ? @{ $lane->{message} }
                                          : $self->{nginx}->issue_request);
        push @asked, $lane;
    }

    $self->login_answer($_) for @asked;
    sleep $PAUSE;
    return 0;
}


sub login_answer {
    my ($self, $lane) = @_;

    my $answer = $lane->{client}->receive;
    my $status = $answer->{status} || 'closed';

    $status .= ' bare' if $status =~ /^(?:429|503)$/
                          && !$answer->{headers}{'retry-after'};
    $self->note('login', $status);

    $lane->{client} = undef
        if $status eq 'closed'
           || ($answer->{headers}{connection} // '') eq 'close';

    return if $status ne '200';

    if ($lane->{id}) {
        syswrite $self->{out}, "login\t$lane->{id}\n";
        $lane->{id} = undef;
        return;
    }

    my $from = sprintf '569%d%07d', $self->{n}, ++$self->{senders};
    my $body = text_message(">>$answer->{json}{code}<<", from => $from);

    $lane->{id} = $answer->{headers}{'whatsauth-id'};
    $lane->{message} = [ $self->{nginx}->message_request($body) ];
}


sub finish_logins {
    my ($self) = @_;

    wait_until {
        return 1 unless grep { $_->{id} } @{ $self->{lanes} // [] };
        $self->login_round(0);
    } $PATIENCE or die "a login does not come to its end\n";
}


END {
    my $status = $?;

    kill 'KILL', $_ for keys %running;

    $? = $status;
}


1;
