
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What a message adds to a record, in a table of its own under the same key:
 * the time it was sent, the lengths of its texts, the texts.
 */


#include "store.h"


/* The length of all texts but USER_ID, or more than a message may have. */

size_t
lmdb_store_message_len(const lmdb_store_op_t *op)
{
    size_t    len;
    unsigned  i;

    if (lmdb_store_message_text(op, LMDB_STORE_USER_ID).len
        > LMDB_STORE_USER_ID_MAX)
    {
        return SIZE_MAX;
    }

    len = 0;

    for (i = 0; i < LMDB_STORE_MESSAGE_TEXTS; i++) {

        if (i == LMDB_STORE_USER_ID) {
            continue;
        }

        if (lmdb_store_message_text(op, i).len
            > LMDB_STORE_MESSAGE_TEXTS_MAX)
        {
            return SIZE_MAX;
        }

        len += lmdb_store_message_text(op, i).len;
    }

    return len;
}


/*
 * Once a user has been asked the record goes on knowing who it was and since
 * when, whatever other messages come before the one that validates it.
 */

int
lmdb_store_message_save(lmdb_store_t *store, const lmdb_store_op_t *op,
    int asked)
{
    int                       rc;
    MDB_val                   k, v;
    uint64_t                  sent_at;
    unsigned                  i;
    unsigned char            *p, *lens;
    unsigned char             key[LMDB_STORE_KEY_LEN];
    unsigned char             value[LMDB_STORE_MESSAGE_VALUE_MAX];
    const lmdb_store_text_t  *text;
    lmdb_store_text_t         stored[LMDB_STORE_MESSAGE_TEXTS];

    if (asked) {
        rc = lmdb_store_message_load(store, store->write.txn,
                                     op->u.message.key, &sent_at, stored);
        if (rc) {
            return rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc;
        }
    }

    if (!asked || op->kind == LMDB_STORE_VALIDATE) {
        sent_at = op->u.message.sent_at;
    }

    lmdb_store_put64(value, sent_at);
    lens = value + 8;
    p = value + LMDB_STORE_MESSAGE_HEAD_LEN;

    for (i = 0; i < LMDB_STORE_MESSAGE_TEXTS; i++) {
        text = asked && i == LMDB_STORE_USER_ID
               ? &stored[i] : &lmdb_store_message_text(op, i);

        lmdb_store_put16(lens + 2 * i, (unsigned) text->len);

        if (text->len) {
            memcpy(p, text->data, text->len);
            p += text->len;
        }
    }

    lmdb_store_key_encode(key, op->u.message.key, &k);
    v.mv_data = value;
    v.mv_size = (size_t) (p - value);

    return mdb_put(store->write.txn, store->tables.messages, &k, &v, 0);
}


int
lmdb_store_message_remove(lmdb_store_t *store, uint64_t key)
{
    int            rc;
    MDB_val        k;
    unsigned char  buf[LMDB_STORE_KEY_LEN];

    lmdb_store_key_encode(buf, key, &k);

    rc = mdb_del(store->write.txn, store->tables.messages, &k, NULL);

    return rc == MDB_NOTFOUND ? 0 : rc;
}


/* MDB_NOTFOUND if there is none; the texts last until the next change. */

int
lmdb_store_message_load(lmdb_store_t *store, MDB_txn *txn, uint64_t key,
    uint64_t *sent_at, lmdb_store_text_t *text)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LMDB_STORE_KEY_LEN];

    lmdb_store_key_encode(buf, key, &k);

    rc = mdb_get(txn, store->tables.messages, &k, &v);

    return rc ? rc : lmdb_store_message_decode(&v, sent_at, text);
}


int
lmdb_store_text_same(const lmdb_store_text_t *a, const lmdb_store_text_t *b)
{
    return a->len == b->len
           && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}


/* The texts point into the value. */

int
lmdb_store_message_decode(const MDB_val *value, uint64_t *sent_at,
    lmdb_store_text_t *text)
{
    size_t                len;
    unsigned              i;
    const unsigned char  *p;

    if (value->mv_size < LMDB_STORE_MESSAGE_HEAD_LEN
        || value->mv_size > LMDB_STORE_MESSAGE_VALUE_MAX)
    {
        return MDB_CORRUPTED;
    }

    p = value->mv_data;
    *sent_at = lmdb_store_get64(p);
    len = LMDB_STORE_MESSAGE_HEAD_LEN;

    for (i = 0; i < LMDB_STORE_MESSAGE_TEXTS; i++) {
        text[i].len = lmdb_store_get16(p + 8 + 2 * i);
        text[i].data = p + len;
        len += text[i].len;
    }

    return len == value->mv_size ? 0 : MDB_CORRUPTED;
}
