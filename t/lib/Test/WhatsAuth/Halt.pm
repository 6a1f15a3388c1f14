package Test::WhatsAuth::Halt;

=head1 NAME

Test::WhatsAuth::Halt - workers that stop in the middle of a commit

=head1 SYNOPSIS

    my $halt = Test::WhatsAuth::Halt->new;
    my $nginx = $halt->around(sub { start_nginx() });

    my @waiting = $halt->stop($nginx, $worker);
    kill 'CONT', $worker;

The worker stops itself by SIGSTOP, with the store's writer lock in its hands,
when its data are about to be synchronized.  C<stop> asks it for codes until it
does, since another worker may commit what this one was asked for, and returns
the clients that it asked by.

=cut

use strict;
use warnings;

use parent qw( Test::WhatsAuth::Preload );

use IO::Select ();
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( write_file );
use Time::HiRes qw( sleep );

my $C = <<'END_OF_C';
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int
fdatasync(int fd)
{
    char  name[256];

    snprintf(name, sizeof(name), "%s-%d", PRELOAD_FILE, (int) getpid());

    if (unlink(name) == 0) {
        raise(SIGSTOP);
    }

    return syscall(SYS_fdatasync, fd);
}
END_OF_C


sub new {
    my ($class) = @_;

    return $class->SUPER::new('halt', source => $C);
}


sub stop {
    my ($self, $nginx, $pid) = @_;

    my @clients;

    write_file($self->file . "-$pid", '');

    wait_until {
        my $client = $nginx->client($pid);
        my $answered = IO::Select->new($client->{socket});

        $client->send($nginx->issue_request);
        push @clients, $client;
        sleep 0.02 until is_stopped($pid) || $answered->can_read(0);

        is_stopped($pid);
    } or die "worker $pid does not stop\n";

    return @clients;
}


sub is_stopped {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/stat" or die "$pid: $!\n";
    return <$in> =~ /\) T/;
}


1;
