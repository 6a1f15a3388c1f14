
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * commit_ring - one commit for the operations of all workers.
 *
 * One fsync costs the same whether it makes one operation durable or two
 * hundred, and only one process can hold LMDB's writer lock.  So the workers
 * put their operations into shared memory, and whoever gets the lock applies
 * everything that lies there, commits once, and wakes the owners.
 *
 * Each worker has a seat: a ring of bytes that only its owner fills and only
 * the holder of LMDB's writer lock empties.  No other lock exists, hence
 * none can be left locked by a worker that dies:
 *
 *      retired        committed            tail
 *         | results to   | operations not   |
 *         | be read      | yet applied      | free ...
 *
 * The holder notes, before it commits, up to where each seat is in this
 * transaction, and leaves a mark in it.  If it dies after the commit but
 * before it could move `committed`, the next holder finds the mark in the
 * store and moves it; if it dies before the commit, the operations are
 * applied again.  So every operation is applied exactly once.
 *
 * The memory must be mapped at the same address in all processes, as a
 * mapping made before fork() is: operations hold pointers into it.
 *
 * Each owner runs turns until nothing of its own is pending: it must not
 * rely on others, which may be gone.
 *
 * A seat costs memory only once it is used, and then up to its size, for
 * good.  So there may be many more seats than owners: join takes the first
 * that is free, and an owner with nothing under way may leave and join again.
 * A turn looks at the seats up to the last one that was ever taken, which is
 * as many as were needed at one time.
 */


#ifndef _COMMIT_RING_H_INCLUDED_
#define _COMMIT_RING_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "changed_log.h"
#include "lmdb_store.h"


typedef struct commit_ring_s  commit_ring_t;

#define COMMIT_RING_NO_SEAT  ((unsigned) -1)


/*
 * Bytes needed for so many seats of so many bytes each.  seat_size is a
 * power of two, at least 64 KiB; it bounds what one worker may have under
 * way.
 */
size_t commit_ring_size(unsigned seats, size_t seat_size);

/*
 * Makes a ring in zeroed memory of commit_ring_size() bytes that starts on a
 * page, before the first worker is forked.  name is random: it tells this
 * ring from those of other nginx instances at the same store.  Returns NULL
 * if seats is 0 or seat_size is out of bounds.
 */
commit_ring_t *commit_ring_init(void *memory, unsigned seats,
    size_t seat_size, uint64_t name);

/*
 * Takes a free seat, or that of a process that is gone, for this process.
 * The operations of a dead owner are still applied; the new owner never sees
 * their results.  Returns NO_SEAT when all are taken.
 */
unsigned commit_ring_join(commit_ring_t *ring, pid_t pid);

/*
 * The same without a system call for each seat, for owners that ask often
 * while none is free: it does not find the seat of a process that is gone.
 */
unsigned commit_ring_join_free(commit_ring_t *ring, pid_t pid);

/*
 * Gives the seat back.  Operations still queued are applied all the same, but
 * nobody sees results that have not been read: an owner that wants them stays
 * until nothing is pending and commit_ring_next returns NULL.
 */
void commit_ring_leave(commit_ring_t *ring, unsigned seat);


/*
 * Owner: copies an operation with its texts into the seat, and leaves room
 * for the record that it wants.
 * Returns OK, BUSY (no room) or TOO_LARGE (16 KiB with its texts is the most
 * that ever fits); nothing was queued then.
 */
ledger_result_t commit_ring_push(commit_ring_t *ring, unsigned seat,
    const ledger_op_t *op);

/* Owner: bytes that the next pushes may take, whatever their sizes. */
size_t commit_ring_room(const commit_ring_t *ring, unsigned seat);

/* Bytes that an operation takes in a seat. */
size_t commit_ring_op_size(const ledger_op_t *op);

/* Owner: 1 if something pushed has not been committed yet. */
int commit_ring_pending(const commit_ring_t *ring, unsigned seat);

/*
 * 1 if operations of any seat wait and no turn is under way that will take
 * them.  An owner that has pushed asks this, and makes a turn if it is 1; if
 * it is 0 while its own are pending, it asks again after
 * COMMIT_RING_PATIENCE, because the one who makes the turn may have died.
 */
int commit_ring_wanted(const commit_ring_t *ring);

#define COMMIT_RING_PATIENCE  50     /* milliseconds */

/*
 * Owner: the oldest finished operation, or NULL.  It stays valid, and its
 * room taken, until retire.  Results of the operation are in the op; when
 * the commit failed every op->result of it is FAILED.
 */
const ledger_op_t *commit_ring_next(commit_ring_t *ring, unsigned seat);
void commit_ring_retire(commit_ring_t *ring, unsigned seat);


/*
 * Watching: an owner learns which records have changed and which sessions have
 * ended, whoever did it.
 *
 * watch has the seat woken for it from now on, and returns the position from
 * which the owner reads; a record that is read after that is as it was then,
 * or its key is among those to come.  An owner that watches keeps its seat.
 */
uint64_t commit_ring_watch(commit_ring_t *ring, unsigned seat);
void commit_ring_unwatch(commit_ring_t *ring, unsigned seat);

/* Owner: see changed_log_read(). */
unsigned commit_ring_changed(const commit_ring_t *ring, uint64_t *pos,
    uint64_t *keys, unsigned max);

/*
 * The number of transactions of others in the store, given the id of its last
 * one.  The log has none of these: while one nginx takes over from another,
 * each has a ring of its own.  So an owner that watches asks now and then, and
 * looks all its records up when the number has changed.
 *
 * It also asks commit_ring_wanted() and makes a turn if it is 1: a leader may
 * have died after its commit and before it published anything.
 */
uint64_t commit_ring_others(const commit_ring_t *ring, uint64_t last_txn);


typedef struct {
    unsigned             applied;       /* operations of all seats */
    unsigned             refused;       /* those among them that the store or
                                           a broken entry made FAILED */
    uint64_t             lock_wait;     /* microseconds for the writer lock */
    uint64_t             lock_hold;     /* microseconds */
    ledger_result_t      result;        /* OK, or FAILED with last_error */
} commit_ring_turn_t;

/*
 * One turn, in a thread that may block: waits for the writer lock, applies
 * what all seats have queued by then, commits, calls wake() for each seat
 * that has new results or watches while something changed, and goes on as
 * long as there is more, up to a bound.
 * It returns at once while another turn leads.
 *
 * wake() runs in this thread and may be called for any process's seat, also
 * needlessly and with the writer lock held, so it must not block; typically
 * it writes to the seat's eventfd.
 */
void commit_ring_turn(commit_ring_t *ring, lmdb_store_t *store,
    void (*wake)(unsigned seat, void *data), void *data,
    commit_ring_turn_t *turn);


#endif /* _COMMIT_RING_H_INCLUDED_ */
