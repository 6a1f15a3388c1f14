
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Changed keys: the holder of the lock writes them into the log, and the owners
 * that watch read them.
 */


#include "commit_ring_batch.h"


/*
 * The holder publishes and then looks who watches; an owner says that it
 * watches and then looks where the log ends.  All of these are in one order,
 * so either the holder sees the owner, or the owner begins behind it.
 */

uint64_t
commit_ring_watch(commit_ring_t *ring, unsigned seat)
{
    atomic_store(&ring->seat[seat].watching, 1);

    return changed_log_head(&ring->changed);
}


void
commit_ring_unwatch(commit_ring_t *ring, unsigned seat)
{
    atomic_store(&ring->seat[seat].watching, 0);
}


unsigned
commit_ring_changed(const commit_ring_t *ring, uint64_t *pos, uint64_t *keys,
    unsigned max)
{
    return changed_log_read(&ring->changed, pos, keys, max);
}


/* The ring notes its own transaction before it can be in the store. */

uint64_t
commit_ring_others(const commit_ring_t *ring, uint64_t last_txn)
{
    uint64_t  txn;

    txn = atomic_load(&ring->txn);

    return atomic_load(&ring->others) + (last_txn > txn ? last_txn - txn : 0);
}


void
commit_ring_count_others(commit_ring_batch_t *b)
{
    uint64_t        txn, last;
    commit_ring_t  *ring;

    ring = b->ring;
    last = lmdb_store_txn(b->store) - 1;
    txn = atomic_load(&ring->txn);

    if (last > txn) {
        atomic_fetch_add(&ring->others, last - txn);
    }

    if (last != txn) {
        atomic_store(&ring->txn, last);
    }
}


void
commit_ring_note_changed(void *data, uint64_t key)
{
    commit_ring_batch_t *b = data;

    b->changed = changed_log_write(&b->ring->changed, b->changed, key);
}


void
commit_ring_tell_changed(commit_ring_batch_t *b, uint64_t upto)
{
    unsigned        seat, used;
    commit_ring_t  *ring;

    ring = b->ring;

    if (!changed_log_publish(&ring->changed, upto)) {
        return;
    }

    used = atomic_load(&ring->used);

    for (seat = 0; seat < used; seat++) {

        if (atomic_load(&ring->seat[seat].watching)) {
            b->wake(seat, b->data);
        }
    }
}
