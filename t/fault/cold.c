
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store for LD_PRELOAD whose pages are never in memory: each look for a
 * session takes long, and each question how often the thread has waited for a
 * page is answered "once more".  The file that WHATSAUTH_COLD names gets a line
 * for each session that is looked for: process, "warm" in a thread that only
 * reads, or "read" on the event loop, and the key.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>


#define COLD_DELAY  1000000            /* nanoseconds */


static atomic_long  cold_asked;
static int          cold_file = -1;
static MDB_dbi      cold_sessions;

static __thread int  cold_reads;


/* At once, because nginx forgets the environment, and its worker the rights. */

__attribute__((constructor)) static void
cold_init(void)
{
    const char  *name;

    name = getenv("WHATSAUTH_COLD");

    if (name != NULL) {
        cold_file = open(name, O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC, 0600);
    }
}


int
getrusage(__rusage_who_t who, struct rusage *usage)
{
    if (syscall(SYS_getrusage, who, usage) != 0) {
        return -1;
    }

    usage->ru_majflt += atomic_fetch_add(&cold_asked, 1);

    return 0;
}


int
mdb_dbi_open(MDB_txn *txn, const char *name, unsigned flags, MDB_dbi *dbi)
{
    int  rc;

    static int  (*real)(MDB_txn *, const char *, unsigned, MDB_dbi *);

    if (real == NULL) {
        real = (int (*)(MDB_txn *, const char *, unsigned, MDB_dbi *))
               dlsym(RTLD_NEXT, "mdb_dbi_open");
    }

    rc = real(txn, name, flags, dbi);

    if (rc == 0 && name != NULL && strcmp(name, "sessions") == 0) {
        cold_sessions = *dbi;
    }

    return rc;
}


int
mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn)
{
    static int  (*real)(MDB_env *, MDB_txn *, unsigned, MDB_txn **);

    if (real == NULL) {
        real = (int (*)(MDB_env *, MDB_txn *, unsigned, MDB_txn **))
               dlsym(RTLD_NEXT, "mdb_txn_begin");
    }

    cold_reads = (flags & MDB_RDONLY) != 0;

    return real(env, parent, flags, txn);
}


static void
cold_note(const char *what, const MDB_val *key)
{
    int                   len;
    char                  line[64];
    size_t                i;
    const unsigned char  *p;

    p = key->mv_data;
    len = sprintf(line, "%d %s ", (int) getpid(), what);

    for (i = 0; i < key->mv_size && i < 16; i++) {
        len += sprintf(line + len, "%02x", p[i]);
    }

    line[len++] = '\n';

    if (write(cold_file, line, (size_t) len) != len) {
        abort();
    }
}


int
mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data)
{
    struct timespec  delay;

    static int  (*real)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *);

    if (real == NULL) {
        real = (int (*)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *))
               dlsym(RTLD_NEXT, "mdb_get");
    }

    if (dbi == cold_sessions && dbi != 0 && cold_file != -1) {

        if (gettid() == getpid()) {
            cold_note("read", key);

        } else if (cold_reads) {
            cold_note("warm", key);
        }

        delay.tv_sec = 0;
        delay.tv_nsec = COLD_DELAY;
        nanosleep(&delay, NULL);
    }

    return real(txn, dbi, key, data);
}
