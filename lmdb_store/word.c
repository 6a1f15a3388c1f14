
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


const char *
lmdb_store_state_word(unsigned state)
{
    switch (state) {
    LMDB_STORE_STATES(LMDB_STORE_WORD)
    }

    return NULL;
}


const char *
lmdb_store_status_word(unsigned status)
{
    switch (status) {
    LMDB_STORE_STATUSES(LMDB_STORE_WORD)
    }

    return NULL;
}


const char *
lmdb_store_error_word(unsigned error)
{
    switch (error) {
    LMDB_STORE_ERRORS(LMDB_STORE_WORD)
    }

    return NULL;
}


const char *
lmdb_store_channel_word(unsigned channel)
{
    switch (channel) {
    LMDB_STORE_CHANNELS(LMDB_STORE_WORD)
    }

    return NULL;
}
