
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <errno.h>
#include <signal.h>
#include <string.h>

#include "commit_ring_seat.h"


#define COMMIT_RING_SEAT_MIN  ((size_t) 64 * 1024)


static size_t commit_ring_copy_size(const ledger_op_t *op);
static int commit_ring_copy_is_sound(const commit_ring_entry_t *entry);
static unsigned commit_ring_take_seat(commit_ring_t *ring, pid_t pid,
    int dead);
static void commit_ring_use(commit_ring_t *ring, unsigned seat);
static uint64_t commit_ring_retired(const commit_ring_seat_t *s);


size_t
commit_ring_size(unsigned seats, size_t seat_size)
{
    return sizeof(commit_ring_t)
           + seats * (sizeof(commit_ring_seat_t) + seat_size
                      + COMMIT_RING_ENTRY_MAX);
}


commit_ring_t *
commit_ring_init(void *memory, unsigned seats, size_t seat_size, uint64_t name)
{
    commit_ring_t  *ring;

    if (seats == 0 || seat_size < COMMIT_RING_SEAT_MIN
        || (seat_size & (seat_size - 1)) != 0)
    {
        return NULL;
    }

    ring = memory;

    ring->seats = seats;
    ring->seat_size = seat_size;
    ring->name = name;

    return ring;
}


unsigned
commit_ring_join(commit_ring_t *ring, pid_t pid)
{
    return commit_ring_take_seat(ring, pid, 1);
}


unsigned
commit_ring_join_free(commit_ring_t *ring, pid_t pid)
{
    return commit_ring_take_seat(ring, pid, 0);
}


static unsigned
commit_ring_take_seat(commit_ring_t *ring, pid_t pid, int dead)
{
    pid_t                owner;
    unsigned             seat;
    commit_ring_seat_t  *s;

    for (seat = 0; seat < ring->seats; seat++) {
        s = &ring->seat[seat];
        owner = atomic_load(&s->pid);

        if (owner != 0
            && (!dead || kill(owner, 0) == 0 || errno != ESRCH))
        {
            continue;
        }

        if (atomic_compare_exchange_strong(&s->pid, &owner, pid)) {
            s->joined = atomic_load(&s->tail);
            atomic_store(&s->watching, 0);
            commit_ring_use(ring, seat);
            return seat;
        }
    }

    return COMMIT_RING_NO_SEAT;
}


/* From now on turns look at the seat, too. */

static void
commit_ring_use(commit_ring_t *ring, unsigned seat)
{
    unsigned  used;

    used = atomic_load(&ring->used);

    while (used <= seat
           && !atomic_compare_exchange_weak(&ring->used, &used, seat + 1))
    {
        /* void */
    }
}


void
commit_ring_leave(commit_ring_t *ring, unsigned seat)
{
    atomic_store(&ring->seat[seat].watching, 0);
    atomic_store(&ring->seat[seat].pid, 0);
}


/* Of the place for the record that the store is to hand over. */

static size_t
commit_ring_copy_size(const ledger_op_t *op)
{
    size_t  size;

    if (op->record_room == 0) {
        return 0;
    }

    size = offsetof(ledger_copy_t, texts) + op->record_room;

    return (size + COMMIT_RING_ALIGN - 1) & ~(size_t) (COMMIT_RING_ALIGN - 1);
}


size_t
commit_ring_op_size(const ledger_op_t *op)
{
    size_t    size;
    unsigned  i;

    size = sizeof(commit_ring_entry_t) + commit_ring_copy_size(op);

    for (i = 0; i < LEDGER_TEXTS; i++) {
        if (op->text[i].len > COMMIT_RING_ENTRY_MAX) {
            return SIZE_MAX;
        }

        size += op->text[i].len;
    }

    return (size + COMMIT_RING_ALIGN - 1) & ~(size_t) (COMMIT_RING_ALIGN - 1);
}


size_t
commit_ring_room(const commit_ring_t *ring, unsigned seat)
{
    uint64_t                   tail;
    const commit_ring_seat_t  *s;

    s = &ring->seat[seat];
    tail = atomic_load_explicit(&s->tail, memory_order_relaxed);

    return ring->seat_size - (size_t) (tail - commit_ring_retired(s));
}


