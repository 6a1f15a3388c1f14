
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What the records of an app use of the store.
 */


#include "store.h"


/* What LMDB adds to each entry: its header, its key's place, padding. */
#define LMDB_STORE_NODE_LEN  12


/* What a page holds besides its header of 16 bytes. */
#define LMDB_STORE_PAGE_LEN  4096
#define LMDB_STORE_PAGE_ROOM (LMDB_STORE_PAGE_LEN - 16)

#define LMDB_STORE_SHARES    10000

/* Of the share: what messages may take beyond what is left for codes. */
#define LMDB_STORE_SHARE_MORE  4


/*
 * The bytes of pages that a record is taken to use, estimated from what is
 * written of it alone, so that they can be counted again at any time.  head
 * is looked at only with a message.
 *
 * Records are appended: a page has as many as it can hold.  Entries of the
 * other tables come in any order, and their pages are half full at worst.
 */

uint64_t
lmdb_store_cost(const lmdb_store_head_t *head, size_t size,
    const MDB_val *message)
{
    size_t                half;
    const unsigned char  *lens;

    size += LMDB_STORE_NODE_LEN + LMDB_STORE_KEY_LEN;
    half = LMDB_STORE_NODE_LEN + LMDB_STORE_DUE_LEN;

    if (message->mv_size) {
        half += LMDB_STORE_NODE_LEN + LMDB_STORE_KEY_LEN + message->mv_size;
    }

    if (message->mv_size && (head->flags & LEDGER_ASKED)) {
        lens = (const unsigned char *) message->mv_data
               + LMDB_STORE_STATE_LEN + 8;
        half += LMDB_STORE_NODE_LEN + 1 + head->len[LEDGER_APP]
                + lmdb_store_get16(lens + 2 * LEDGER_USER_ID)
                + LMDB_STORE_KEY_LEN;
    }

    return LMDB_STORE_PAGE_LEN / (LMDB_STORE_PAGE_ROOM / size) + 2 * half;
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


int
lmdb_store_share_message(lmdb_store_t *store, const ledger_op_t *op,
    const lmdb_store_entry_t *entry, int *beyond)
{
    int                rc;
    MDB_val            message;
    unsigned           share;
    lmdb_store_app_t  *app;

    *beyond = 0;

    message.mv_data = (void *) entry->message;
    message.mv_size = entry->message_size;

    /* The others may add more than the message itself. */

    if (op->kind == LEDGER_VALIDATE
        && lmdb_store_cost(&entry->head, entry->size, &message)
           <= entry->cost)
    {
        return 0;
    }

    rc = lmdb_store_app_of(store, entry, &app);
    if (rc) {
        return rc;
    }

    share = op->u.message.share;
    share += share / LMDB_STORE_SHARE_MORE;

    return lmdb_store_share(store, app, share, 0, beyond);
}
