
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The choice of the leader.  Any worker may commit, and LMDB's lock alone keeps
 * that right; but a second thread waiting for that lock would only wake up to
 * find its work done.  So one turn leads, and the others leave their operations
 * to it.
 *
 * There is no lock here: if a leader dies, or hangs in a slow disk, another one
 * takes over after a while.  Two leaders at a time do no harm.
 */


#include <time.h>

#include "commit_ring_seat.h"


#define COMMIT_RING_LEAD_MAX  50000     /* microseconds for one transaction */


/*
 * The leader says it leads no more and then looks for operations; an owner
 * queues an operation and then looks for a leader.  With the fence between
 * the two steps of each, at least one of them sees the other.
 */

int
commit_ring_wanted(const commit_ring_t *ring)
{
    uint64_t  since;

    atomic_thread_fence(memory_order_seq_cst);

    since = atomic_load(&ring->led_since);

    if (since != 0 && commit_ring_now() - since < COMMIT_RING_LEAD_MAX) {
        return 0;
    }

    return !commit_ring_idle(ring);
}


int
commit_ring_lead(commit_ring_t *ring, uint64_t *since)
{
    uint64_t  now, other;

    now = commit_ring_now();
    other = atomic_load(&ring->led_since);

    if (other != 0 && now - other < COMMIT_RING_LEAD_MAX) {
        return 0;
    }

    *since = now;

    return atomic_compare_exchange_strong(&ring->led_since, &other, now);
}


/* Returns 0 if another has taken the lead meanwhile. */

int
commit_ring_lead_on(commit_ring_t *ring, uint64_t *since)
{
    uint64_t  now, mine;

    now = commit_ring_now();
    mine = *since;
    *since = now;

    return atomic_compare_exchange_strong(&ring->led_since, &mine, now);
}


void
commit_ring_resign(commit_ring_t *ring, uint64_t since)
{
    atomic_compare_exchange_strong(&ring->led_since, &since, 0);
    atomic_thread_fence(memory_order_seq_cst);
}


int
commit_ring_idle(const commit_ring_t *ring)
{
    unsigned                   seat, used;
    const commit_ring_seat_t  *s;

    if (atomic_load_explicit(&ring->note, memory_order_acquire) != 0) {
        return 0;
    }

    used = atomic_load_explicit(&ring->used, memory_order_acquire);

    for (seat = 0; seat < used; seat++) {
        s = &ring->seat[seat];

        if (atomic_load_explicit(&s->tail, memory_order_acquire)
            != atomic_load_explicit(&s->committed, memory_order_acquire))
        {
            return 0;
        }
    }

    return 1;
}


uint64_t
commit_ring_now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + (uint64_t) ts.tv_nsec / 1000;
}
