
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The keys of a store, which the first worker of all makes.  Each worker reads
 * them before it believes them, its own as those of others.
 *
 * They are looked at again each minute, and when another server may have the
 * store: a failover may lead to one that is empty, or to a stranger.  Danger:
 * a store that somebody has emptied gets other keys from the next nginx that
 * starts, and hosts that have the old ones would take each code for another.
 * So the first of these that finds it empty puts its keys back, and one that
 * comes too late closes, until the store has its keys again.
 */


#include <string.h>

#include "store.h"


/* From one try to the next, and from one look to the next; ms. */
#define VALKEY_STORE_OPENING_PAUSE  1000
#define VALKEY_STORE_OPENING_LOOK   60000


static void valkey_store_opening_ask(valkey_store_t *store);
static void valkey_store_opening_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static int valkey_store_opening_make(valkey_store_t *store);
static int valkey_store_opening_write(valkey_store_request_t *request,
    valkey_store_out_t *out);
static void valkey_store_opening_made(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_opening_decide(valkey_store_t *store,
    const ledger_text_t *value);
static void valkey_store_opening_refuse(valkey_store_t *store,
    const char *why);
static void valkey_store_opening_open(valkey_store_t *store,
    const uint8_t *keys);


int
valkey_store_opening(valkey_store_t *store)
{
    unsigned                 greeted;
    valkey_store_opening_t  *opening;

    opening = &store->opening;
    greeted = valkey_store_client_greeted(store->client);

    if (!opening->asking
        && (valkey_store_clock(store) >= opening->next_at
            || greeted != opening->greeted))
    {
        opening->greeted = greeted;
        opening->next_at = valkey_store_clock(store)
                           + VALKEY_STORE_OPENING_PAUSE;
        valkey_store_opening_ask(store);
    }

    return store->is_open;
}


static void
valkey_store_opening_ask(valkey_store_t *store)
{
    valkey_store_task_t  *task;

    task = &store->opening.task;

    valkey_store_task_init(task, store);
    valkey_store_name(&task->name, &store->options->prefix, 0,
                      VALKEY_STORE_META);

    store->opening.asking
        = valkey_store_task_get(task, 0, valkey_store_opening_read) == 0;
}


static void
valkey_store_opening_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t    value;
    valkey_store_t  *store;

    store = ((valkey_store_task_t *) request)->store;
    store->opening.asking = 0;

    if (outcome != VALKEY_STORE_CONFIRMED) {
        return;
    }

    if (valkey_store_task_value(reply, &value)) {
        valkey_store_opening_refuse(store, "its keys are damaged");
        return;
    }

    if (value.data == NULL) {
        store->opening.asking = valkey_store_opening_make(store) == 0;
        return;
    }

    valkey_store_opening_decide(store, &value);
}


static int
valkey_store_opening_make(valkey_store_t *store)
{
    const uint8_t  *keys;

    keys = store->has_keys ? store->keys : NULL;

    if (keys != NULL) {
        store->io->log(store->io_data, VALKEY_STORE_CRIT,
                       "was emptied: its keys are put back");
    }

    return valkey_store_meta_make(store->opening.meta, keys)
           ? -1 : valkey_store_task_send(&store->opening.task, 0,
                                         valkey_store_opening_write,
                                         valkey_store_opening_made);
}


/* All workers may write at once: the first one's keys stay. */

static int
valkey_store_opening_write(valkey_store_request_t *request,
    valkey_store_out_t *out)
{
    const valkey_store_task_t  *task;

    task = (const valkey_store_task_t *) request;

    valkey_store_out_begin(out, 4);
    valkey_store_out_word(out, "SET", 3);
    valkey_store_out_word(out, task->name.data, task->name.len);
    valkey_store_out_word(out, task->store->opening.meta,
                          VALKEY_STORE_META_LEN);
    valkey_store_out_word(out, "NX", 2);

    return valkey_store_out_end(out);
}


static void
valkey_store_opening_made(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    valkey_store_t  *store;

    (void) reply;

    store = ((valkey_store_task_t *) request)->store;
    store->opening.asking = 0;

    if (outcome == VALKEY_STORE_CONFIRMED) {
        valkey_store_opening_ask(store);
    }
}


static void
valkey_store_opening_decide(valkey_store_t *store,
    const ledger_text_t *value)
{
    uint8_t  keys[VALKEY_STORE_KEYS_LEN];

    switch (valkey_store_meta_read(value, keys)) {

    case VALKEY_STORE_META_UNKNOWN:
        valkey_store_opening_refuse(store, "schema unknown");
        return;

    case VALKEY_STORE_META_HALF:
        valkey_store_opening_refuse(store, "is only half moved");
        return;

    case VALKEY_STORE_META_CORRUPTED:
        valkey_store_opening_refuse(store, "its keys are damaged");
        return;

    case VALKEY_STORE_META_OK:
        break;
    }

    /* Danger: with other keys each code and id would mean another record. */

    if (store->has_keys
        && memcmp(keys, store->keys, VALKEY_STORE_KEYS_LEN) != 0)
    {
        valkey_store_opening_refuse(store, "has other keys than before");
        return;
    }

    valkey_store_opening_open(store, keys);
}


static void
valkey_store_opening_refuse(valkey_store_t *store, const char *why)
{
    store->is_open = 0;

    if (!store->opening.told) {
        store->opening.told = 1;
        store->io->log(store->io_data, VALKEY_STORE_CRIT, why);
    }
}


static void
valkey_store_opening_open(valkey_store_t *store, const uint8_t *keys)
{
    valkey_store_opened_pt  opened;

    opened = store->has_keys ? NULL : store->opening.opened;

    memcpy(store->keys, keys, VALKEY_STORE_KEYS_LEN);
    store->has_keys = 1;
    store->is_open = 1;

    if (store->opening.told) {
        store->opening.told = 0;
        store->io->log(store->io_data, VALKEY_STORE_NOTICE,
                       "its keys are good again");
    }

    store->opening.next_at = valkey_store_clock(store)
                             + VALKEY_STORE_OPENING_LOOK;

    if (opened != NULL) {
        opened(store->io_data);
    }
}
