package Test::WhatsAuth::Leftovers;

=head1 NAME

Test::WhatsAuth::Leftovers - a test that is stopped leaves no process behind

=head1 SYNOPSIS

    use Test::WhatsAuth::Leftovers;

    Test::WhatsAuth::Leftovers::watch($folder);

The END blocks of these modules end what a test has started.  Perl leaves them
out if a signal ends it: so a signal that asks a test to end makes it exit.

Nothing of a test that is killed can do so.  What it has forked ends by itself
sooner or later, and servers of Valkey at once, but its nginx are daemons.  A
process that watch() starts waits for the end of the test, and then ends each
nginx whose prefix is in the folder.

=cut

use strict;
use warnings;

use POSIX ();
use Test::WhatsAuth::Files qw( try_read_file );

use constant SECONDS => 0.5;

# PIPE: its prove has been killed.
my @ENDS = qw( HUP INT PIPE TERM );

my $test = $$;
my $watcher;

for my $name (@ENDS) {
    $SIG{$name} = \&end if !defined $SIG{$name} || $SIG{$name} eq 'DEFAULT';
}


# A process that a test has forked ends as ever: nginx is not its own.

sub end {
    my ($name) = @_;

    exit 1 if $$ == $test;

    $SIG{$name} = 'DEFAULT';
    kill $name, $$;
}


sub watch {
    my ($folder) = @_;

    return if defined $watcher;

    my $parent = $$;

    $watcher = fork // die "fork: $!\n";
    return if $watcher;

    # It is neither of the group that a signal is for, nor of the memory and
    # time that a test gives its nginx.
    POSIX::setsid();
    delete $ENV{LD_PRELOAD};

    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', '/dev/null';
    exec $^X, (map { "-I$_" } @INC), '-M' . __PACKAGE__, '-e',
        __PACKAGE__ . '::wait_for_end(@ARGV)', $parent, $folder
        or POSIX::_exit(127);
}


sub wait_for_end {
    my ($pid, $folder) = @_;

    select undef, undef, undef, SECONDS while getppid == $pid;

    for my $file (glob '/proc/[0-9]*/cmdline') {
        my ($process) = $file =~ /(\d+)/;

        kill 'TERM', $process
            if try_read_file($file) =~ /[ \0]-p[ \0]\Q$folder\E\//;
    }
}


END {
    if (defined $watcher && $$ == $test) {
        my $status = $?;

        kill 'KILL', $watcher;
        waitpid $watcher, 0;
        $? = $status;
    }
}


1;
