
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"


int
valkey_store_new_stamp(valkey_store_t *store,
    uint8_t stamp[VALKEY_STORE_STAMP_LEN])
{
    if (store->stamps_left == 0) {

        if (RAND_bytes(store->stamps[0], sizeof(store->stamps)) != 1) {
            return -1;
        }

        store->stamps_left = VALKEY_STORE_STAMPS;
    }

    memcpy(stamp, store->stamps[--store->stamps_left],
           VALKEY_STORE_STAMP_LEN);

    return 0;
}


/* A worker that looks at a partition needs a name that no other host has. */

static int
valkey_store_name_itself(valkey_store_t *store)
{
    static const char  digits[] = "0123456789abcdef";

    uint8_t            random[VALKEY_STORE_STAMP_LEN];
    unsigned           i;

    if (valkey_store_new_stamp(store, random)) {
        return -1;
    }

    for (i = 0; i < VALKEY_STORE_WHO_LEN; i++) {
        store->who[i] = digits[random[i / 2] >> (i % 2 ? 0 : 4) & 15];
    }

    return 0;
}


valkey_store_t *
valkey_store_create(const valkey_store_options_t *options,
    const valkey_store_io_t *io, void *io_data, const uint8_t *keys,
    valkey_store_opened_pt opened)
{
    valkey_store_t  *store;

    store = calloc(1, sizeof(valkey_store_t));
    if (store == NULL) {
        return NULL;
    }

    store->options = options;
    store->io = io;
    store->io_data = io_data;
    store->opening.opened = opened;

    if (keys != NULL) {
        memcpy(store->keys, keys, VALKEY_STORE_KEYS_LEN);
        store->has_keys = 1;
        store->is_open = 1;
    }

    if (valkey_store_name_itself(store)
        || (store->client = valkey_store_client_create(options, io, io_data))
           == NULL)
    {
        free(store);
        return NULL;
    }

    (void) valkey_store_opening(store);

    return store;
}


/* A handler may hand its work in again: that is refused by then. */

void
valkey_store_destroy(valkey_store_t *store)
{
    store->is_open = 0;
    store->is_ending = 1;

    valkey_store_client_destroy(store->client);
    valkey_store_recent_free(store);
    free(store);
}


valkey_store_client_t *
valkey_store_client(valkey_store_t *store)
{
    return store->client;
}


const uint8_t *
valkey_store_keys(const valkey_store_t *store)
{
    return store->is_open ? store->keys : NULL;
}
