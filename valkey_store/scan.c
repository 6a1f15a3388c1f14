
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A look for due callbacks, in all partitions at once.
 */


#include <stdlib.h>

#include "put.h"


/* A reply has at most LANES_MAX * EACH_MAX records of a partition. */
#define VALKEY_STORE_SCAN_LANES_MAX  8
#define VALKEY_STORE_SCAN_EACH_MAX   16

/* After so many ms without an answer the look is over, and another begins. */
#define VALKEY_STORE_SCAN_PATIENCE   1000


typedef struct {
    valkey_store_task_t    task;
    valkey_store_due_t    *look;
    valkey_store_heads_t   heads;
    unsigned               lane;           /* of those in due */
    unsigned               n;
    ledger_due_t           due[VALKEY_STORE_SCAN_EACH_MAX];
} valkey_store_scan_t;


static int valkey_store_scan_partition(valkey_store_t *store,
    valkey_store_due_t *look, unsigned partition);
static void valkey_store_scan_begin(valkey_store_scan_t *scan,
    valkey_store_t *store, unsigned partition);
static int valkey_store_scan_write(valkey_store_request_t *request,
    valkey_store_out_t *out);
static void valkey_store_scan_done(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_scan_found(valkey_store_scan_t *scan,
    valkey_store_found_t *found);
static int valkey_store_scan_is(const ledger_entry_t *entry,
    const ledger_text_t *value);
static void valkey_store_scan_head(valkey_store_scan_t *scan);


int
valkey_store_due(valkey_store_t *store, valkey_store_due_t *look)
{
    unsigned  partition;

    if (!valkey_store_opening(store)) {
        return -1;
    }

    look->store = store;
    look->waiting = 0;
    look->more = 0;
    look->full = 0;

    for (partition = 0; partition < VALKEY_STORE_PARTITIONS; partition++) {
        look->waiting += valkey_store_scan_partition(store, look, partition)
                         == 0;
    }

    return look->waiting ? 0 : -1;
}


static int
valkey_store_scan_partition(valkey_store_t *store, valkey_store_due_t *look,
    unsigned partition)
{
    valkey_store_scan_t  *scan;

    scan = malloc(sizeof(valkey_store_scan_t));
    if (scan == NULL) {
        return -1;
    }

    scan->look = look;
    scan->lane = LEDGER_LANE_TIME;
    scan->n = 0;

    valkey_store_scan_begin(scan, store, partition);

    if (valkey_store_task_send(&scan->task, partition,
                               valkey_store_scan_write,
                               valkey_store_scan_done))
    {
        free(scan);
        return -1;
    }

    return 0;
}


static unsigned
valkey_store_scan_bound(unsigned n, unsigned max)
{
    return n == 0 ? 1 : n < max ? n : max;
}


static void
valkey_store_scan_begin(valkey_store_scan_t *scan, valkey_store_t *store,
    unsigned partition)
{
    valkey_store_due_t    *look;
    valkey_store_heads_t  *heads;

    look = scan->look;
    heads = &scan->heads;

    valkey_store_task_init(&scan->task, store);
    scan->task.until = valkey_store_clock(store) + VALKEY_STORE_SCAN_PATIENCE;

    valkey_store_guard_begin(&store->scan, store, partition, heads);

    heads->guard = VALKEY_STORE_SCAN;
    heads->from = 1;
    heads->after = store->scan.after[partition];
    heads->to = LEDGER_LANE_KEPT;
    heads->before = look->now + 1;
    heads->later = look->horizon < UINT64_MAX - look->now
                   ? look->now + look->horizon + 1 : 0;
    heads->lanes = valkey_store_scan_bound(look->lanes
                                           / VALKEY_STORE_PARTITIONS,
                                           VALKEY_STORE_SCAN_LANES_MAX);
    heads->each = valkey_store_scan_bound(look->each,
                                          VALKEY_STORE_SCAN_EACH_MAX);
}


static int
valkey_store_scan_write(valkey_store_request_t *request,
    valkey_store_out_t *out)
{
    const valkey_store_scan_t  *scan;

    scan = (const valkey_store_scan_t *) request;

    return valkey_store_heads_write(&scan->heads, out);
}


/* A partition that does not answer holds up none of the others. */

static void
valkey_store_scan_done(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    valkey_store_due_t    *look;
    valkey_store_scan_t   *scan;
    valkey_store_found_t   found;

    scan = (valkey_store_scan_t *) request;
    look = scan->look;

    if (outcome == VALKEY_STORE_CONFIRMED
        && valkey_store_heads_read(reply, &found) == 0
        && !found.busy)
    {
        valkey_store_scan_found(scan, &found);
    }

    free(scan);

    look->waiting--;

    if (look->waiting == 0) {
        look->done(look);
    }
}


static void
valkey_store_scan_found(valkey_store_scan_t *scan,
    valkey_store_found_t *found)
{
    unsigned         partition;
    ledger_text_t    value;
    ledger_entry_t   entry;
    valkey_store_t  *store;

    store = scan->task.store;
    partition = scan->heads.partition;

    valkey_store_guard_has(&store->scan, store, &scan->heads);

    store->scan.after[partition] = found->more ? found->after
                                               : LEDGER_LANE_TIME;
    scan->look->more |= found->more;

    while (valkey_store_heads_next(found, &entry, &value)) {

        if (!valkey_store_scan_is(&entry, &value)) {
            valkey_store_stray(store, &entry, &value);
            continue;
        }

        if (scan->lane != entry.lane || scan->n == scan->heads.each) {
            valkey_store_scan_head(scan);
        }

        scan->lane = entry.lane;
        scan->due[scan->n].key = entry.key;
        scan->due[scan->n].due_at = entry.due_at;
        scan->n++;
    }

    valkey_store_scan_head(scan);
}


/* 1 if the entry belongs to its row. */

static int
valkey_store_scan_is(const ledger_entry_t *entry, const ledger_text_t *value)
{
    ledger_entry_t         own;
    valkey_store_record_t  record;

    return value->data != NULL
           && valkey_store_record_decode(&record, entry->key, value) == 0
           && valkey_store_put_record_entry(&record, &own)
           && own.lane == entry->lane
           && own.due_at == entry->due_at;
}


static void
valkey_store_scan_head(valkey_store_scan_t *scan)
{
    scan->look->full |= scan->n == scan->heads.each;

    if (scan->n) {
        scan->look->head(scan->look, scan->due, scan->n);
        scan->n = 0;
    }
}
