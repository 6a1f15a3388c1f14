
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A row that cannot be read refuses whoever it belongs to, for as long as it
 * stands there: so the operator must learn of it.  The line does not say which
 * row: the name of a key may be somebody's number.
 */


#include "store.h"


/* In ms. */
#define VALKEY_STORE_DAMAGE_LINES  60000


int
valkey_store_damage(valkey_store_t *store)
{
    uint64_t  clock;

    clock = valkey_store_clock(store);

    if (clock >= store->damage_at) {
        store->damage_at = clock + VALKEY_STORE_DAMAGE_LINES;
        store->io->log(store->io_data, VALKEY_STORE_CRIT, "a row is damaged");
    }

    return -1;
}
