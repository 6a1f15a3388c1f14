package Test::WhatsAuth::BadDisk;

=head1 NAME

Test::WhatsAuth::BadDisk - a disk that fails for a while

=head1 SYNOPSIS

    my $disk = Test::WhatsAuth::BadDisk->new;
    my $nginx = $disk->around(sub { start_nginx(allow => $disk->log) });

    $disk->fail;
    $disk->work;

=head1 DESCRIPTION

Between C<fail> and C<work> no commit of a process that was started within
C<around> succeeds: fdatasync() reports EIO.  C<log> fits the lines that nginx
writes about it.

=cut

use strict;
use warnings;

use Test::WhatsAuth::Files qw( write_file );

use parent qw( Test::WhatsAuth::Preload );


sub new {
    my ($class) = @_;

    return $class->SUPER::new('disk', source => <<'END');
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

int
fdatasync(int fd)
{
    if (access(PRELOAD_FILE, F_OK) == 0) {
        errno = EIO;
        return -1;
    }

    return syscall(SYS_fdatasync, fd);
}
END
}


sub log {
    return qr/\[crit\].*whatsauth[ ]store[ ].*[ ]
              (?:cannot[ ]be[ ]written|is[ ]writable[ ]again)/x;
}


sub fail {
    my ($self) = @_;

    write_file($self->file, '');
}


sub work {
    my ($self) = @_;

    unlink $self->file or die $self->file . ": $!\n";
}


1;
