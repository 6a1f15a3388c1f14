package Watch;

=head1 NAME

Watch - what an nginx takes of the machine, over time

=head1 SYNOPSIS

    my $watch = Watch->new($nginx);
    $watch->sample($answers);           # again and again
    my ($first, $last) = $watch->thirds('store pages');

    my $rest = Watch::at_rest($nginx);  # of an nginx that has nothing to do

=head1 DESCRIPTION

The samples are C<master memory>, C<worker memory> and C<old worker memory>
(their own pages, KB), C<shared memory>, C<master descriptors>, C<worker
descriptors>, C<old worker descriptors>, C<processes>, C<store pages>, C<store
file> (KB) and C<log>: bytes for a thousand answers, of which C<sample> is given
the number.

Workers after a reload are compared with those before it when they have the
same age; old ones are those that no reload has ended then, and are compared
with themselves.

C<thirds> gives the medians of the first and the last third of the time in
which there were samples.

=cut

use strict;
use warnings;

use POSIX ();
use Test::WhatsAuth::Files qw( try_read_file );
use Test::WhatsAuth::Process qw( descriptors descriptor_kinds memory );
use Time::HiRes qw( time );

# The age of workers that are compared, in seconds.
my ($YOUNG, $OLD) = (6, 18);

my $TICKS = POSIX::sysconf(POSIX::_SC_CLK_TCK());


sub new {
    my ($class, $nginx) = @_;

    return bless { nginx => $nginx, samples => {} }, $class;
}


sub sample {
    my ($self, $answers) = @_;

    my $root = $self->{nginx}->root;
    my $master = $self->{nginx}->pid // return;
    my @workers = workers($master);
    my @grown = grep { !$_->{leaving} && $_->{age} >= $YOUNG } @workers;
    my @old = grep { $_->{age} > $OLD } @grown;
    @grown = grep { $_->{age} <= $OLD } @grown;

    $self->keep('master memory', memory($master, 'RssAnon'));
    $self->keep('master descriptors', descriptors($master));
    $self->keep('shared memory', memory($master, 'RssShmem'));
    $self->keep('processes', scalar @workers);
    $self->keep('worker memory', $_->{memory}) for @grown;
    $self->keep('worker descriptors', $_->{descriptors}) for @grown;
    $self->keep('old worker memory', $_->{memory}) for @old;
    $self->keep('old worker descriptors', $_->{descriptors}) for @old;
    $self->keep('store file', (-s "$root/store/data.mdb" // 0) / 1024);
    $self->keep('store pages', $self->{nginx}->store_stat->{used_pages});

    $self->keep_log(-s "$root/error.log" // 0, $answers);
}


sub keep_log {
    my ($self, $size, $answers) = @_;

    my ($old_size, $old_answers) = @{ $self->{log} // [ 0, 0 ] };

    return if $answers == $old_answers;

    $self->{log} = [ $size, $answers ];
    $self->keep('log', 1000 * ($size - $old_size) / ($answers - $old_answers));
}


sub keep {
    my ($self, $what, $value) = @_;

    push @{ $self->{samples}{$what} }, [ time, $value ] if defined $value;
}


sub thirds {
    my ($self, $what) = @_;

    my @samples = @{ $self->{samples}{$what} // [] } or return;
    my ($begin, $end) = map { $_->[0] } @samples[0, -1];
    my $third = ($end - $begin) / 3;

    return map { median(map { $_->[1] } @$_) }
           [ grep { $_->[0] <= $begin + $third } @samples ],
           [ grep { $_->[0] >= $end - $third } @samples ];
}


sub median {
    my @sorted = sort { $a <=> $b } @_;

    return $sorted[@sorted / 2];
}


# Processes

sub workers {
    my ($master) = @_;

    my ($uptime) = try_read_file('/proc/uptime') =~ /^([\d.]+)/;
    my @workers;

    for my $pid (map { m{(\d+)} } glob '/proc/[0-9]*') {
        my @stat = split ' ', try_read_file("/proc/$pid/stat") =~ s/.*\) //r;
        next if ($stat[1] // 0) != $master || $stat[0] eq 'Z';

        my $title = try_read_file("/proc/$pid/cmdline");
        next if $title !~ /^nginx: worker process/;

        push @workers, {
            pid => $pid,
            age => $uptime - $stat[19] / $TICKS,
            leaving => scalar($title =~ /shutting down/),
            memory => memory($pid, 'RssAnon'),
            descriptors => descriptors($pid),
        };
    }

    return @workers;
}


# The memory and the kinds of descriptors of an nginx.

sub at_rest {
    my ($nginx) = @_;

    my $master = $nginx->pid;
    my @workers = sort { $a->{pid} <=> $b->{pid} } workers($master);

    return {
        memory => median(map { $_->{memory} } @workers),
        'master memory' => memory($master, 'RssAnon'),
        descriptors => join '; ', 'master: ' . descriptor_kinds($master),
            map { 'worker: ' . descriptor_kinds($_->{pid}) } @workers,
    };
}


# The lines of a log with what differs between them taken out, and how often
# each was written.

sub patterns {
    my ($file) = @_;

    my %count;

    open my $in, '<', $file or return {};

    while (my $line = <$in>) {
        $line =~ s/^\S+ \S+ (\[\w+\]) \d+#\d+: (?:\*\d+ )?/$1 /;
        $line =~ s/, client: .*//s;
        $line =~ s/ while .*//s;
        $line =~ s/id=[0-9a-f-]+/id=.../g;
        $line =~ s/"[^"]*"/"..."/g;
        $line =~ s/\d+/N/g;
        chomp $line;
        $count{$line}++;
    }

    return \%count;
}


1;
