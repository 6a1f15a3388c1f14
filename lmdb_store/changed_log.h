
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * changed_log - the keys of what has changed, for all workers to see.
 *
 * A log of keys in shared memory.  The holder of the store's writer lock
 * writes a key for each record that its transaction changes and each session
 * that it ends, and publishes them all at once after the commit; each worker
 * that watches reads from a position of its own, and looks the records up.
 *
 *          pos of a reader           head          written
 *               | published            | of an open    |
 *               |                      | transaction   | free or old ...
 *
 * Invariants:
 *
 *  - Only the holder of the lock writes, from head on, and publishes only what
 *    is committed: so a reader that sees a key sees the record as it is then.
 *  - The key is written first and head moves after it.  A log that moved its
 *    head first would show a reader what the slot held before, and a watch
 *    would be lost.
 *  - If a holder died or gave up before it published, the next one writes over
 *    its keys, at the same positions.
 *
 * The slots are fewer than the positions: a reader that is further behind
 * head than there are slots, or whose slots were written over while it read,
 * has lost keys.  It gets LOST and looks all its records up instead.  A holder
 * that does not know the changed keys writes LOST too.
 *
 * A key is a hint: it may come twice, or for a record that looks unchanged.
 */


#ifndef _CHANGED_LOG_H_INCLUDED_
#define _CHANGED_LOG_H_INCLUDED_


#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>


/* Slots: a power of two, more than most transactions change. */
#define CHANGED_LOG_SLOTS  ((uint64_t) 16384)

/* A reader gets this for keys that it has lost. */
#define CHANGED_LOG_LOST   ((unsigned) -1)


/* In zeroed memory that all processes share. */

typedef struct {
    _Alignas(64)
    _Atomic uint64_t  head;        /* what lies before is published */
    _Atomic uint64_t  written;     /* the furthest that was ever written */

    _Alignas(64)
    _Atomic uint64_t  slot[CHANGED_LOG_SLOTS];
} changed_log_t;


/* Where a reader begins that wants the keys to come. */
uint64_t changed_log_head(const changed_log_t *log);

/*
 * Reader: copies up to max keys from *pos on and moves *pos behind them.
 * Returns their number, 0 if there is nothing new, or LOST: then *pos is at
 * the head, and all that the reader watches must be looked up.
 */
unsigned changed_log_read(const changed_log_t *log, uint64_t *pos,
    uint64_t *keys, unsigned max);


/* Holder of the lock: writes a key at pos and returns the next position. */
uint64_t changed_log_write(changed_log_t *log, uint64_t pos, uint64_t key);

/* Holder of the lock: writes that every reader has lost keys. */
uint64_t changed_log_write_lost(changed_log_t *log, uint64_t pos);

/*
 * Publishes the keys before upto, which the caller knows to be committed; it
 * needs no lock.  Returns 1 if there is something new to be seen.
 */
int changed_log_publish(changed_log_t *log, uint64_t upto);


#endif /* _CHANGED_LOG_H_INCLUDED_ */
