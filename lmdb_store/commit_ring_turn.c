
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * LMDB releases its lock inside commit, hence before the holder can announce
 * the results.  A live holder is then no different from one that died there:
 * the next one finds the note, announces for it, and goes on.  For that
 *
 *  - the late holder announces from its own copy of the positions, only ever
 *    forward, and clears the note only if it is still its own;
 *  - entries are read and written only under the lock and from `committed`
 *    on, after the note has been dealt with.
 */


#include <string.h>

#include "commit_ring_batch.h"


/* Transactions of one turn. */
#define COMMIT_RING_TURN_BATCHES  64


static void commit_ring_turn_transaction(commit_ring_batch_t *b);
static void commit_ring_turn_recover(commit_ring_batch_t *b);
static void commit_ring_turn_recover_changed(commit_ring_batch_t *b, int known);
static void commit_ring_turn_recover_seat(commit_ring_batch_t *b, unsigned seat,
    int failed);
static void commit_ring_turn_refused(commit_ring_batch_t *b);
static void commit_ring_turn_commit(commit_ring_batch_t *b);
static void commit_ring_turn_failed(commit_ring_batch_t *b);
static void commit_ring_turn_announce(commit_ring_batch_t *b);
static int commit_ring_turn_publish(commit_ring_seat_t *s, uint64_t upto);
static int commit_ring_turn_begin(commit_ring_batch_t *b);
static void commit_ring_turn_abort(commit_ring_batch_t *b);


void
commit_ring_turn(commit_ring_t *ring, lmdb_store_t *store,
    void (*wake)(unsigned seat, void *data), void *data,
    commit_ring_turn_t *turn)
{
    unsigned             n;
    uint64_t             since;
    commit_ring_batch_t  b;

    memset(turn, 0, sizeof(commit_ring_turn_t));
    turn->result = LEDGER_OK;

    b.ring = ring;
    b.store = store;
    b.wake = wake;
    b.data = data;
    b.turn = turn;
    b.limit = COMMIT_RING_BATCH_OPS;

    n = 0;

    while (n < COMMIT_RING_TURN_BATCHES && turn->result == LEDGER_OK
           && !commit_ring_idle(ring) && commit_ring_lead(ring, &since))
    {
        do {
            commit_ring_turn_transaction(&b);
            n++;

        } while (n < COMMIT_RING_TURN_BATCHES
                 && turn->result == LEDGER_OK
                 && commit_ring_lead_on(ring, &since)
                 && !commit_ring_idle(ring));

        commit_ring_resign(ring, since);
    }
}


static void
commit_ring_turn_transaction(commit_ring_batch_t *b)
{
    if (commit_ring_turn_begin(b) == -1) {
        return;
    }

    commit_ring_turn_recover(b);
    commit_ring_count_others(b);
    commit_ring_collect(b);

    if (b->shares == 0) {
        commit_ring_turn_abort(b);
        return;
    }

    lmdb_store_on_changed(b->store, commit_ring_note_changed, b);

    b->mark = atomic_fetch_add(&b->ring->marks, 1) + 1;

    if (lmdb_store_set_mark(b->store, b->ring->name, b->mark) == -1) {
        b->turn->result = LEDGER_FAILED;
        commit_ring_turn_abort(b);

    } else if (commit_ring_apply(b) == -1) {
        commit_ring_turn_refused(b);

    } else if (b->applied == 0) {
        commit_ring_turn_announce(b);
        commit_ring_turn_abort(b);

    } else {
        commit_ring_turn_commit(b);
    }

    lmdb_store_on_changed(b->store, NULL, NULL);
}


/*
 * Settles an attempt whose holder has not announced it.  If its commit
 * failed, the transaction may still lie on the disk or come back with it:
 * then nobody may take its operations for done, nor apply them again.
 *
 * A mark that can be read is durable: LMDB writes the page that makes a
 * transaction visible synchronously, and a process that is killed leaves the
 * kernel, and thereby the lock, only after that write.
 */

static void
commit_ring_turn_recover(commit_ring_batch_t *b)
{
    int                  failed, happened;
    uint64_t             note;
    unsigned             seat, used;
    commit_ring_t       *ring;
    commit_ring_seat_t  *s;

    ring = b->ring;
    note = atomic_load(&ring->note);

    if (note == 0) {
        return;
    }

    failed = atomic_load(&ring->failed) == note;
    happened = failed
               || lmdb_store_get_mark(b->store, ring->name) == note;

    used = atomic_load(&ring->used);

    for (seat = 0; seat < used; seat++) {

        if (happened) {
            commit_ring_turn_recover_seat(b, seat, failed);
            continue;
        }

        /* A note that comes later must not find what this one promised. */

        s = &ring->seat[seat];
        atomic_store(&s->noted, atomic_load(&s->committed));
    }

    commit_ring_turn_recover_changed(b, happened && !failed);

    atomic_compare_exchange_strong(&ring->note, &note, 0);
}


/*
 * A transaction that did not happen leaves its id, which the ring has taken for
 * its own, to one of another nginx.  So owners that watch are told that they
 * have lost something, as after a commit that failed.
 */

