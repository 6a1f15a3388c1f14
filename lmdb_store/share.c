
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The part of the store that an app uses.
 */


#include "store.h"


/* Bytes that LMDB adds to each entry: its header, its key's place, padding. */
#define LMDB_STORE_NODE_LEN  12


/* The room of a page besides its header of 16 bytes. */
#define LMDB_STORE_PAGE_LEN  4096
#define LMDB_STORE_PAGE_ROOM (LMDB_STORE_PAGE_LEN - 16)

#define LMDB_STORE_SHARES    10000


/*
 * The bytes of pages that a record is taken to use, estimated from what is
 * written of it alone, so that they can be counted again at any time.
 *
 * Records are appended: a page has as many as it can hold.  Entries of the
 * other tables come in any order, and their pages are half full at worst.
 */

uint64_t
lmdb_store_cost(const ledger_row_t *row)
{
    size_t                  size, half;
    const ledger_record_t  *record;

    record = &row->record;

    size = LMDB_STORE_NODE_LEN + LEDGER_ROW_KEY_LEN + row->size;
    half = LMDB_STORE_NODE_LEN + LEDGER_ROW_DUE_LEN;

    if (row->message_size) {
        half += LMDB_STORE_NODE_LEN + LEDGER_ROW_KEY_LEN + row->message_size;

        if (record->flags & LEDGER_ASKED) {
            half += LMDB_STORE_NODE_LEN + 1 + record->text[LEDGER_APP].len
                    + record->message[LEDGER_USER_ID].len
                    + LEDGER_ROW_KEY_LEN;
        }
    }

    return LMDB_STORE_PAGE_LEN / (LMDB_STORE_PAGE_ROOM / size) + 2 * half;
}


/* Sessions and subjects come in any order, too, and so do their entries. */

uint64_t
lmdb_store_cost_session(const ledger_row_session_t *row)
{
    return 2 * (LMDB_STORE_NODE_LEN + LEDGER_ROW_KEY_LEN + row->size
                + LMDB_STORE_NODE_LEN + LEDGER_ROW_DUE_LEN);
}


uint64_t
lmdb_store_cost_subject(const ledger_row_subject_t *row)
{
    const ledger_text_t  *text;

    text = row->subject.text;

    return 2 * (LMDB_STORE_NODE_LEN + 1 + text[LEDGER_SUBJECT_APP].len
                + text[LEDGER_SUBJECT_NUMBER].len + row->size);
}


int
lmdb_store_share(lmdb_store_t *store, const lmdb_store_app_t *app,
    unsigned share, uint64_t cost, int *beyond)
{
    int       rc;
    uint64_t  limit;

    *beyond = 0;

    rc = lmdb_store_space_know(store);
    if (rc) {
        return rc;
    }

    limit = store->write.usable / LMDB_STORE_SHARES * share;
    limit -= cost < limit ? cost : limit;

    if (share && app->counts.bytes > limit) {

        rc = lmdb_store_kept_shrink(store, app, limit);
        if (rc) {
            return rc;
        }

        *beyond = app->counts.bytes > limit;
    }

    return *beyond ? 0 : lmdb_store_kept_yield(store);
}
