
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "store.h"


static int
lmdb_store_row_is_sound(const lmdb_store_row_t *row)
{
    const ledger_record_t  *record;

    record = &row->record;

    return ledger_state_word(record->state) != NULL
           && ledger_status_word(record->status) != NULL
           && (record->error == LEDGER_ERROR_NONE
               || ledger_error_word(record->error) != NULL)
           && record->refusals <= LEDGER_REFUSALS_MAX + 1
           && row->entry.lane < LMDB_STORE_LANES;
}


/* Reads n texts, whose lengths stand at lens, from p on: their end. */

static const unsigned char *
lmdb_store_row_get_texts(ledger_text_t *text, unsigned n,
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


static unsigned char *
lmdb_store_row_put_texts(const ledger_text_t *text, unsigned n,
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


/*
 * A row by itself has no refusals: they come with the message, which has a
 * hash for each of them.
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

    end = lmdb_store_row_get_texts(record->text, LEDGER_RECORD_TEXTS, p + 52,
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


/*
 * The provider of a message from the time of schema 4, whose workers could
 * write it beside those of schema 5: an account of Twilio has letters in it, a
 * number of Meta has digits alone.
 */

static ledger_provider_t
lmdb_store_row_guess_provider(const ledger_text_t *route)
{
    size_t                i;
    const unsigned char  *p;

    p = route->data;

    for (i = 0; i < route->len; i++) {

        if (p[i] < '0' || p[i] > '9') {
            return LEDGER_PROVIDER_TWILIO;
        }
    }

    return LEDGER_PROVIDER_META;
}


static void
lmdb_store_row_get_state(lmdb_store_row_t *row, const unsigned char *p)
{
    uint64_t          keep_until;
    ledger_record_t  *record;

    record = &row->record;

    record->state = p[0];
    record->status = p[1];
    record->error = p[2];
    record->flags = p[3];
    record->refusals = p[4];
    record->lane = lmdb_store_get16(p + 5);
    record->attempts = lmdb_store_get16(p + 7);
    record->due_at = lmdb_store_get64(p + 9);
    record->validated_at = lmdb_store_get64(p + 17);
    keep_until = lmdb_store_get64(p + 25);

    row->entry.lane = record->lane;
    row->entry.due_at = record->due_at;

    if (record->due_at < keep_until) {
        record->due_at = keep_until;
    }
}


static int
lmdb_store_row_get_message(ledger_record_t *record, const unsigned char *p,
    const unsigned char *end)
{
    unsigned  i;

    record->sent_at = lmdb_store_get64(p);

    p = lmdb_store_row_get_texts(record->message, LEDGER_MESSAGE_TEXTS, p + 8,
                                 p + 8 + 2 * LEDGER_MESSAGE_TEXTS);

    if (p + LMDB_STORE_REFUSED_LEN * ledger_refused(record) > end) {
        return MDB_CORRUPTED;
    }

    for (i = 0; i < ledger_refused(record); i++) {
        record->refused[i].sender = lmdb_store_get64(p);
        record->refused[i].message = lmdb_store_get64(p + 8);
        p += LMDB_STORE_REFUSED_LEN;
    }

    if (p == end) {
        record->provider
            = lmdb_store_row_guess_provider(&record->message[LEDGER_ROUTE]);
        return 0;
    }

    record->provider = *p++;

    return p == end && record->provider != LEDGER_PROVIDER_NONE
           ? 0 : MDB_CORRUPTED;
}


/* Leaves enough of a damaged message for its record to go in its time. */

static void
lmdb_store_row_blank(lmdb_store_row_t *row)
{
    ledger_record_t  *record;

    record = &row->record;

    record->provider = LEDGER_PROVIDER_META;
    record->sent_at = 0;
    memset(record->message, 0, sizeof(record->message));
    memset(record->refused, 0, sizeof(record->refused));

    row->damaged = 1;
}


int
lmdb_store_row_decode_message(lmdb_store_row_t *row, const MDB_val *message)
{
    int                   rc;
    const unsigned char  *p;

    if (message->mv_size < LMDB_STORE_MESSAGE_HEAD_LEN
        || message->mv_size > LMDB_STORE_MESSAGE_VALUE_MAX)
    {
        return MDB_CORRUPTED;
    }

    p = message->mv_data;
    row->message_size = message->mv_size;

    lmdb_store_row_get_state(row, p);

    if (!lmdb_store_row_is_sound(row)) {
        return MDB_CORRUPTED;
    }

    rc = lmdb_store_row_get_message(&row->record, p + LMDB_STORE_STATE_LEN,
                                    p + message->mv_size);
    if (rc) {
        lmdb_store_row_blank(row);
    }

    return rc;
}


static size_t
lmdb_store_row_texts_len(const ledger_text_t *text, unsigned n)
{
    size_t    len;
    unsigned  i;

    len = 0;

    for (i = 0; i < n; i++) {
        len += text[i].len;
    }

    return len;
}


void
lmdb_store_row_measure(lmdb_store_row_t *row)
{
    const ledger_record_t  *record;

    record = &row->record;

    row->size = LMDB_STORE_HEAD_LEN
                + lmdb_store_row_texts_len(record->text, LEDGER_RECORD_TEXTS);
    row->message_size = 0;

    if (record->provider != LEDGER_PROVIDER_NONE) {
        row->message_size = LMDB_STORE_MESSAGE_HEAD_LEN
                            + lmdb_store_row_texts_len(record->message,
                                                       LEDGER_MESSAGE_TEXTS)
                            + LMDB_STORE_REFUSED_LEN * ledger_refused(record)
                            + 1;
    }
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

    (void) lmdb_store_row_put_texts(record->text, LEDGER_RECORD_TEXTS, p + 52,
                                    p + LMDB_STORE_HEAD_LEN);
}


static void
lmdb_store_row_put_state(const lmdb_store_row_t *row, unsigned char *p)
{
    const ledger_record_t  *record;

    record = &row->record;

    p[0] = (unsigned char) record->state;
    p[1] = (unsigned char) record->status;
    p[2] = (unsigned char) record->error;
    p[3] = (unsigned char) record->flags;
    p[4] = (unsigned char) record->refusals;
    lmdb_store_put16(p + 5, row->entry.lane);
    lmdb_store_put16(p + 7, record->attempts);
    lmdb_store_put64(p + 9, row->entry.due_at);
    lmdb_store_put64(p + 17, record->validated_at);
    lmdb_store_put64(p + 25, record->due_at > row->entry.due_at
                             ? record->due_at : 0);
}


void
lmdb_store_row_encode_message(lmdb_store_row_t *row)
{
    unsigned                i;
    unsigned char          *p;
    const ledger_record_t  *record;

    p = row->message;
    record = &row->record;

    lmdb_store_row_put_state(row, p);

    p += LMDB_STORE_STATE_LEN;
    lmdb_store_put64(p, record->sent_at);

    p = lmdb_store_row_put_texts(record->message, LEDGER_MESSAGE_TEXTS, p + 8,
                                 p + 8 + 2 * LEDGER_MESSAGE_TEXTS);

    for (i = 0; i < ledger_refused(record); i++) {
        lmdb_store_put64(p, record->refused[i].sender);
        lmdb_store_put64(p + 8, record->refused[i].message);
        p += LMDB_STORE_REFUSED_LEN;
    }

    *p = (unsigned char) record->provider;
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