static void
commit_ring_turn_recover_changed(commit_ring_batch_t *b, int known)
{
    uint64_t        upto;
    changed_log_t  *log;

    log = &b->ring->changed;

    upto = known ? atomic_load(&b->ring->changed_noted)
                 : changed_log_write_lost(log, changed_log_head(log));

    commit_ring_tell_changed(b, upto);
}


static void
commit_ring_turn_recover_seat(commit_ring_batch_t *b, unsigned seat, int failed)
{
    uint64_t              noted, pos;
    commit_ring_seat_t   *s;
    commit_ring_entry_t  *entry;

    s = &b->ring->seat[seat];
    pos = atomic_load(&s->committed);
    noted = atomic_load(&s->noted);

    while (failed) {
        entry = commit_ring_entry(b->ring, seat, pos, noted);

        if (entry == NULL) {
            break;
        }

        entry->op.result = LEDGER_FAILED;
        pos += entry->size;
    }

    commit_ring_turn_publish(s, noted);

    /* The holder may have died after it moved `committed`, before wake(). */

    if (atomic_load(&s->retired) < noted) {
        b->wake(seat, b->data);
    }
}


/*
 * LMDB refused an operation and with it the transaction.  Those before it go
 * into a transaction of their own, and the next one starts with it; if it
 * has none before it, it alone is at fault.
 */

static void
commit_ring_turn_refused(commit_ring_batch_t *b)
{
    commit_ring_entry_t  *entry;
    commit_ring_share_t  *share;

    if (b->applied != 0) {
        b->limit = b->taken;
        commit_ring_turn_abort(b);
        return;
    }

    share = b->last;
    entry = commit_ring_entry(b->ring, share->seat, share->upto, share->end);

    entry->op.result = LEDGER_FAILED;

    share->upto += entry->size;
    b->taken++;
    b->limit = COMMIT_RING_BATCH_OPS;

    commit_ring_turn_announce(b);
    commit_ring_turn_abort(b);
}


static void
commit_ring_turn_commit(commit_ring_batch_t *b)
{
    uint64_t             mark;
    unsigned             i;
    commit_ring_t       *ring;
    ledger_result_t       result;

    ring = b->ring;
    mark = b->mark;

    for (i = 0; i < b->shares; i++) {
        atomic_store(&ring->seat[b->share[i].seat].noted, b->share[i].upto);
    }

    atomic_store(&ring->changed_noted, b->changed);
    atomic_store(&ring->txn, lmdb_store_txn(b->store));
    atomic_store_explicit(&ring->first, b->next, memory_order_relaxed);
    atomic_store(&ring->note, mark);

    result = lmdb_store_commit(b->store);

    b->turn->lock_hold += commit_ring_now() - b->locked_at;

    if (result != LEDGER_OK) {
        commit_ring_turn_failed(b);
        return;
    }

    commit_ring_turn_announce(b);
    atomic_compare_exchange_strong(&ring->note, &mark, 0);

    b->limit = COMMIT_RING_BATCH_OPS;
}


/*
 * With the commit the lock is gone, too, and another holder may be applying
 * the operations again: only under the lock can they be announced as failed.
 * If it cannot be had now, the next holder does it.
 */

static void
commit_ring_turn_failed(commit_ring_batch_t *b)
{
    atomic_store(&b->ring->failed, b->mark);

    if (commit_ring_turn_begin(b) == 0) {
        commit_ring_turn_recover(b);
        commit_ring_turn_abort(b);
    }

    b->turn->result = LEDGER_FAILED;
}


static void
commit_ring_turn_announce(commit_ring_batch_t *b)
{
    unsigned              i;
    commit_ring_share_t  *share;

    for (i = 0; i < b->shares; i++) {
        share = &b->share[i];

        if (commit_ring_turn_publish(&b->ring->seat[share->seat],
                                     share->upto))
        {
            b->wake(share->seat, b->data);
        }
    }

    commit_ring_tell_changed(b, b->changed);

    b->turn->applied += b->taken;
    b->turn->refused += b->taken - b->applied;
}


/* Returns 1 if there are new results. */

static int
commit_ring_turn_publish(commit_ring_seat_t *s, uint64_t upto)
{
    uint64_t  committed;

    committed = atomic_load(&s->committed);

    while (committed < upto) {
        if (atomic_compare_exchange_weak(&s->committed, &committed, upto)) {
            return 1;
        }
    }

    return 0;
}


static int
commit_ring_turn_begin(commit_ring_batch_t *b)
{
    uint64_t  before;

    before = commit_ring_now();

    if (lmdb_store_begin(b->store) != LEDGER_OK) {
        b->turn->result = LEDGER_FAILED;
        return -1;
    }

    b->locked_at = commit_ring_now();
    b->turn->lock_wait += b->locked_at - before;

    return 0;
}


static void
commit_ring_turn_abort(commit_ring_batch_t *b)
{
    lmdb_store_abort(b->store);

    b->turn->lock_hold += commit_ring_now() - b->locked_at;
}
