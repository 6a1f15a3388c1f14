
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/meta - what a store says of itself, at PREFIX:{TAG of partition
 * 0}:meta: the schema of its keys and values, the number of its partitions, and
 * its random keys.  The first worker of all writes it, and nobody afterwards.
 *
 * Danger: without the random keys no code that waits is found, and no id or
 * token is worth anything.
 */


#ifndef _VALKEY_STORE_META_H_INCLUDED_
#define _VALKEY_STORE_META_H_INCLUDED_


#include "ledger/record.h"


#define VALKEY_STORE_SCHEMA    1
/* Of a store that is being made of another one, and has no keys yet. */
#define VALKEY_STORE_FILLING   0

/* The random keys of a store, 16 bytes each: of codes, ids, tokens. */
#define VALKEY_STORE_KEYS_LEN  48

/* "whatsauth", schema and partitions in 2 bytes each, the keys */
#define VALKEY_STORE_META_LEN  (9 + 2 + 2 + VALKEY_STORE_KEYS_LEN)
#define VALKEY_STORE_META_HALF_LEN  (9 + 2)


typedef enum {
    VALKEY_STORE_META_OK,
    VALKEY_STORE_META_UNKNOWN,    /* of another version than this one */
    VALKEY_STORE_META_HALF,       /* not all of a store is there */
    VALKEY_STORE_META_CORRUPTED
} valkey_store_meta_t;


/*
 * Makes that of a store with these keys, or with new ones if keys is NULL.
 * Returns 0, or -1: no random bytes.
 */
int valkey_store_meta_make(unsigned char meta[VALKEY_STORE_META_LEN],
    const uint8_t *keys);

/* Makes that of half a store, which nginx refuses. */
void valkey_store_meta_make_half(
    unsigned char meta[VALKEY_STORE_META_HALF_LEN]);

/* Copies the keys out, if OK. */
valkey_store_meta_t valkey_store_meta_read(const ledger_text_t *value,
    uint8_t keys[VALKEY_STORE_KEYS_LEN]);


#endif /* _VALKEY_STORE_META_H_INCLUDED_ */
