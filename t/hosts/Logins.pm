package Logins;

# People who log in, over any of the hosts at each step, and a ledger of what
# each of them was promised.  An entry is written before its request goes out,
# or when its answer has come:
#
#     issued ID KIND CODE TIME
#     sent ID SENDER TIME             a message, to one host or to both
#     taken ID SENDER TIME            200, from each host that it was sent to
#     collecting ID KEY               the login of a claim, by one or two keys
#     collected ID KEY
#     late ID KEY                     another key has it
#     session ID COOKIE               of a login at the page
#     ending ID, ended ID             by logout
#     in ID, out ID                   what the gate says of the session
#
# and those of Persistent.  KIND is code; silent, whose code gets no message;
# brief, likewise, which expires soon; claim; page.

use strict;
use warnings;

use parent qw( Persistent );

use Test::WhatsAuth;
use Time::HiRes qw( time );

# The kinds of logins, of a hundred.
my %KINDS = (code => 50, silent => 7, brief => 5, claim => 18, page => 20);
my $TWICE = 0.2;        # messages that go to two hosts at once
my $RIVALS = 0.1;       # codes that two people send
my $LOGOUTS = 0.4;

# Sessions that are looked at in the end, of each process.
my $SESSIONS = 500;

# Until all hosts know of a session's end: its cache.
my $CACHED = 1.5;

my %FORM = ('Content-Type' => 'application/x-www-form-urlencoded');
my %SAME_ORIGIN = ('Sec-Fetch-Site' => 'same-origin', %FORM);


sub run {
    my ($self) = @_;

    $self->begin for 1 .. $self->{lanes};

    while ($self->{lanes_busy}) {
        $self->requests->turn;

        die "$self->{lanes_busy} logins do not come to their end\n"
            if defined $self->ending
               && time > $self->ending + $self->{patience};
    }
}


# One lane has one login after the other.

sub begin {
    my ($self) = @_;

    my $kind = $self->kind;
    my $host = $self->any_host;
    my $request = $kind eq 'page'
        ? [ 'POST', '/login/start', { %SAME_ORIGIN,
              Accept => 'application/json' }, '' ]
        : [ $self->{nginx}[0]->issue_request(
              $kind eq 'claim' ? (claim => 1) : (),
              $kind eq 'brief' ? (token => 'token-of-tenant-brief') : ()) ];

    $self->{lanes_busy}++;
    $self->once("issue", $host, $request, sub { $self->issued($kind, @_) });
}


sub kind {
    my ($self) = @_;

    my $chance = rand 100;

    for my $kind (sort keys %KINDS) {
        return $kind if ($chance -= $KINDS{$kind}) < 0;
    }

    return 'code';
}


sub over {
    my ($self) = @_;

    $self->{lanes_busy}--;
    return if defined $self->ending;

    $self->{lanes_busy}++;
    $self->requests->at(time + rand(2 * $self->{pause}), sub {
        $self->{lanes_busy}--;
        $self->begin unless defined $self->ending;
    });
}


sub issued {
    my ($self, $kind, $answer) = @_;

    return $self->over unless $answer;

    if ($answer->{word} ne '200') {
        $self->odd('issue', $answer, '-');
        return $self->over;
    }

    my ($id, $text, $claim) = $kind eq 'page' ? of_page($answer)
                                              : of_code($answer);

    my ($code) = $text =~ />>(\w+)<</;
    my $login = { id => $id, kind => $kind, claim => $claim };

    $self->note([ 'issued', $id, $kind, $code, time ]);
    return $self->over if $kind =~ /^(?:silent|brief)$/;

    $self->messages($login, $text);
}


sub of_code {
    my ($answer) = @_;

    return ($answer->{headers}{'whatsauth-id'},
            ">>$answer->{json}{code}<<",
            $answer->{headers}{'whatsauth-claim'});
}


