package ColdSessions;

=head1 NAME

ColdSessions - the rows of ./dev bench on other requests beside cold sessions

=head1 DESCRIPTION

C<ColdSessions::rows($row)> starts nginx with a million sessions, none of them
in memory, and sends gated requests with their cookies in random order, and
beside them requests for another location.  It calls $row for what the latter
have to wait, with the arguments of C<row()> in bench.pl.

The same is measured beside it in workers that do not notice that they wait for
the disk, and whose threads read no session.

=cut

use strict;
use warnings;

use Bench;
use List::Util qw( sum );
use Test::WhatsAuth;
use Test::WhatsAuth::Preload;
use Test::WhatsAuth::Process qw( disk_waits );
use Time::HiRes qw( sleep );

my $SESSIONS = $ENV{BENCH_SESSIONS} // 1_000_000;
my $CONNECTIONS = 64;
my $DELAY = 4;                  # milliseconds, as long as the load is bearable

my $BLIND = <<'C';
#define _GNU_SOURCE

#include <dlfcn.h>
#include <lmdb.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>


int
getrusage(__rusage_who_t who, struct rusage *usage)
{
    int  rc;

    rc = (int) syscall(SYS_getrusage, who, usage);
    usage->ru_majflt = 0;

    return rc;
}


int
mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn)
{
    static int  (*begin)(MDB_env *, MDB_txn *, unsigned, MDB_txn **);

    if (begin == NULL) {
        begin = (int (*)(MDB_env *, MDB_txn *, unsigned, MDB_txn **))
                dlsym(RTLD_NEXT, "mdb_txn_begin");
    }

    return (flags & MDB_RDONLY) && gettid() != getpid()
           ? MDB_PANIC : begin(env, parent, flags, txn);
}
C

my ($nginx, $blind, $length);


sub rows {
    my ($row) = @_;

    $blind = Test::WhatsAuth::Preload->new('blind', source => $BLIND);
    $nginx = bench_nginx(app => 'login on;', server => server());
    $length = sessions($nginx, $SESSIONS, pick => $SESSIONS,
                       requests => $nginx->root . '/requests');

    my (@waits, @blind_waits);
    my ($ours, $theirs) = interleave(
        sub { longest(\@waits, sub { $nginx->launch }) },
        sub { longest(\@blind_waits,
                      sub { $blind->around(sub { $nginx->launch }) }) });

    die "the sessions were in memory\n" if !median(@blind_waits);

    $row->("return 200 beside $SESSIONS cold sessions, longest, ms", '<=', 25,
           $ours, sprintf '%.0f ms if no thread goes first', $theirs);
    $row->('event loops wait for the disk meanwhile, times', '<=', 2,
           median(@waits), sprintf '%d if no thread goes first',
           median(@blind_waits));

    bench_close($nginx);

    return;
}


# Returns milliseconds, and adds the waits of all event loops to a list.

sub longest {
    my ($waits, $launch) = @_;

    $nginx->end('QUIT') or die "nginx does not stop\n";
    forget($nginx->root . '/store/data.mdb');
    $launch->();

    my $before = sum map { disk_waits($_) } $nginx->workers;
    my $probe = start_wrk($nginx, '/probe', threads => 1, connections => 8,
                          delay => 8, seconds => $SECONDS + 1);
    sleep 0.5;
    wrk($nginx, '/gated', method => 'GET', threads => 1,
        connections => $CONNECTIONS, delay => $DELAY,
        file => $nginx->root . '/requests', length => $length, again => 1);

    push @$waits, sum(map { disk_waits($_) } $nginx->workers) - $before;

    return finish_wrk($probe)->{max};
}


# The system drops the pages of a file that no process has mapped.

sub forget {
    my ($file) = @_;

    system('dd', "if=$file", 'iflag=nocache', 'count=0', 'status=none') == 0
        or die "dd: the pages of $file stay in memory\n";

    return;
}


sub server {
    return <<'END';
location /login/ { whatsauth_login demo; }
        location /gated {
            whatsauth_gate demo;
            whatsauth_gate_numbers any;
            empty_gif;
        }
END
}


1;
