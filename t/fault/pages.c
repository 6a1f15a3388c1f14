
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store for LD_PRELOAD whose pages are hardly ever in memory: what LMDB looks
 * up takes longer, and of four questions how often the thread has waited for a
 * page three are answered "once more".  Each time that a thread begins to read
 * for the event loop is a byte in the file that WHATSAUTH_PAGES names.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>


#define PAGES_DELAY  150000            /* nanoseconds */


static atomic_long  pages_asked;
static int          pages_file = -1;


/* At once, because nginx forgets the environment, and its worker the rights. */

__attribute__((constructor)) static void
pages_init(void)
{
    const char  *name;

    name = getenv("WHATSAUTH_PAGES");

    if (name != NULL) {
        pages_file = open(name, O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC, 0600);
    }
}


int
getrusage(__rusage_who_t who, struct rusage *usage)
{
    long  n;

    n = atomic_fetch_add(&pages_asked, 1);

    if (syscall(SYS_getrusage, who, usage) != 0) {
        return -1;
    }

    usage->ru_majflt += n - n / 4;

    return 0;
}


int
mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn)
{
    static int  (*begin)(MDB_env *, MDB_txn *, unsigned, MDB_txn **);

    if (begin == NULL) {
        begin = (int (*)(MDB_env *, MDB_txn *, unsigned, MDB_txn **))
                dlsym(RTLD_NEXT, "mdb_txn_begin");
    }

    if ((flags & MDB_RDONLY) && gettid() != getpid() && pages_file != -1
        && write(pages_file, "x", 1) != 1)
    {
        abort();
    }

    return begin(env, parent, flags, txn);
}


int
mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data)
{
    struct timespec  delay;

    static int  (*get)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *);

    if (get == NULL) {
        get = (int (*)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *))
              dlsym(RTLD_NEXT, "mdb_get");
    }

    delay.tv_sec = 0;
    delay.tv_nsec = PAGES_DELAY;
    nanosleep(&delay, NULL);

    return get(txn, dbi, key, data);
}
