# A worker that is told to go responds first to the requests whose sessions a
# thread still brings from the disk.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Files qw( try_read_file write_file );
use Test::WhatsAuth::Preload;

plan skip_all => 'no title of a process shows under valgrind'
    if $ENV{TEST_NGINX_VALGRIND};

# A thread that looks for something finds it when there is a certain file, and
# until then it writes another one.

my $disk = Test::WhatsAuth::Preload->new('disk', source => <<'END');
#define _GNU_SOURCE
#include <dlfcn.h>
#include <lmdb.h>
#include <stdio.h>
#include <unistd.h>

static __thread int  reading;

int
mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn)
{
    int  (*begin)(MDB_env *, MDB_txn *, unsigned, MDB_txn **);

    begin = (int (*)(MDB_env *, MDB_txn *, unsigned, MDB_txn **))
            dlsym(RTLD_NEXT, "mdb_txn_begin");
    reading = (flags & MDB_RDONLY) && gettid() != getpid();

    return begin(env, parent, flags, txn);
}

int
mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data)
{
    int   (*get)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *);
    char    name[4096];

    get = (int (*)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *))
          dlsym(RTLD_NEXT, "mdb_get");

    while (reading && access(PRELOAD_FILE ".turns", F_OK) != 0) {
        snprintf(name, sizeof(name), PRELOAD_FILE ".waits/%d", getpid());
        (void) !symlink("x", name);
        usleep(10000);
    }

    return get(txn, dbi, key, data);
}
END

my $waits = $disk->file . '.waits';
my $turns = $disk->file . '.turns';

mkdir $waits or die;
chmod 0777, $waits;

my $nginx = $disk->around(sub {
    start_nginx(app => 'login on;', server => <<'CONF');
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }
location /gated { whatsauth_gate demo; empty_gif; }
CONF
});

write_file($turns, '');

my $browser = Test::WhatsAuth::Browser->new($nginx);
$browser->log_in;

# Workers that have just begun let a thread go first.

for my $signal (qw( HUP QUIT )) {
    $nginx->reload;
    unlink $turns, glob "$waits/*";

    my @workers = $nginx->workers;
    my @clients = map { $nginx->client($workers[$_ % 2]) } 0 .. 9;
    $_->send('GET', '/gated', { Cookie => $browser->cookie }) for @clients;

    ok wait_until { is_waiting(@workers) }, "$signal - each worker waits";
    $nginx->signal($signal);
    ok wait_until { is_leaving(@workers) }, 'and is told to go';

    write_file($turns, '');

    is scalar(grep { $_->receive->{status} == 200 } @clients), 10,
        "$signal - what waits for its session is answered";
    ok wait_until { !grep { kill 0, $_ } @workers }, 'and then they go';
}

$nginx->stop;
done_testing;


sub is_waiting {
    return @_ == grep { -l "$waits/$_" } @_;
}


# It does not listen any more.

sub is_leaving {
    return !grep { try_read_file("/proc/$_/cmdline") !~ /shutting down/ } @_;
}
