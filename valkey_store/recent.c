
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Values of records that this worker has read or written a moment ago, in turns
 * that were confirmed.  An operation follows a look at its record, as a
 * rule: a commit by the stamp of that look spares another one, and if somebody
 * was faster, it brings what stands there now.
 *
 * Danger: such a value may be of the past.  A commit may be made of it, but
 * nothing may be told of it.
 */


#include <stdlib.h>
#include <string.h>

#include "store.h"


static valkey_store_recent_t *
valkey_store_recent_place(valkey_store_t *store, uint64_t key)
{
    return &store->recent[(key ^ key >> 10) % VALKEY_STORE_RECENT];
}


/* Without memory it is not kept. */

void
valkey_store_recent_keep(valkey_store_t *store, uint64_t key,
    const ledger_text_t *value)
{
    unsigned char          *bytes;
    valkey_store_recent_t  *recent;

    recent = valkey_store_recent_place(store, key);

    if (recent->size < value->len) {
        bytes = realloc(recent->value, value->len);

        if (bytes == NULL) {
            recent->len = 0;
            return;
        }

        recent->value = bytes;
        recent->size = value->len;
    }

    memcpy(recent->value, value->data, value->len);
    recent->key = key;
    recent->len = value->len;
}


int
valkey_store_recent_find(valkey_store_t *store, uint64_t key,
    ledger_text_t *value)
{
    const valkey_store_recent_t  *recent;

    recent = valkey_store_recent_place(store, key);

    value->data = recent->value;
    value->len = recent->len;

    return recent->len > 0 && recent->key == key;
}


void
valkey_store_recent_free(valkey_store_t *store)
{
    unsigned  i;

    for (i = 0; i < VALKEY_STORE_RECENT; i++) {
        free(store->recent[i].value);
    }
}
