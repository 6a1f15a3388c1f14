package Final;

# The answers of each host to all that was promised, in the end: to each code,
# asked by its id, and to each session, at the gate.
#
#     record ID STATUS CODE PHONE       STATUS is missing: 404
#     in ID HOST, out ID HOST
#
# and those of Persistent.  The processes share the ids and the sessions, which
# are in $self->{ids} and, as [ ID, COOKIE ], in $self->{sessions}.

use strict;
use warnings;

use parent qw( Persistent );

use Test::WhatsAuth;

my $LANES = 16;

my %TOKENS = (brief => 'token-of-tenant-brief');


sub run {
    my ($self) = @_;

    $self->{todo} = [
        (map { my $id = $_; sub { $self->record(@$id) } } @{ $self->{ids} }),
        map { my $session = $_;
              map { my $host = $_;
                    sub { $self->visit($host, @$session) } }
              0 .. $#{ $self->{nginx} } } @{ $self->{sessions} },
    ];

    $self->next for 1 .. $LANES;
    $self->requests->turn while $self->requests->under_way;
    $self->note(['done']);
}


sub next {
    my ($self) = @_;

    my $one = shift @{ $self->{todo} } or return;
    $one->();
}


sub record {
    my ($self, $id, $kind) = @_;

    my $request = [ 'GET', "/api/v1/verification/$id",
                    { Authorization => 'Bearer '
                                       . ($TOKENS{$kind} // $TOKEN) } ];

    $self->persist('final', $self->any_host, $request, sub {
        my ($answer) = @_;

        my $said = $answer->{json} // {};

        if ($answer->{word} eq '200') {
            $self->note([ 'record', $id, $said->{status},
                          $said->{verification_code},
                          ($said->{phone_number} // '') =~ tr/+//dr ]);

        } elsif ($answer->{word} eq '404') {
            $self->note([ 'record', $id, 'missing', '', '' ]);

        } else {
            $self->odd('final', $answer, $id);
        }

        $self->next;
    });
}


sub visit {
    my ($self, $host, $id, $cookie) = @_;

    my $request = [ 'GET', '/private/', { Cookie => $cookie } ];

    $self->persist('final', $host, $request, sub {
        my ($answer) = @_;

        $self->note([ $answer->{word} eq '200' ? 'in' : 'out', $id, $host ]);
        $self->next;
    });
}


1;