sub of_page {
    my ($answer) = @_;

    my ($claim) = ($answer->{headers}{'set-cookie'} // '')
                  =~ /((?:__Host-)?wa-claim-demo=[\w-]+)/;

    return ($answer->{json}{id}, $answer->{json}{text}, $claim);
}


# Messages.  The next step begins when each host that was asked has said 200.

sub messages {
    my ($self, $login, $text) = @_;

    my $chance = rand;
    my $host = $self->any_host;
    my @posts;

    for (1 .. ($chance < $RIVALS ? 2 : 1)) {
        my $from = sprintf '569%d%07d', $self->{n}, ++$self->{senders};
        my $body = text_message($text, from => $from, id => "wamid.$from");
        my @hosts = $chance > 1 - $TWICE ? ($host, $self->other_host($host))
                                         : $self->any_host;

        push @posts, map { [ $_, $from, $body ] } @hosts;
    }

    $self->note(map { [ 'sent', $login->{id}, $_->[1], time ] } @posts);
    $login->{missing} = @posts;
    $self->post($login, @$_) for @posts;
}


sub post {
    my ($self, $login, $host, $from, $body) = @_;

    my $request = [ $self->{nginx}[0]->message_request($body) ];

    $self->persist('message', $host, $request, sub {
        my ($answer) = @_;

        $answer->{word} eq '200'
            ? $self->note([ 'taken', $login->{id}, $from, time ])
            : $self->odd('message', $answer, $login->{id});

        return if --$login->{missing} > 0;
        my $next = $self->can("next_of_$login->{kind}");
        $self->$next($login);
    });
}


sub next_of_code {
    my ($self) = @_;

    $self->over;
}


# A claim is collected once, whoever asks, at whichever host.

sub next_of_claim {
    my ($self, $login) = @_;

    my $host = $self->any_host;
    my @hosts = rand() < $TWICE ? ($host, $self->other_host($host)) : $host;

    $login->{missing} = @hosts;
    $self->note(map { [ 'collecting', $login->{id}, "key-$_" ] } @hosts);
    $self->collect($login, $_, "key-$_") for @hosts;
}


sub collect {
    my ($self, $login, $host, $key) = @_;

    my $request = [ 'POST', '/api/v1/claim', { %FORM,
        Authorization => "Bearer $TOKEN", 'Idempotency-Key' => $key },
        "claim=$login->{claim}" ];

    $self->persist('collect', $host, $request, sub {
        my ($answer) = @_;

        my $error = ($answer->{json} // {})->{error} // '';

        if ($answer->{word} eq '200') {
            $self->note([ 'collected', $login->{id}, $key ]);

        } elsif ($error eq 'already_collected') {
            $self->note([ 'late', $login->{id}, $key ]);

        } else {
            $self->odd('collect', $answer, $login->{id});
        }

        $self->over if --$login->{missing} == 0;
    });
}


# A login at the page has a session, which each host knows at once.

sub next_of_page {
    my ($self, $login) = @_;

    my $request = [ 'POST', '/login/finish', { %SAME_ORIGIN,
        Cookie => $login->{claim} }, 'return=%2Fprivate%2F' ];

    $self->persist('finish', $self->any_host, $request, sub {
        my ($answer) = @_;

        my ($cookie) = ($answer->{headers}{'set-cookie'} // '')
                       =~ /((?:__Host-)?wa-demo=[\w-]+)/;

        if (!defined $cookie) {
            $self->odd('finish', $answer, $login->{id});
            return $self->over;
        }

        $login->{cookie} = $cookie;
        $self->note([ 'session', $login->{id}, $cookie ]);
        $self->visit($login, $self->any_host, sub { $self->leave($login) });
    });
}


sub visit {
    my ($self, $login, $host, $function) = @_;

    my $request = [ 'GET', '/private/', { Cookie => $login->{cookie} } ];

    $self->persist('gate', $host, $request, sub {
        my ($answer) = @_;

        my %said = (200 => 'in', 401 => 'out');
        my $said = $said{ $answer->{word} };

        $said ? $self->note([ $said, $login->{id} ])
              : $self->odd('gate', $answer, $login->{id});
        $function->();
    });
}


sub leave {
    my ($self, $login) = @_;

    return $self->over
        if rand() > $LOGOUTS && ++$self->{sessions} < $SESSIONS;

    my $request = [ 'POST', '/login/logout', { %SAME_ORIGIN,
        Cookie => $login->{cookie} }, '' ];

    $self->note([ 'ending', $login->{id} ]);

    $self->persist('logout', $self->any_host, $request, sub {
        my ($answer) = @_;

        if ($answer->{word} ne '303') {
            $self->odd('logout', $answer, $login->{id});
            return $self->over;
        }

        $self->note([ 'ended', $login->{id} ]);
        $self->requests->at(time + $CACHED, sub {
            $self->visit($login, $self->any_host, sub { $self->over });
        });
    });
}


1;
