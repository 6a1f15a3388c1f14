package Test::WhatsAuth::Halt;

=head1 NAME

Test::WhatsAuth::Halt - workers that stop in the middle of a commit

=head1 SYNOPSIS

    my $halt = Test::WhatsAuth::Halt->new;
    my $nginx = $halt->around(sub { start_nginx() });

    $halt->next_commit;
    $client->send($nginx->issue_request);
    $halt->wait_for($worker);
    kill 'CONT', $worker;

Whoever commits next stops itself by SIGSTOP, with the store's writer lock in
its hands, when its data are about to be synchronized.

=cut

use strict;
use warnings;

use Test::WhatsAuth;


sub new {
    my ($class) = @_;

    my $self = bless { file => slot_folder() . '/halt' }, $class;

    $self->write("$self->{file}.c", <<'END_OF_C');
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int
fdatasync(int fd)
{
    if (unlink(HALT) == 0) {
        kill(getpid(), SIGSTOP);
    }

    return syscall(SYS_fdatasync, fd);
}
END_OF_C

    system('cc', '-shared', '-fPIC', qq{-DHALT="$self->{file}-now"}, '-o',
           "$self->{file}.so", "$self->{file}.c") == 0 or die;

    return $self;
}


sub write {
    my ($self, $name, $text) = @_;

    open my $out, '>', $name or die "$name: $!\n";
    print $out $text;
    close $out or die;
}


sub around {
    my ($self, $start) = @_;

    local $ENV{LD_PRELOAD} = "$self->{file}.so";
    return $start->();
}


sub next_commit {
    my ($self) = @_;

    $self->write("$self->{file}-now", '');
}


# Stopped: T.

sub wait_for {
    my ($self, $pid) = @_;

    return wait_until {
        open my $in, '<', "/proc/$pid/stat" or return 0;
        <$in> =~ /\) T/;
    };
}


1;
