
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "commit_ring_batch.h"


static int commit_ring_batch_round(commit_ring_batch_t *b, unsigned *n);
static int commit_ring_batch_take(commit_ring_batch_t *b,
    commit_ring_share_t *share);


void
commit_ring_collect(commit_ring_batch_t *b)
{
    unsigned              i, n, seat, used;
    commit_ring_seat_t   *s;
    commit_ring_share_t  *share;

    b->taken = 0;
    b->applied = 0;
    b->changed = changed_log_head(&b->ring->changed);
    n = 0;

    used = atomic_load_explicit(&b->ring->used, memory_order_acquire);
    seat = atomic_load_explicit(&b->ring->first, memory_order_relaxed);

    for (i = 0; i < used && n < COMMIT_RING_BATCH_SEATS; i++) {
        s = &b->ring->seat[seat];
        share = &b->share[n];

        share->seat = seat;
        share->upto = atomic_load_explicit(&s->committed,
                                           memory_order_acquire);
        share->end = atomic_load_explicit(&s->tail, memory_order_acquire);

        if (share->upto != share->end) {
            b->active[n++] = share;
        }

        seat = seat + 1 < used ? seat + 1 : 0;
    }

    b->shares = n;
    b->all = (i == used);
}


/*
 * Takes one operation from each seat in turn, so that a seat with a long
 * queue cannot keep the others waiting.  next tells the seat that was to
 * follow, whatever ended the rounds.  Seats that found no place in the list
 * follow, so it gets a single round.
 */

int
commit_ring_apply(commit_ring_batch_t *b)
{
    unsigned  n;

    n = b->shares;

    while (n > 0) {

        if (commit_ring_batch_round(b, &n) == -1) {
            return -1;
        }

        if (!b->all && b->taken == b->shares) {
            return 0;
        }
    }

    return 0;
}


/* n: seats in b->active, before and after; 0 also when the limit is met. */

static int
commit_ring_batch_round(commit_ring_batch_t *b, unsigned *n)
{
    unsigned  i, left;

    left = 0;

    for (i = 0; i < *n; i++) {
        b->last = b->active[i];
        b->next = b->last->seat;

        if (b->taken == b->limit) {
            left = 0;
            break;
        }

        if (commit_ring_batch_take(b, b->last) == -1) {
            return -1;
        }

        if (b->last->upto != b->last->end) {
            b->active[left++] = b->last;
        }
    }

    *n = left;

    return 0;
}


static int
commit_ring_batch_take(commit_ring_batch_t *b, commit_ring_share_t *share)
{
    commit_ring_entry_t  *entry;

    entry = commit_ring_entry(b->ring, share->seat, share->upto, share->end);

    if (entry == NULL) {
        /* Where the next entry starts is lost, and all entries with it. */
        share->upto = share->end;
        b->taken++;
        return 0;
    }

    if (!commit_ring_sound(entry)) {
        entry->op.result = LEDGER_FAILED;

    } else if (lmdb_store_apply(b->store, &entry->op) == -1) {
        return -1;

    } else {
        b->applied++;
    }

    share->upto += entry->size;
    b->taken++;

    return 0;
}
