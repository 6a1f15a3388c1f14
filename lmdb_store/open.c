
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Opening and closing.
 */


#include <stdlib.h>
#include <unistd.h>

#include "store.h"


static uint64_t
lmdb_store_open_clock(clockid_t clock)
{
    struct timespec  ts;

    clock_gettime(clock, &ts);
    return (uint64_t) ts.tv_sec * 1000 + (uint64_t) ts.tv_nsec / 1000000;
}


static uint64_t
lmdb_store_open_now(void)
{
    return lmdb_store_open_clock(CLOCK_REALTIME);
}


uint64_t
lmdb_store_monotonic(void)
{
    return lmdb_store_open_clock(CLOCK_MONOTONIC);
}


/* Keeps the last error for lmdb_store_last_error() and hands it on. */

int
lmdb_store_note(lmdb_store_t *store, int rc)
{
    if (rc) {
        atomic_store_explicit(&store->error, rc, memory_order_relaxed);
    }

    return rc;
}


const char *
lmdb_store_last_error(const lmdb_store_t *store)
{
    return mdb_strerror(atomic_load_explicit(&store->error,
                                             memory_order_relaxed));
}


const uint8_t *
lmdb_store_code_key(const lmdb_store_t *store)
{
    return store->keys.code;
}


const uint8_t *
lmdb_store_id_key(const lmdb_store_t *store)
{
    return store->keys.id;
}


const uint8_t *
lmdb_store_token_key(const lmdb_store_t *store)
{
    return store->keys.token;
}


ledger_result_t
lmdb_store_open_files(lmdb_store_t *store, char *detail)
{
    ledger_result_t  result;

    result = lmdb_store_directory_check(store, detail);
    if (result != LEDGER_OK) {
        return result;
    }

    result = lmdb_store_directory_data_file(store, detail);
    if (result != LEDGER_OK) {
        return result;
    }

    result = store->fill ? lmdb_store_directory_fill(store, detail)
                         : LEDGER_OK;
    if (result != LEDGER_OK) {
        return result;
    }

    result = store->read_only
             ? lmdb_store_directory_lockless(store, detail)
             : lmdb_store_directory_lock_file(store, detail);
    if (result != LEDGER_OK) {
        return result;
    }

    return lmdb_store_env_open(store, detail);
}


ledger_result_t
lmdb_store_open(const lmdb_store_options_t *options, lmdb_store_t **out,
    char *detail)
{
    lmdb_store_t     *store;
    ledger_result_t   result;

    *out = NULL;
    detail[0] = '\0';

    if (strlen(options->path) >= LMDB_STORE_PATH_MAX) {
        lmdb_store_say(detail, "the path is too long");
        return LEDGER_UNUSABLE;
    }

    store = calloc(1, sizeof(lmdb_store_t));
    if (store == NULL) {
        lmdb_store_say(detail, "memory is out");
        return LEDGER_UNUSABLE;
    }

    strcpy(store->path, options->path);
    store->map_size = options->map_size;
    store->max_readers = options->max_readers ? options->max_readers : 126;
    store->read_only = options->read_only;
    store->fill = options->fill;
    store->fill_lock = -1;
    store->now = options->now ? options->now : lmdb_store_open_now;
    store->sweep_max = LMDB_STORE_SWEEP_MAX;
    pthread_mutex_init(&store->map_lock, NULL);
    pthread_cond_init(&store->warmed, NULL);
    atomic_init(&store->error, 0);

    result = lmdb_store_open_files(store, detail);

    if (result != LEDGER_OK) {
        lmdb_store_close(store);
        return result;
    }

    store->readers_checked_at = lmdb_store_monotonic();
    *out = store;

    return LEDGER_OK;
}


void
lmdb_store_close(lmdb_store_t *store)
{
    lmdb_store_env_close(store);

    if (store->fill_lock != -1) {
        close(store->fill_lock);
    }

    pthread_cond_destroy(&store->warmed);
    pthread_mutex_destroy(&store->map_lock);
    free(store);
}
