
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The words of stored numbers, which a damaged file may have changed.
 */


#include "lmdb_store.h"


#define LMDB_STORE_WORD(name, n, word)                                        \
    case n:                                                                   \
        return word;

#define LMDB_STORE_WORD_OF(kind, table)                                       \
    const char *                                                              \
    lmdb_store_##kind##_word(unsigned kind)                                   \
    {                                                                         \
        switch (kind) {                                                       \
        table(LMDB_STORE_WORD)                                                \
        }                                                                     \
                                                                              \
        return NULL;                                                          \
    }


LMDB_STORE_WORD_OF(state, LMDB_STORE_STATES)
LMDB_STORE_WORD_OF(status, LMDB_STORE_STATUSES)
LMDB_STORE_WORD_OF(error, LMDB_STORE_ERRORS)
LMDB_STORE_WORD_OF(channel, LMDB_STORE_CHANNELS)