ledger_result_t
commit_ring_push(commit_ring_t *ring, unsigned seat, const ledger_op_t *op)
{
    size_t                size;
    uint64_t              tail;
    unsigned              i;
    unsigned char        *p;
    commit_ring_seat_t   *s;
    commit_ring_entry_t  *entry;

    size = commit_ring_op_size(op);

    if (size > COMMIT_RING_ENTRY_MAX) {
        return LEDGER_TOO_LARGE;
    }

    if (size > commit_ring_room(ring, seat)) {
        return LEDGER_BUSY;
    }

    s = &ring->seat[seat];
    tail = atomic_load_explicit(&s->tail, memory_order_relaxed);

    p = commit_ring_bytes(ring, seat) + (tail & (ring->seat_size - 1));
    entry = (commit_ring_entry_t *) p;

    entry->size = size;
    entry->op = *op;
    entry->op.result = LEDGER_FAILED;

    p += sizeof(commit_ring_entry_t);

    entry->op.copy = op->record_room == 0 ? NULL : (ledger_copy_t *) p;
    p += commit_ring_copy_size(op);

    for (i = 0; i < LEDGER_TEXTS; i++) {
        if (op->text[i].len != 0) {
            memcpy(p, op->text[i].data, op->text[i].len);
        }

        entry->op.text[i].data = p;
        p += op->text[i].len;
    }

    atomic_store_explicit(&s->tail, tail + size, memory_order_release);

    return LEDGER_OK;
}


int
commit_ring_pending(const commit_ring_t *ring, unsigned seat)
{
    const commit_ring_seat_t  *s;

    s = &ring->seat[seat];

    return atomic_load_explicit(&s->tail, memory_order_relaxed)
           != atomic_load_explicit(&s->committed, memory_order_acquire);
}


const ledger_op_t *
commit_ring_next(commit_ring_t *ring, unsigned seat)
{
    uint64_t              committed, retired;
    commit_ring_seat_t   *s;
    commit_ring_entry_t  *entry;

    s = &ring->seat[seat];
    retired = commit_ring_retired(s);
    committed = atomic_load_explicit(&s->committed, memory_order_acquire);

    entry = commit_ring_entry(ring, seat, retired, committed);

    if (entry == NULL) {
        /* All is read, or nothing behind a broken entry can be found. */
        retired = committed;
    }

    atomic_store_explicit(&s->retired, retired, memory_order_release);

    return entry == NULL ? NULL : &entry->op;
}


void
commit_ring_retire(commit_ring_t *ring, unsigned seat)
{
    uint64_t              committed, retired;
    commit_ring_seat_t   *s;
    commit_ring_entry_t  *entry;

    s = &ring->seat[seat];
    retired = commit_ring_retired(s);
    committed = atomic_load_explicit(&s->committed, memory_order_acquire);

    entry = commit_ring_entry(ring, seat, retired, committed);
    retired = entry == NULL ? committed : retired + entry->size;

    atomic_store_explicit(&s->retired, retired, memory_order_release);
}


unsigned char *
commit_ring_bytes(const commit_ring_t *ring, unsigned seat)
{
    return (unsigned char *) &ring->seat[ring->seats]
           + seat * (ring->seat_size + COMMIT_RING_ENTRY_MAX);
}


commit_ring_entry_t *
commit_ring_entry(const commit_ring_t *ring, unsigned seat, uint64_t pos,
    uint64_t end)
{
    commit_ring_entry_t  *entry;

    if (pos >= end) {
        return NULL;
    }

    entry = (commit_ring_entry_t *)
            (commit_ring_bytes(ring, seat) + (pos & (ring->seat_size - 1)));

    if (entry->size < sizeof(commit_ring_entry_t)
        || entry->size > COMMIT_RING_ENTRY_MAX
        || entry->size % COMMIT_RING_ALIGN != 0
        || entry->size > end - pos)
    {
        return NULL;
    }

    return entry;
}


static int
commit_ring_copy_is_sound(const commit_ring_entry_t *entry)
{
    const ledger_op_t  *op;

    op = &entry->op;

    if (op->copy == NULL) {
        return 1;
    }

    return op->copy == (const void *) (entry + 1)
           && commit_ring_copy_size(op)
              <= entry->size - sizeof(commit_ring_entry_t);
}


int
commit_ring_sound(const commit_ring_entry_t *entry)
{
    size_t                    len, offset;
    unsigned                  i;
    const ledger_text_t      *text;

    if (entry->op.kind < LEDGER_ISSUE || entry->op.kind > LEDGER_KIND_LAST) {
        return 0;
    }

    if (!commit_ring_copy_is_sound(entry)) {
        return 0;
    }

    for (i = 0; i < LEDGER_TEXTS; i++) {
        text = &entry->op.text[i];

        len = text->len;
        offset = (size_t) ((uintptr_t) text->data - (uintptr_t) entry);

        if (offset < sizeof(commit_ring_entry_t) || offset > entry->size
            || len > entry->size - offset)
        {
            return 0;
        }
    }

    return 1;
}


/* Operations of a former owner count as retired once they are committed. */

static uint64_t
commit_ring_retired(const commit_ring_seat_t *s)
{
    uint64_t  committed, retired;

    retired = atomic_load_explicit(&s->retired, memory_order_relaxed);

    if (retired >= s->joined) {
        return retired;
    }

    committed = atomic_load_explicit(&s->committed, memory_order_acquire);

    return committed < s->joined ? committed : s->joined;
}
