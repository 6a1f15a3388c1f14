
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What a message adds to a record, in a table of its own under the same key:
 * the time it was sent, the lengths of its texts, the texts.
 */


#include "store.h"


/* The length of all texts, or more than a message may have. */

size_t
lmdb_store_message_len(const lmdb_store_op_t *op)
{
    size_t    len;
    unsigned  i;

    len = 0;

    for (i = 0; i < LMDB_STORE_MESSAGE_TEXTS; i++) {

        if (lmdb_store_message_text(op, i).len
            > LMDB_STORE_MESSAGE_TEXTS_MAX)
        {
            return SIZE_MAX;
        }

        len += lmdb_store_message_text(op, i).len;
    }

    return len;
}


int
lmdb_store_message_save(lmdb_store_t *store, const lmdb_store_op_t *op)
{
    MDB_val                   k, v;
    unsigned                  i;
    unsigned char            *p, *lens;
    unsigned char             key[LMDB_STORE_KEY_LEN];
    unsigned char             value[LMDB_STORE_MESSAGE_VALUE_MAX];
    const lmdb_store_text_t  *text;

    lmdb_store_put64(value, op->u.message.sent_at);
    lens = value + 8;
    p = value + LMDB_STORE_MESSAGE_HEAD_LEN;

    for (i = 0; i < LMDB_STORE_MESSAGE_TEXTS; i++) {
        text = &lmdb_store_message_text(op, i);
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


/* Does the stored message have the id of this one?  No id is no one's. */

int
lmdb_store_message_is(lmdb_store_t *store, const lmdb_store_op_t *op,
    int *same)
{
    int                       rc;
    MDB_val                   k, v;
    uint64_t                  sent_at;
    unsigned char             buf[LMDB_STORE_KEY_LEN];
    lmdb_store_text_t         text[LMDB_STORE_MESSAGE_TEXTS];
    const lmdb_store_text_t  *id;

    *same = 0;
    id = &lmdb_store_message_text(op, LMDB_STORE_MESSAGE_ID);

    if (id->len == 0) {
        return 0;
    }

    lmdb_store_key_encode(buf, op->u.message.key, &k);

    rc = mdb_get(store->write.txn, store->tables.messages, &k, &v);
    if (rc) {
        return rc == MDB_NOTFOUND ? 0 : rc;
    }

    rc = lmdb_store_message_decode(&v, &sent_at, text);
    if (rc) {
        return rc;
    }

    *same = text[LMDB_STORE_MESSAGE_ID].len == id->len
            && memcmp(text[LMDB_STORE_MESSAGE_ID].data, id->data, id->len)
               == 0;
    return 0;
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
