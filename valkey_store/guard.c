
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Of all workers of all hosts one looks at a partition at a time.  It has the
 * partition for a span, and may go on looking as long as that lasts.
 */


#include <string.h>

#include "store.h"


void
valkey_store_guard_begin(const valkey_store_guard_t *guard,
    const valkey_store_t *store, unsigned partition,
    valkey_store_heads_t *heads)
{
    memset(heads, 0, sizeof(valkey_store_heads_t));

    heads->prefix = &store->options->prefix;
    heads->partition = partition;
    heads->span = VALKEY_STORE_GUARD_SPAN;

    if (guard->until[partition] <= valkey_store_clock(store)) {
        heads->who.data = store->who;
        heads->who.len = VALKEY_STORE_WHO_LEN;
    }
}


/*
 * The span began at the server, a moment ago: at the end of it two workers may
 * look at once, and one of them loses each race.
 */

void
valkey_store_guard_has(valkey_store_guard_t *guard,
    const valkey_store_t *store, const valkey_store_heads_t *heads)
{
    if (heads->who.len) {
        guard->until[heads->partition] = valkey_store_clock(store)
                                         + VALKEY_STORE_GUARD_SPAN;
    }
}
