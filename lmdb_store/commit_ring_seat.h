
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Positions are bytes counted since the ring was made, never reset.
 *
 * An entry lies in one piece: one that starts near the end of a seat runs on
 * into a spill area behind it, whose positions it shares with the start of
 * the seat's next round.  So an entry takes exactly its size, wherever it
 * falls, and no padding is needed.
 */


#ifndef _COMMIT_RING_SEAT_H_INCLUDED_
#define _COMMIT_RING_SEAT_H_INCLUDED_


#include <stdatomic.h>

#include "commit_ring.h"


#define COMMIT_RING_ENTRY_MAX   ((size_t) 16 * 1024)
#define COMMIT_RING_ALIGN       16
#define COMMIT_RING_CACHE_LINE  64


typedef struct {
    uint64_t     size;      /* of all, with what op points to behind it */
    ledger_op_t  op;
} commit_ring_entry_t;


/* Owner and holder write to different cache lines. */

typedef struct {
    _Alignas(COMMIT_RING_CACHE_LINE)
    _Atomic uint64_t  tail;          /* owner */
    _Atomic uint64_t  retired;       /* owner */
    uint64_t          joined;        /* owner: what lies before is not its */

    _Alignas(COMMIT_RING_CACHE_LINE)
    _Atomic uint64_t  committed;     /* holder, or one that was it before */
    _Atomic uint64_t  noted;         /* holder: committed, if note comes true */

    _Alignas(COMMIT_RING_CACHE_LINE)
    _Atomic pid_t     pid;           /* 0: the seat is free */
    _Atomic unsigned  watching;      /* owner: 1: wake it for what changes */
} commit_ring_seat_t;


struct commit_ring_s {
    unsigned            seats;
    _Atomic unsigned    used;        /* seats from here on were never taken */
    size_t              seat_size;
    uint64_t            name;

    /*
     * marks is the last mark given out; each attempt to commit gets its own.
     * note is the mark of an attempt that has not been announced, or 0: then
     * no seat has noted more than it has committed.
     * failed is the mark of the last attempt whose commit failed.
     */
    _Alignas(COMMIT_RING_CACHE_LINE)
    _Atomic uint64_t    marks;
    _Atomic uint64_t    note;
    _Atomic uint64_t    failed;
    _Atomic unsigned    first;       /* the seat whose turn it is */

    /*
     * Up to where the log of what has changed is published if note comes true;
     * the last transaction of the store that is one of this ring's or has been
     * counted; and how many were not this ring's.
     */
    _Atomic uint64_t    changed_noted;
    _Atomic uint64_t    txn;
    _Atomic uint64_t    others;

    /* When the leader began its transaction, monotonic; 0: nobody leads. */
    _Atomic uint64_t    led_since;

    changed_log_t       changed;

    commit_ring_seat_t  seat[];
};


/* The first byte of a seat. */
unsigned char *commit_ring_bytes(const commit_ring_t *ring, unsigned seat);

/* The entry at pos, or NULL if there is none or its size cannot be true. */
commit_ring_entry_t *commit_ring_entry(const commit_ring_t *ring,
    unsigned seat, uint64_t pos, uint64_t end);

/* 1 if no seat has operations that are neither committed nor failed. */
int commit_ring_idle(const commit_ring_t *ring);

/* Become the leader, stay it for another transaction, be it no more. */
int commit_ring_lead(commit_ring_t *ring, uint64_t *since);
int commit_ring_lead_on(commit_ring_t *ring, uint64_t *since);
void commit_ring_resign(commit_ring_t *ring, uint64_t since);

/* Microseconds that only ever grow. */
uint64_t commit_ring_now(void);

/*
 * 1 if the kind of operation is known and its texts lie in the entry: a
 * worker that went wild must not take the holder of the lock with it.
 */
int commit_ring_sound(const commit_ring_entry_t *entry);


#endif /* _COMMIT_RING_SEAT_H_INCLUDED_ */
