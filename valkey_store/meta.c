
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <openssl/rand.h>
#include <string.h>

#include "ledger/bytes.h"
#include "meta.h"
#include "slot.h"


#define VALKEY_STORE_META_NAME        "whatsauth"

/* The places of schema, partitions and keys. */
#define VALKEY_STORE_META_SCHEMA      9
#define VALKEY_STORE_META_PARTITIONS  11
#define VALKEY_STORE_META_KEYS        13


int
valkey_store_meta_make(unsigned char meta[VALKEY_STORE_META_LEN],
    const uint8_t *keys)
{
    memcpy(meta, VALKEY_STORE_META_NAME, VALKEY_STORE_META_SCHEMA);
    ledger_put16(meta + VALKEY_STORE_META_SCHEMA, VALKEY_STORE_SCHEMA);
    ledger_put16(meta + VALKEY_STORE_META_PARTITIONS,
                 VALKEY_STORE_PARTITIONS);

    if (keys != NULL) {
        memcpy(meta + VALKEY_STORE_META_KEYS, keys, VALKEY_STORE_KEYS_LEN);
        return 0;
    }

    return RAND_bytes(meta + VALKEY_STORE_META_KEYS, VALKEY_STORE_KEYS_LEN)
           == 1 ? 0 : -1;
}


void
valkey_store_meta_make_half(unsigned char meta[VALKEY_STORE_META_HALF_LEN])
{
    memcpy(meta, VALKEY_STORE_META_NAME, VALKEY_STORE_META_SCHEMA);
    ledger_put16(meta + VALKEY_STORE_META_SCHEMA, VALKEY_STORE_FILLING);
}


/* Another schema may have any length behind its number. */

valkey_store_meta_t
valkey_store_meta_read(const ledger_text_t *value,
    uint8_t keys[VALKEY_STORE_KEYS_LEN])
{
    unsigned              schema;
    const unsigned char  *p;

    p = value->data;

    if (value->len < VALKEY_STORE_META_PARTITIONS
        || memcmp(p, VALKEY_STORE_META_NAME, VALKEY_STORE_META_SCHEMA) != 0)
    {
        return VALKEY_STORE_META_CORRUPTED;
    }

    schema = ledger_get16(p + VALKEY_STORE_META_SCHEMA);

    if (schema != VALKEY_STORE_SCHEMA) {
        return schema == VALKEY_STORE_FILLING ? VALKEY_STORE_META_HALF
                                              : VALKEY_STORE_META_UNKNOWN;
    }

    if (value->len != VALKEY_STORE_META_LEN
        || ledger_get16(p + VALKEY_STORE_META_PARTITIONS)
           != VALKEY_STORE_PARTITIONS)
    {
        return VALKEY_STORE_META_CORRUPTED;
    }

    memcpy(keys, p + VALKEY_STORE_META_KEYS, VALKEY_STORE_KEYS_LEN);

    return VALKEY_STORE_META_OK;
}
