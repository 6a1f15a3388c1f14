package Test::WhatsAuth::Fault;

=head1 NAME

Test::WhatsAuth::Fault - an nginx that runs out of memory, once

=head1 SYNOPSIS

    my $fault = Test::WhatsAuth::Fault->new;
    my $nginx = $fault->around(sub { start_nginx(workers => 1) });

    $fault->each_allocation($nginx, 'issue', sub {
        my $answer = $nginx->issue;
        return $answer->{status} =~ /^(?:0|200|500|503)$/
               ? '' : "the answer $answer->{status}";
    });

=head1 DESCRIPTION

C<$LOG> is what may be logged meanwhile.  C<around> starts an nginx whose
allocator is F<t/fault/malloc.c>.

C<set(pid =E<gt> $pid)> says which process is watched; from then on
C<get('blocks')> and C<get('bytes')> are what it has allocated and not freed.

C<watch($pid)> does that with a worker that is idle, C<wait_until_idle($pid)>
waits until it is so again.

C<once($n, $function)> calls the function while the Nth allocation fails, and
returns its value; C<get('fired')> is 0 if there were fewer.

C<each_allocation> calls the function once for each allocation that the worker
makes until it is idle again, and that one fails; it ends when none did.  The
function returns what went wrong, or an empty string.  The option C<check> is
called after each, when nothing fails any more; C<settle> before memory is
counted at the end; C<step> is 1, or how many allocations to go on by.

The test passes if nothing went wrong, the worker is the same, and it holds no
more descriptors and blocks of memory than before.

=cut

use strict;
use warnings;

use parent qw( Test::WhatsAuth::Preload );

use Test::More ();
use Test::WhatsAuth;
use Test::WhatsAuth::Process qw( descriptors );
use Time::HiRes qw( sleep );

# Memory allocated once: OpenSSL's last errors, each with two strings.
my $MARGIN = 40;

# Lines that nginx, and the module at the level error, may log.
our $LOG = qr/\[(?:error|crit)\]|(?:(?:alloc|memalign)|SSL_\w+)\(.*\) failed
              |malloc[ ]failure|Cannot[ ]allocate[ ]memory/x;

my $FRAMES = 24;
my @FIELDS = qw( pid left fired blocks bytes );


sub new {
    my ($class) = @_;

    return $class->SUPER::new('malloc', numbers => @FIELDS + $FRAMES);
}


sub get {
    my ($self, $name) = @_;

    return ($self->numbers(field($name), 1))[0];
}


sub set {
    my ($self, $name, $value) = @_;

    $self->put(field($name), $value);
}


sub field {
    my ($name) = @_;

    return (grep { $FIELDS[$_] eq $name } 0 .. $#FIELDS)[0];
}


sub each_allocation {
    my ($self, $nginx, $title, $try, %option) = @_;

    my ($worker) = $nginx->workers;
    my $settle = $option{settle} // sub { };
    my $check = $option{check} // sub { '' };

    $self->watch($worker);

    my @maps = maps($worker);
    my @wrong;

    for (1 .. 5) {
        push @wrong, grep { length } $try->(), $check->();
    }

    $self->{idle} = least_descriptors($worker);

    my @before = $self->holds($worker);
    my $n = 1 - ($option{step} // 1);

    while (@wrong < 5) {
        $n += $option{step} // 1;

        my $wrong = $self->once($n, sub {
            my $answer = $try->();
            $self->wait_until_idle($worker, 1);
            return $answer;
        });

        my $fired = $self->get('fired');
        $wrong ||= 'it is not idle again'
            unless $self->wait_until_idle($worker);
        $wrong ||= $check->();

        $wrong = 'the worker has died' unless kill 0, $worker;

        push @wrong, "allocation $n: $wrong\n" . $self->place(@maps)
            if $wrong;
        last unless $fired && kill 0, $worker;
    }

    $settle->();
    my @after = $self->holds($worker);

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    Test::More::note("$title: $n allocations, @before, @after")
        if $ENV{HARNESS_IS_VERBOSE};
    Test::More::is(join("\n", @wrong), '', "$title - with each failing once");
    Test::More::cmp_ok($n, '>', 1, "$title - some have failed");
    Test::More::is_deeply([ $nginx->workers ], [ $worker ],
                          "$title - the worker is the same");
    Test::More::cmp_ok($after[0], '<=', $before[0] + $MARGIN,
                       "$title - it holds no more memory");
    Test::More::cmp_ok($after[1], '<=', $before[1],
                       "$title - it holds no more descriptors");
}


sub watch {
    my ($self, $worker) = @_;

    $self->set(pid => $worker);
    $self->set(left => 0);
    $self->set(fired => 0);

    $self->{idle} = least_descriptors($worker);
}


sub once {
    my ($self, $n, $function) = @_;

    $self->set(fired => 0);
    $self->set(left => $n);

    my $value = $function->();

    $self->set(left => 0);

    return $value;
}


sub holds {
    my ($self, $worker) = @_;

    $self->wait_until_idle($worker);
    return $self->get('blocks'), descriptors($worker);
}


# Idle is a worker without connections for a while.

sub wait_until_idle {
    my ($self, $worker, $or_failed) = @_;

    my $calm = 0;

    return wait_until {
        $calm = descriptors($worker) <= $self->{idle} ? $calm + 1 : 0;
        $calm == 3 || $or_failed && $self->get('fired');
    };
}


# A connection of the last request may not have been closed yet.

sub least_descriptors {
    my ($pid) = @_;

    my @counts = sort { $a <=> $b }
                 map { sleep 0.02; descriptors($pid) } 1 .. 15;

    return $counts[0];
}


# The functions in which the last allocation failed, where there are symbols.

sub place {
    my ($self, @maps) = @_;

    my $text = '';

    for my $frame (grep { $_ } $self->numbers(scalar @FIELDS, $FRAMES)) {
        my ($map) = grep { $frame >= $_->[0] && $frame < $_->[1] } @maps
            or next;
        $text .= qx(addr2line -sfpe '$map->[3]' @{[ sprintf '%x',
                    $frame - 1 - $map->[0] + $map->[2] ]});
        last if $text =~ /ngx_(?:epoll_process_events|thread_pool_cycle)/;
    }

    return $text;
}


sub maps {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/maps" or return;
    return map { /^(\w+)-(\w+) \S+ (\w+) \S+ \S+ +(\/.*)/
                 ? [ (map { number($_) } $1, $2, $3), $4 ] : () } <$in>;
}


sub number {
    my ($hex) = @_;

    return unpack 'Q>', pack 'H16', substr "0000000000000000$hex", -16;
}


1;
