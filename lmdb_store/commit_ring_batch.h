
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The operations of one transaction.  All positions are the turn's
 * own copies: another turn may be under way.
 */


#ifndef _COMMIT_RING_BATCH_H_INCLUDED_
#define _COMMIT_RING_BATCH_H_INCLUDED_


#include "commit_ring_seat.h"


/* One transaction takes so many operations, of so many seats. */
#define COMMIT_RING_BATCH_OPS    1024
#define COMMIT_RING_BATCH_SEATS  256


/* The operations that a transaction takes from one seat. */

typedef struct {
    unsigned             seat;
    uint64_t             upto;
    uint64_t             end;        /* of what is queued */
} commit_ring_share_t;


typedef struct {
    commit_ring_t       *ring;
    lmdb_store_t        *store;
    void               (*wake)(unsigned seat, void *data);
    void                *data;
    commit_ring_turn_t  *turn;

    uint64_t             locked_at;  /* microseconds */
    uint64_t             mark;
    uint64_t             changed;    /* where the log will end */
    unsigned             limit;      /* operations for this transaction */
    unsigned             taken;
    unsigned             applied;    /* taken, without the refused ones */
    unsigned             next;       /* the seat to begin with after this */
    int                  all;        /* no seat was left out */

    unsigned             shares;
    commit_ring_share_t *last;       /* from which was taken last */
    commit_ring_share_t  share[COMMIT_RING_BATCH_SEATS];
    commit_ring_share_t *active[COMMIT_RING_BATCH_SEATS];
} commit_ring_batch_t;


/* The store has changed a record in the open transaction; data is the batch. */
void commit_ring_note_changed(void *data, uint64_t key);

/* Publishes what has changed, and wakes the owners that watch. */
void commit_ring_tell_changed(commit_ring_batch_t *b, uint64_t upto);

/* Counts transactions of others that came before the open one. */
void commit_ring_count_others(commit_ring_batch_t *b);

/* Lists the seats that have something, from the one whose turn it is on. */
void commit_ring_collect(commit_ring_batch_t *b);

/*
 * Applies what they have, up to the limit; -1 if the store has refused an
 * operation, which is the next one of b->last.
 */
int commit_ring_apply(commit_ring_batch_t *b);


#endif /* _COMMIT_RING_BATCH_H_INCLUDED_ */
