
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store for LD_PRELOAD whose pages are not in memory, as far as a thread can
 * see: what LMDB looks up takes longer, and each question how often the thread
 * has waited for a page makes it `step` quarters more.  `firsts` counts how
 * often a thread has begun to read for the event loop.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>


#define PAGES_DELAY  150000            /* nanoseconds */


typedef struct {
    long  firsts;
    long  step;
    long  quarters;
} pages_t;


static pages_t  *pages;


/* At once, because nginx forgets the environment, and its worker the rights. */

__attribute__((constructor)) static void
pages_init(void)
{
    int          fd;
    void        *shared;
    const char  *name;

    name = getenv("WHATSAUTH_PAGES");
    fd = name ? open(name, O_RDWR|O_CLOEXEC) : -1;

    if (fd == -1) {
        return;
    }

    shared = mmap(NULL, sizeof(pages_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd,
                  0);

    if (shared != MAP_FAILED) {
        pages = shared;
    }

    (void) close(fd);
}


int
getrusage(__rusage_who_t who, struct rusage *usage)
{
    if (syscall(SYS_getrusage, who, usage) != 0) {
        return -1;
    }

    if (pages != NULL) {
        usage->ru_majflt = __atomic_add_fetch(&pages->quarters, pages->step,
                                              __ATOMIC_SEQ_CST) / 4;
    }

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

    if ((flags & MDB_RDONLY) && gettid() != getpid() && pages != NULL) {
        __atomic_add_fetch(&pages->firsts, 1, __ATOMIC_SEQ_CST);
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
