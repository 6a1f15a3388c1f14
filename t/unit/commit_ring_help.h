
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Tools of the tests of the ring: a ring in shared memory, a directory for
 * the store, and operations that can be told apart in it afterwards: each
 * issues a code whose link message is its number.
 */


#ifndef _COMMIT_RING_HELP_H_INCLUDED_
#define _COMMIT_RING_HELP_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lmdb_store/commit_ring.h"


#ifndef HELP_SEATS
#define HELP_SEATS      4
#define HELP_SEAT_SIZE  ((size_t) 1024 * 1024)
#endif

#define HELP_OPS_MAX    262144


typedef struct {
    char            dir[32];
    commit_ring_t  *ring;
    lmdb_store_t   *store;
    unsigned        woken[HELP_SEATS];
} help_t;


static inline int
help_setup(void **state)
{
    void    *memory;
    size_t   size;
    help_t  *h;

    h = calloc(1, sizeof(help_t));
    assert_non_null(h);

    strcpy(h->dir, "/tmp/commit_ring.XXXXXX");
    assert_non_null(mkdtemp(h->dir));

    size = commit_ring_size(HELP_SEATS, HELP_SEAT_SIZE);
    memory = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                  -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);

    h->ring = commit_ring_init(memory, HELP_SEATS, HELP_SEAT_SIZE, 4711);
    assert_non_null(h->ring);

    *state = h;

    return 0;
}


/* NULL as the clock is the machine's. */

static inline void
help_open_at(help_t *h, uint64_t (*now)(void))
{
    char                  detail[LMDB_STORE_DETAIL_MAX];
    lmdb_store_options_t  options;

    memset(&options, 0, sizeof(options));
    options.path = h->dir;
    options.map_size = (size_t) 256 * 1024 * 1024;
    options.max_readers = 64;
    options.now = now;

    if (lmdb_store_open(&options, &h->store, detail) != LEDGER_OK) {
        fail_msg("cannot open the store: %s", detail);
    }
}


static inline void
help_open(help_t *h)
{
    help_open_at(h, NULL);
}


static inline int
help_teardown(void **state)
{
    char     path[64];
    help_t  *h;

    h = *state;

    if (h->store != NULL) {
        lmdb_store_close(h->store);
    }

    snprintf(path, sizeof(path), "%s/data.mdb", h->dir);
    unlink(path);
    snprintf(path, sizeof(path), "%s/lock.mdb", h->dir);
    unlink(path);
    assert_int_equal(rmdir(h->dir), 0);

    munmap(h->ring, commit_ring_size(HELP_SEATS, HELP_SEAT_SIZE));
    free(h);

    return 0;
}


static inline ledger_result_t
help_push(help_t *h, unsigned seat, unsigned number)
{
    char             name[16];
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));

    op.kind = LEDGER_ISSUE;
    op.owner = (void *) (uintptr_t) number;
    op.u.issue.lifetime = 3600000;
    op.u.issue.channel = LEDGER_CHANNEL_WHATSAPP;

    op.text[LEDGER_APP].data = "shop";
    op.text[LEDGER_APP].len = 4;
    op.text[LEDGER_LINK_MESSAGE].data = name;
    op.text[LEDGER_LINK_MESSAGE].len =
        (size_t) snprintf(name, sizeof(name), "%u", number);

    return commit_ring_push(h->ring, seat, &op);
}


static inline void
help_wake(unsigned seat, void *data)
{
    help_t  *h;

    h = data;
    h->woken[seat]++;
}


static inline commit_ring_turn_t
help_turn(help_t *h)
{
    commit_ring_turn_t  turn;

    commit_ring_turn(h->ring, h->store, help_wake, h, &turn);

    return turn;
}


/* After this long nobody leaves operations to a leader that is gone. */

static inline void
help_outlast_leader(void)
{
    usleep((COMMIT_RING_PATIENCE + 5) * 1000);
}


/* The next finished operation must be this one, with this result. */

static inline void
help_expect(help_t *h, unsigned seat, unsigned number,
    ledger_result_t result)
{
    const ledger_op_t  *op;

    op = commit_ring_next(h->ring, seat);

    assert_non_null(op);
    assert_int_equal((uintptr_t) op->owner, number);
    assert_string_equal(ledger_strresult(op->result),
                        ledger_strresult(result));

    commit_ring_retire(h->ring, seat);
}


static inline int
help_count_record(const ledger_record_t *record, void *data)
{
    char                      name[16];
    unsigned                 *counts;
    unsigned long             number;
    const ledger_text_t  *text;

    counts = data;
    text = &record->text[LEDGER_LINK_MESSAGE];

    assert_true(text->len >= 1 && text->len < sizeof(name));
    memcpy(name, text->data, text->len);
    name[text->len] = '\0';

    number = strtoul(name, NULL, 10);
    assert_true(number < HELP_OPS_MAX);
    counts[number]++;

    return 0;
}


/* The count of each operation in the store: HELP_OPS_MAX numbers to free. */

static inline unsigned *
help_counts(help_t *h)
{
    unsigned  *counts;

    counts = calloc(HELP_OPS_MAX, sizeof(unsigned));
    assert_non_null(counts);

    assert_int_equal(lmdb_store_walk(h->store, help_count_record, counts),
                     LEDGER_OK);

    return counts;
}


static inline unsigned
help_count(help_t *h, unsigned number)
{
    unsigned  n, *counts;

    counts = help_counts(h);
    n = counts[number];
    free(counts);

    return n;
}


#endif /* _COMMIT_RING_HELP_H_INCLUDED_ */
