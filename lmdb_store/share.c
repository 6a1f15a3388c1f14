
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What the records of an app use of the store.
 */


#include "store.h"


/* What LMDB adds to each entry: its header, its key's place, padding. */
#define LMDB_STORE_NODE_LEN  12


/*
 * The bytes of pages that a record is taken to use, estimated from what is
 * written of it alone, so that they can be counted again at any time.
 *
 * Records are appended, and their pages are full.  Entries of the other
 * tables come in any order, and their pages are half full at worst.
 */

uint64_t
lmdb_store_cost(const lmdb_store_head_t *head, size_t size,
    const MDB_val *message)
{
    size_t                half;
    const unsigned char  *lens;

    half = LMDB_STORE_NODE_LEN + LMDB_STORE_DUE_LEN;

    if (message->mv_size) {
        half += LMDB_STORE_NODE_LEN + LMDB_STORE_KEY_LEN + message->mv_size;
    }

    if (message->mv_size && (head->flags & LMDB_STORE_ASKED)) {
        lens = (const unsigned char *) message->mv_data
               + LMDB_STORE_STATE_LEN + 8;
        half += LMDB_STORE_NODE_LEN + 1 + head->len[LMDB_STORE_APP]
                + lmdb_store_get16(lens + 2 * LMDB_STORE_USER_ID)
                + LMDB_STORE_KEY_LEN;
    }

    return LMDB_STORE_NODE_LEN + LMDB_STORE_KEY_LEN + size + 2 * half;
}
