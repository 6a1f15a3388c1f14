package Test::WhatsAuth::SlowSite;

=head1 NAME

Test::WhatsAuth::SlowSite - a site that takes its time for hundreds at once

=head1 SYNOPSIS

    my $site = start_slow_site();

    $site->url('/1500');        # answered 204 after 1.5 seconds
    $site->arrived;             # { webhook-id or "none" => how often }
    $site->answered;            # the same of those who heard the answer

One process serves all connections, where a L<Test::WhatsAuth::Receiver> has
one for each.  What has arrived is known before it is answered.

=cut

use strict;
use warnings;

use Exporter qw( import );
use IO::Select ();
use IO::Socket::INET ();
use Test::WhatsAuth qw( slot_folder );
use Time::HiRes qw( time );

our @EXPORT = qw( start_slow_site );

my $LONGEST_RUN = 300;

my $sites = 0;
my %running;


sub start_slow_site {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
        LocalPort => 0, Listen => 1024) or die "slow site: $!\n";

    my $self = bless {
        file => slot_folder() . '/slow-site-' . ++$sites,
        port => $socket->sockport,
        waiting => {},
    }, __PACKAGE__;

    $self->{pid} = fork // die "fork: $!\n";

    if ($self->{pid} == 0) {
        %running = ();
        alarm $LONGEST_RUN;
        $self->serve($socket);
    }

    $running{$self->{pid}} = 1;
    return $self;
}


sub url {
    my ($self, $path) = @_;

    return "http://127.0.0.1:$self->{port}$path";
}


sub arrived {
    my ($self) = @_;

    return $self->counted('arrived');
}


sub answered {
    my ($self) = @_;

    return $self->counted('answered');
}


sub counted {
    my ($self, $what) = @_;

    open my $in, '<', $self->{file} or return {};
    my %count;

    /^$what (\S+)\n/ && $count{$1}++ for <$in>;
    return \%count;
}


sub serve {
    my ($self, $socket) = @_;

    local $SIG{PIPE} = 'IGNORE';

    open $self->{log}, '>>', $self->{file} or die "$self->{file}: $!\n";
    $self->{select} = IO::Select->new($socket);

    for (;;) {
        for my $ready ($self->{select}->can_read(0.02)) {

            if ($ready == $socket) {
                my $client = $socket->accept or next;
                $self->{waiting}{$client} = { client => $client, data => '' };
                $self->{select}->add($client);

            } else {
                $self->read_from($self->{waiting}{$ready});
            }
        }

        my $now = time;
        $self->answer($_) for grep { $_->{at} && $_->{at} <= $now }
                              values %{ $self->{waiting} };
    }
}


sub read_from {
    my ($self, $one) = @_;

    sysread $one->{client}, $one->{data}, 65536, length $one->{data}
        or return $self->forget($one);

    return if $one->{at};

    my ($head, $body) = split /\r\n\r\n/, $one->{data}, 2;
    my ($length) = $head =~ /^content-length: (\d+)/im;

    return if !defined $body || length $body < ($length // 0);

    my ($delay) = $head =~ m{\APOST /(\d+)};

    $one->{id} = $head =~ /^webhook-id: (\S+)/im ? $1 : 'none';
    $one->{at} = time + ($delay // 0) / 1000;
    syswrite $self->{log}, "arrived $one->{id}\n";
}


# The client may have hung up meanwhile: then nothing is sent, or it is lost.

sub answer {
    my ($self, $one) = @_;

    my $sent = syswrite $one->{client},
        "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

    syswrite $self->{log}, "answered $one->{id}\n" if $sent;
    $self->forget($one);
}


sub forget {
    my ($self, $one) = @_;

    $self->{select}->remove($one->{client});
    delete $self->{waiting}{$one->{client}};
    close $one->{client};
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
