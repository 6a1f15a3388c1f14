
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "store.h"


int
lmdb_store_row_is_sound(const lmdb_store_row_t *row)
{
    const ledger_record_t  *record;

    record = &row->record;

    return ledger_state_word(record->state) != NULL
           && ledger_status_word(record->status) != NULL
           && (record->error == LEDGER_ERROR_NONE
               || ledger_error_word(record->error) != NULL)
           && record->refusals <= LEDGER_REFUSALS_MAX + 1
           && row->entry.lane < LMDB_STORE_LANE_SESSIONS;
}


const unsigned char *
lmdb_store_texts_get(ledger_text_t *text, unsigned n,
    const unsigned char *lens, const unsigned char *p)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        text[i].data = p;
        text[i].len = lmdb_store_get16(lens + 2 * i);
        p += text[i].len;
    }

    return p;
}


unsigned char *
lmdb_store_texts_put(const ledger_text_t *text, unsigned n,
    unsigned char *lens, unsigned char *p)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        lmdb_store_put16(lens + 2 * i, (unsigned) text[i].len);

        if (text[i].len) {
            memcpy(p, text[i].data, text[i].len);
            p += text[i].len;
        }
    }

    return p;
}


size_t
lmdb_store_texts_len(const ledger_text_t *text, unsigned n)
{
    size_t    len;
    unsigned  i;

    len = 0;

    for (i = 0; i < n; i++) {
        len += text[i].len;
    }

    return len;
}


/* No claim is read yet, or none can be read. */

void
lmdb_store_row_no_claim(ledger_record_t *record)
{
    memset(&record->claim, 0, sizeof(ledger_claim_t));
    memset(&record->text[LEDGER_PLACE], 0,
           LMDB_STORE_CLAIM_TEXTS * sizeof(ledger_text_t));
}


/*
 * A row by itself has no refusals and no claim: they come with the message,
 * which has a hash for each refusal.
 */

int
lmdb_store_row_decode(lmdb_store_row_t *row, uint64_t key,
    const MDB_val *value)
{
    ledger_record_t      *record;
    const unsigned char  *p, *end;

    row->damaged = 0;

    if (value->mv_size < LMDB_STORE_HEAD_LEN
        || value->mv_size > LMDB_STORE_VALUE_MAX)
    {
        return MDB_CORRUPTED;
    }

    p = value->mv_data;
    record = &row->record;

    record->key = key;
    record->state = p[0];
    record->status = p[1];
    record->error = p[2];
    record->channel = p[3];
    record->provider = LEDGER_PROVIDER_NONE;
    record->flags = p[4];
    record->refusals = p[5];
    record->host_lane = lmdb_store_get16(p + 6);
    record->lane = lmdb_store_get16(p + 8);
    record->attempts = lmdb_store_get16(p + 10);
    record->due_at = lmdb_store_get64(p + 12);
    record->requested_at = lmdb_store_get64(p + 20);
    record->expires_at = lmdb_store_get64(p + 28);
    record->validated_at = lmdb_store_get64(p + 36);
    record->link_hash = lmdb_store_get64(p + 44);
    record->sent_at = 0;
    memset(&record->claim, 0, sizeof(record->claim));
    memset(&record->text[LEDGER_RECORD_TEXTS], 0,
           (LEDGER_TEXTS - LEDGER_RECORD_TEXTS) * sizeof(ledger_text_t));
    memset(record->message, 0, sizeof(record->message));
    lmdb_store_row_no_claim(record);

    end = lmdb_store_texts_get(record->text, LEDGER_RECORD_TEXTS, p + 52,
                               p + LMDB_STORE_HEAD_LEN);

    row->entry.lane = record->lane;
    row->entry.due_at = record->due_at;
    row->entry.key = key;
    row->size = value->mv_size;
    row->message_size = 0;

    return end == p + value->mv_size
           && ledger_channel_word(record->channel) != NULL
           && record->host_lane < LEDGER_HOST_LANES
           && record->refusals == 0
           && record->text[LEDGER_APP].len > 0
           && record->text[LEDGER_APP].len <= LEDGER_APP_MAX
           && lmdb_store_row_is_sound(row) ? 0 : MDB_CORRUPTED;
}


void
lmdb_store_row_measure(lmdb_store_row_t *row)
{
    row->size = LMDB_STORE_HEAD_LEN
                + lmdb_store_texts_len(row->record.text, LEDGER_RECORD_TEXTS);
    row->message_size = lmdb_store_row_message_len(&row->record);
}


void
lmdb_store_row_encode(lmdb_store_row_t *row)
{
    unsigned char          *p;
    const ledger_record_t  *record;

    p = row->value;
    record = &row->record;

    p[0] = (unsigned char) record->state;
    p[1] = (unsigned char) record->status;
    p[2] = (unsigned char) record->error;
    p[3] = (unsigned char) record->channel;
    p[4] = (unsigned char) record->flags;
    p[5] = 0;
    lmdb_store_put16(p + 6, record->host_lane);
    lmdb_store_put16(p + 8, row->entry.lane);
    lmdb_store_put16(p + 10, record->attempts);
    lmdb_store_put64(p + 12, row->entry.due_at);
    lmdb_store_put64(p + 20, record->requested_at);
    lmdb_store_put64(p + 28, record->expires_at);
    lmdb_store_put64(p + 36, record->validated_at);
    lmdb_store_put64(p + 44, record->link_hash);

    (void) lmdb_store_texts_put(record->text, LEDGER_RECORD_TEXTS, p + 52,
                                p + LMDB_STORE_HEAD_LEN);
}


void
lmdb_store_key_encode(unsigned char *out, uint64_t key, MDB_val *val)
{
    lmdb_store_put64(out, key);
    val->mv_data = out;
    val->mv_size = LMDB_STORE_KEY_LEN;
}


void
lmdb_store_due_encode(unsigned char *out, const lmdb_store_entry_t *entry,
    MDB_val *val)
{
    lmdb_store_put16(out, entry->lane);
    lmdb_store_put64(out + 2, entry->due_at);
    lmdb_store_put64(out + 10, entry->key);

    val->mv_data = out;
    val->mv_size = LMDB_STORE_DUE_LEN;
}


int
lmdb_store_due_decode(const MDB_val *val, lmdb_store_entry_t *entry)
{
    const unsigned char  *p;

    if (val->mv_size != LMDB_STORE_DUE_LEN) {
        return MDB_CORRUPTED;
    }

    p = val->mv_data;
    entry->lane = lmdb_store_get16(p);
    entry->due_at = lmdb_store_get64(p + 2);
    entry->key = lmdb_store_get64(p + 10);

    return 0;
}
