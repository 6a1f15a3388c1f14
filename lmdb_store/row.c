
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "store.h"


static ledger_text_t
lmdb_store_row_bytes(const MDB_val *val)
{
    ledger_text_t  bytes;

    bytes.data = val->mv_data;
    bytes.len = val->mv_size;

    return bytes;
}


int
lmdb_store_row_decode(ledger_row_t *row, uint64_t key, const MDB_val *value)
{
    ledger_text_t  bytes;

    bytes = lmdb_store_row_bytes(value);

    return ledger_row_decode(row, key, &bytes) ? MDB_CORRUPTED : 0;
}


int
lmdb_store_row_decode_message(ledger_row_t *row, const MDB_val *message)
{
    ledger_text_t  bytes;

    bytes = lmdb_store_row_bytes(message);

    return ledger_row_decode_message(row, &bytes) ? MDB_CORRUPTED : 0;
}


int
lmdb_store_session_decode(ledger_row_session_t *row, uint64_t key,
    const MDB_val *value)
{
    ledger_text_t  bytes;

    bytes = lmdb_store_row_bytes(value);

    if (ledger_row_session_decode(row, key, &bytes)) {
        return MDB_CORRUPTED;
    }

    row->cost = lmdb_store_cost_session(row);

    return 0;
}


int
lmdb_store_subject_decode(ledger_row_subject_t *row, const MDB_val *key,
    const MDB_val *value)
{
    ledger_text_t  name, bytes;

    name = lmdb_store_row_bytes(key);
    bytes = lmdb_store_row_bytes(value);

    if (ledger_row_subject_decode(row, &name, &bytes)) {
        return MDB_CORRUPTED;
    }

    row->cost = lmdb_store_cost_subject(row);

    return 0;
}


int
lmdb_store_due_decode(const MDB_val *value, ledger_entry_t *entry)
{
    ledger_text_t  bytes;

    bytes = lmdb_store_row_bytes(value);

    return ledger_row_due_decode(&bytes, entry) ? MDB_CORRUPTED : 0;
}


void
lmdb_store_session_measure(ledger_row_session_t *row)
{
    ledger_row_session_measure(row);
    row->cost = lmdb_store_cost_session(row);
}


void
lmdb_store_subject_measure(ledger_row_subject_t *row)
{
    ledger_row_subject_measure(row);
    row->cost = lmdb_store_cost_subject(row);
}


void
lmdb_store_key_encode(unsigned char *out, uint64_t key, MDB_val *val)
{
    ledger_put64(out, key);
    val->mv_data = out;
    val->mv_size = LEDGER_ROW_KEY_LEN;
}


void
lmdb_store_due_encode(unsigned char *out, const ledger_entry_t *entry,
    MDB_val *val)
{
    ledger_row_due_encode(out, entry);
    val->mv_data = out;
    val->mv_size = LEDGER_ROW_DUE_LEN;
}


void
lmdb_store_subject_key(unsigned char *out, const ledger_text_t *app,
    const ledger_text_t *number, MDB_val *val)
{
    val->mv_data = out;
    val->mv_size = ledger_row_subject_key(out, app, number);
}
