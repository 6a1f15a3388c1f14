
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The record about which a user with a hidden phone number was asked last:
 * app and user -> key of the record, 8 bytes.
 */


#include "store.h"


static void
lmdb_store_asked_encode(unsigned char *out, const ledger_text_t *app,
    const ledger_text_t *user_id, MDB_val *val)
{
    out[0] = (unsigned char) app->len;
    memcpy(out + 1, app->data, app->len);
    memcpy(out + 1 + app->len, user_id->data, user_id->len);

    val->mv_data = out;
    val->mv_size = 1 + app->len + user_id->len;
}


static int
lmdb_store_asked_fits(const ledger_text_t *app,
    const ledger_text_t *user_id)
{
    return app->len > 0 && app->len <= LEDGER_APP_MAX
           && user_id->len > 0 && user_id->len <= LEDGER_USER_ID_MAX;
}


/* The texts point into the key. */

int
lmdb_store_asked_decode(const MDB_val *key, const MDB_val *value,
    ledger_text_t *app, ledger_text_t *user_id, uint64_t *id)
{
    const unsigned char  *p;

    p = key->mv_data;

    if (key->mv_size < 1 || key->mv_size < 1 + (size_t) p[0]
        || value->mv_size != 8)
    {
        return MDB_CORRUPTED;
    }

    app->data = p + 1;
    app->len = p[0];
    user_id->data = p + 1 + p[0];
    user_id->len = key->mv_size - 1 - p[0];
    *id = ledger_get64(value->mv_data);

    return lmdb_store_asked_fits(app, user_id) ? 0 : MDB_CORRUPTED;
}


/* The ledger has looked at the texts. */

int
lmdb_store_asked_save(lmdb_store_t *store, const ledger_record_t *record)
{
    MDB_val        k, v;
    unsigned char  key[LMDB_STORE_ASKED_LEN_MAX], value[8];

    lmdb_store_asked_encode(key, &record->text[LEDGER_APP],
                            &record->message[LEDGER_USER_ID], &k);
    ledger_put64(value, record->key);
    v.mv_data = value;
    v.mv_size = sizeof(value);

    return mdb_put(store->write.txn, store->tables.asked, &k, &v, 0);
}


/* A record goes; its user may have been asked about another one since. */

int
lmdb_store_asked_remove(lmdb_store_t *store, const ledger_record_t *record)
{
    int                   rc;
    MDB_val               k, v;
    unsigned char         key[LMDB_STORE_ASKED_LEN_MAX];
    const ledger_text_t  *app, *user_id;

    app = &record->text[LEDGER_APP];
    user_id = &record->message[LEDGER_USER_ID];

    if (!lmdb_store_asked_fits(app, user_id)) {
        return 0;
    }

    lmdb_store_asked_encode(key, app, user_id, &k);

    rc = mdb_get(store->write.txn, store->tables.asked, &k, &v);

    if (rc == 0 && v.mv_size == 8
        && ledger_get64(v.mv_data) == record->key)
    {
        rc = mdb_del(store->write.txn, store->tables.asked, &k, NULL);
    }

    return rc == MDB_NOTFOUND ? 0 : rc;
}


ledger_result_t
lmdb_store_asked(lmdb_store_t *store, const ledger_text_t *app,
    const ledger_text_t *user_id, uint64_t *key)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LMDB_STORE_ASKED_LEN_MAX];

    if (!lmdb_store_asked_fits(app, user_id)) {
        return LEDGER_UNKNOWN;
    }

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    lmdb_store_asked_encode(buf, app, user_id, &k);

    rc = mdb_get(store->read_txn, store->tables.asked, &k, &v);

    if (rc == 0 && v.mv_size != 8) {
        rc = MDB_CORRUPTED;
    }

    if (rc == 0) {
        *key = ledger_get64(v.mv_data);
    }

    lmdb_store_read_end(store);

    if (rc == MDB_NOTFOUND) {
        return LEDGER_UNKNOWN;
    }

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}
