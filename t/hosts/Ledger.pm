package Ledger;

# All promises, from the entries of Logins, and their ends, from those of Final
# and of the site.
#
#     my $ledger = Ledger->new($logins->entries);
#     $ledger->final($final->entries);
#     $ledger->heard($site->heard);
#     my %broken = $ledger->promises($quiet);     # title => [ exceptions ]
#
# $quiet->($from, $to) says whether nothing was wrong with the plant then.

use strict;
use warnings;

use List::Util qw( all max uniq );


sub new {
    my ($class, @entries) = @_;

    my $self = bless { login => {}, codes => {}, failures => [], odd => [],
                       issued => [], operations => 0, count => {} }, $class;

    for my $entry (@entries) {
        my ($what, @details) = @$entry;
        my $take = $self->can("take_$what") // die "an entry $what\n";

        $self->{count}{$what}++;
        $self->$take(@details);
    }

    return $self;
}


sub count { return $_[0]{count}{$_[1]} // 0 }

sub logins { return values %{ $_[0]{login} } }

# Each code, message, collect, and answer about a session.

sub operations {
    my ($self) = @_;

    my $sum = 0;

    $sum += $self->count($_)
        for qw( issued taken collected late session ended in out );

    return $sum;
}


sub ids {
    my ($self) = @_;

    return map { [ $_->{id}, $_->{kind} ] } $self->logins;
}


sub sessions {
    my ($self) = @_;

    return map { [ $_->{id}, $_->{cookie} ] } grep { $_->{cookie} }
           $self->logins;
}


# Entries

sub take_issued {
    my ($self, $id, $kind, $code, $time) = @_;

    push @{ $self->{twice} }, $id if $self->{login}{$id};
    $self->{codes}{$code}++;
    $self->{login}{$id} = { id => $id, kind => $kind, code => $code,
        issued => $time, sent => {}, taken => {}, collected => {},
        late => {}, heard => [], hosts => {} };
    push @{ $self->{issued} }, $time;
}


sub take_sent {
    my ($self, $id, $from, $time) = @_;

    my $login = $self->{login}{$id};

    $login->{sent}{$from} //= $time;
    $login->{first_sent} //= $time;
}


sub take_taken {
    my ($self, $id, $from, $time) = @_;

    my $login = $self->{login}{$id};

    $login->{taken}{$from} //= $time;
    $login->{first_taken} //= $time;
    $login->{last_taken} = $time;
}


sub take_collecting { }

sub take_collected { $_[0]{login}{$_[1]}{collected}{$_[2]}++ }

sub take_late { $_[0]{login}{$_[1]}{late}{$_[2]}++ }

sub take_session { $_[0]{login}{$_[1]}{cookie} = $_[2] }

sub take_ending { $_[0]{login}{$_[1]}{ending} = 1 }

sub take_ended { $_[0]{login}{$_[1]}{ended} = 1 }


sub take_in {
    my ($self, $id) = @_;

    $self->{login}{$id}{in_after_end} = 1 if $self->{login}{$id}{ended};
}


sub take_out {
    my ($self, $id) = @_;

    $self->{login}{$id}{out_too_early} = 1 unless $self->{login}{$id}{ending};
}


sub take_failure {
    my ($self, $what, $host, $word, $began, $ended) = @_;

    push @{ $self->{failures} }, { what => $what, host => $host,
        word => $word, began => $began, ended => $ended };
}


sub take_odd {
    my ($self, @details) = @_;

    push @{ $self->{odd} }, "@details";
}


sub final {
    my ($self, @entries) = @_;

    for my $entry (@entries) {
        my ($what, $id, @details) = @$entry;

        if ($what eq 'record') {
            @{ $self->{login}{$id} }{qw( status final_code phone )} = @details;

        } elsif ($what =~ /^(?:in|out)$/) {
            $self->{login}{$id}{hosts}{$details[0]} = $what;

        } elsif ($what eq 'odd') {
            $self->take_odd($id, @details);
        }
    }
}


sub heard {
    my ($self, %heard) = @_;

    for my $id (keys %heard) {
        if ($self->{login}{$id}) {
            $self->{login}{$id}{heard} = $heard{$id};

        } else {
            $self->{strangers}{$id} = $heard{$id};
        }
    }
}


# The promises

my @PROMISES = (
    [ 'each code is there', sub { ($_[0]{final_code} // '') eq $_[0]{code} } ],

    [ 'a message with 200 has validated its code', sub {
        !keys %{ $_[0]{taken} } || $_[0]{status} eq 'validated' } ],

    [ 'for one who has sent it', sub {
        $_[0]{status} ne 'validated' || $_[0]{sent}{$_[0]{phone}} } ],

    [ 'without a message there is no login', sub {
        keys %{ $_[0]{sent} }
        || $_[0]{status} eq ($_[0]{kind} eq 'brief' ? 'expired'
                                                     : 'requested') } ],

    [ 'the site has heard of each end, or it has failed', sub {
        $_[0]{status} =~ /^(?:requested|failed)$/ || @{ $_[0]{heard} } } ],

    [ 'what it heard is what is stored', sub {
        my ($login) = @_;
        all { /"status":"$login->{status}"/
              && /"verification_code":"$login->{code}"/
              && ($login->{status} ne 'validated'
                  || /"phone_number":"\+?$login->{phone}"/) }
            @{ $login->{heard} } } ],

    [ 'and each time the same', sub { uniq(@{ $_[0]{heard} }) <= 1 } ],

    [ 'a claim is collected by one', sub {
        $_[0]{kind} ne 'claim' || !keys %{ $_[0]{taken} }
        || keys %{ $_[0]{collected} } == 1
           && !$_[0]{late}{ (keys %{ $_[0]{collected} })[0] } } ],

    [ 'a login at the page has a session', sub {
        $_[0]{kind} ne 'page' || !keys %{ $_[0]{taken} } || $_[0]{cookie} } ],

    [ 'which lets in at once, on any host', sub { !$_[0]{out_too_early} } ],

    [ 'and to the end', sub {
        my ($login) = @_;
        !$login->{cookie} || $login->{ending}
        || all { $_ eq 'in' } values %{ $login->{hosts} } } ],

    [ 'a session that has ended lets in nobody', sub {
        my ($login) = @_;
        !$login->{in_after_end}
        && (!$login->{ended}
            || all { $_ eq 'out' } values %{ $login->{hosts} }) } ],
);


sub promises {
    my ($self, $quiet) = @_;

    my @logins = $self->logins;
    my @found = map {
        my ($title, $holds) = @$_;
        [ $title, map { describe($_) } grep { !$holds->($_) } @logins ];
    } @PROMISES;

    return (
        [ 'an answer is the right one, or 503 with Retry-After',
          @{ $self->{odd} } ],
        [ '503 and silence come with a fault alone',
          map { "$_->{what} at host $_->{host}: $_->{word}, "
                . sprintf '%.2f s from %.2f', $_->{ended} - $_->{began},
                          $_->{began} }
          grep { $quiet->($_->{began}, $_->{ended}) }
          @{ $self->{failures} } ],
        [ 'no code and no id comes twice', @{ $self->{twice} // [] },
          grep { $self->{codes}{$_} > 1 } keys %{ $self->{codes} } ],
        @found,
    );
}


# Codes of which nobody knows: their answers were lost.  They get no message,
# so they expire at most.

sub strangers {
    my ($self) = @_;

    return grep { grep { !/"status":"expired"/ } @{ $self->{strangers}{$_} } }
           keys %{ $self->{strangers} };
}


sub describe {
    my ($login) = @_;

    return join ' ', map({ "$_=" . ($login->{$_} // '-') } qw( id kind status
            issued first_sent last_taken phone ending ended )),
        'sent=' . join(',', sort keys %{ $login->{sent} }),
        'taken=' . join(',', sort keys %{ $login->{taken} }),
        'collected=' . join(',', sort keys %{ $login->{collected} }),
        'hosts=' . join(',', map { "$_:$login->{hosts}{$_}" }
                             sort keys %{ $login->{hosts} }),
        'heard=' . scalar @{ $login->{heard} };
}


# The time from $from to $to as users saw it: failures; the longest time without
# a new code; the longest that a message took until its first 200.

sub seen {
    my ($self, $from, $to) = @_;

    my @failures = grep { $_->{began} < $to && $_->{ended} > $from }
                   @{ $self->{failures} };
    my @times = ($from, (sort { $a <=> $b } grep { $_ > $from && $_ < $to }
                         @{ $self->{issued} }), $to);
    my @messages = map { $_->{first_taken} - $_->{first_sent} }
                   grep { $_->{first_taken} && $_->{first_sent} < $to
                          && $_->{first_taken} > $from } $self->logins;

    return {
        failures => scalar @failures,
        no_codes => max(map { $times[$_] - $times[$_ - 1] } 1 .. $#times),
        message => max(0, @messages),
    };
}


# Logins whose callback came more than once, and all of them, where nothing was
# wrong from the message on.

sub doubles {
    my ($self, $quiet) = @_;

    my @calm = grep { $_->{last_taken}
                      && $quiet->($_->{first_sent}, $_->{last_taken} + 2) }
               $self->logins;

    return (scalar(grep { @{ $_->{heard} } > 1 } @calm), scalar @calm);
}


1;
