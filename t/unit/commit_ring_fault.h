
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The moments in which a holder of the writer lock may die, fail or be
 * overtaken lie around LMDB's commit.  So a program that includes this puts
 * itself before some functions of liblmdb: the linker prefers its
 * definitions.
 */


#ifndef _COMMIT_RING_FAULT_H_INCLUDED_
#define _COMMIT_RING_FAULT_H_INCLUDED_


#include <dlfcn.h>
#include <errno.h>

#include <lmdb.h>

#include "commit_ring_help.h"


typedef enum {
    FAULT_NONE = 0,
    FAULT_BEGIN_FAILS,
    FAULT_DIE_BEFORE_COMMIT,
    FAULT_DIE_AFTER_COMMIT,
    FAULT_COMMIT_FAILS,
    FAULT_COMMIT_FAILS_BUT_REACHES_THE_DISK,
    FAULT_OVERTAKEN,
    FAULT_OVERTAKEN_AFTER_FAILURE
} fault_t;

static fault_t      fault;
static const char  *fault_poison;   /* a value with it is refused */

static void  (*fault_overtake)(void);


static inline void *
fault_real(const char *name)
{
    void  *p;

    p = dlsym(RTLD_NEXT, name);

    if (p == NULL) {
        abort();
    }

    return p;
}


int
mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned int flags,
    MDB_txn **txn)
{
    int  (*real)(MDB_env *, MDB_txn *, unsigned int, MDB_txn **);

    if (fault == FAULT_BEGIN_FAILS && !(flags & MDB_RDONLY)) {
        return EIO;
    }

    real = (__typeof__(real)) fault_real("mdb_txn_begin");

    return real(env, parent, flags, txn);
}


static inline int
fault_refuses(const MDB_val *data)
{
    return fault_poison != NULL && data->mv_size != 0
           && memmem(data->mv_data, data->mv_size, fault_poison,
                     strlen(fault_poison)) != NULL;
}


int
mdb_put(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data,
    unsigned int flags)
{
    int  (*real)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *, unsigned int);

    if (!(flags & MDB_RESERVE) && fault_refuses(data)) {
        return MDB_MAP_FULL;
    }

    real = (__typeof__(real)) fault_real("mdb_put");

    return real(txn, dbi, key, data, flags);
}


int
mdb_cursor_put(MDB_cursor *cursor, MDB_val *key, MDB_val *data,
    unsigned int flags)
{
    int  (*real)(MDB_cursor *, MDB_val *, MDB_val *, unsigned int);

    if (!(flags & MDB_RESERVE) && fault_refuses(data)) {
        return MDB_MAP_FULL;
    }

    real = (__typeof__(real)) fault_real("mdb_cursor_put");

    return real(cursor, key, data, flags);
}


int
mdb_txn_commit(MDB_txn *txn)
{
    int       rc;
    int     (*real)(MDB_txn *);
    fault_t   now;

    real = (__typeof__(real)) fault_real("mdb_txn_commit");
    now = fault;
    fault = FAULT_NONE;

    if (now == FAULT_DIE_BEFORE_COMMIT) {
        _exit(0);
    }

    if (now == FAULT_COMMIT_FAILS || now == FAULT_OVERTAKEN_AFTER_FAILURE) {
        mdb_txn_abort(txn);
        rc = EIO;

    } else {
        rc = real(txn);
    }

    if (now == FAULT_DIE_AFTER_COMMIT) {
        _exit(0);
    }

    if (now == FAULT_OVERTAKEN || now == FAULT_OVERTAKEN_AFTER_FAILURE) {
        fault_overtake();
    }

    return now == FAULT_COMMIT_FAILS_BUT_REACHES_THE_DISK ? EIO : rc;
}


/* A process that waits to be told, takes one turn, and is gone. */

typedef struct {
    pid_t  pid;
    int    start;
} other_t;

static other_t  other;


static inline void
other_start(help_t *h, fault_t f, void (*wake)(unsigned seat, void *data))
{
    int                  fds[2];
    char                 c;
    commit_ring_turn_t   turn;

    assert_int_equal(pipe(fds), 0);
    other.pid = fork();
    assert_int_not_equal(other.pid, -1);

    if (other.pid == 0) {
        close(fds[1]);
        alarm(20);

        if (read(fds[0], &c, 1) != 1) {
            _exit(1);
        }

        help_open(h);
        fault = f;
        commit_ring_turn(h->ring, h->store, wake, h, &turn);
        _exit(0);
    }

    close(fds[0]);
    other.start = fds[1];
}


static inline void
other_turn(void)
{
    int  status;

    assert_int_equal(write(other.start, "", 1), 1);
    close(other.start);
    assert_int_equal(waitpid(other.pid, &status, 0), other.pid);
    assert_int_equal(status, 0);
}


static inline void
help_each_once(help_t *h, unsigned last)
{
    for ( /* void */ ; last > 0; last--) {
        assert_int_equal(help_count(h, last), 1);
    }
}


#endif /* _COMMIT_RING_FAULT_H_INCLUDED_ */
