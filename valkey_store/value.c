
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <openssl/rand.h>
#include <string.h>

#include "ledger/bytes.h"
#include "value.h"


int
valkey_store_stamp(uint8_t stamp[VALKEY_STORE_STAMP_LEN])
{
    return RAND_bytes(stamp, VALKEY_STORE_STAMP_LEN) == 1 ? 0 : -1;
}


int
valkey_store_value_has(const ledger_text_t *value,
    const uint8_t stamp[VALKEY_STORE_STAMP_LEN])
{
    return value->len >= VALKEY_STORE_STAMP_LEN
           && memcmp(value->data, stamp, VALKEY_STORE_STAMP_LEN) == 0;
}


/* Takes the stamp; the rest of the value is rows. */
static int
valkey_store_value_take_stamp(const ledger_text_t *value,
    uint8_t stamp[VALKEY_STORE_STAMP_LEN], ledger_text_t *rows)
{
    if (value->len < VALKEY_STORE_STAMP_LEN) {
        return LEDGER_ROW_CORRUPTED;
    }

    memcpy(stamp, value->data, VALKEY_STORE_STAMP_LEN);

    rows->data = (const unsigned char *) value->data + VALKEY_STORE_STAMP_LEN;
    rows->len = value->len - VALKEY_STORE_STAMP_LEN;

    return 0;
}


/* Copies a row to where it stays, so that the texts decoded of it do, too. */
static int
valkey_store_value_own(ledger_text_t *row, unsigned char *to, size_t max)
{
    if (row->len > max) {
        return LEDGER_ROW_CORRUPTED;
    }

    memcpy(to, row->data, row->len);
    row->data = to;

    return 0;
}


/*
 * Danger: what is left of a message whose end is cut off could be read as one
 * of an old schema, which has no provider or has dropped its claim.  No value
 * is that old, and its first row says whether there is a claim.
 */
static int
valkey_store_value_decode_message(ledger_row_t *row, ledger_text_t *message)
{
    unsigned  claimed;

    claimed = row->record.flags & LEDGER_CLAIMED;

    if (message->len == 0) {
        return claimed ? LEDGER_ROW_CORRUPTED : 0;
    }

    if (valkey_store_value_own(message, row->message, sizeof(row->message))
        || ledger_row_decode_message(row, message))
    {
        return LEDGER_ROW_CORRUPTED;
    }

    return (row->record.flags & LEDGER_CLAIMED) == claimed
           && ledger_row_message_len(&row->record) == message->len
           ? 0 : LEDGER_ROW_CORRUPTED;
}


int
valkey_store_record_decode(valkey_store_record_t *record, uint64_t key,
    const ledger_text_t *value)
{
    ledger_row_t   *row;
    ledger_text_t   first, message;

    row = &record->row;
    row->damaged = 0;

    if (valkey_store_value_take_stamp(value, record->stamp, &message)) {
        return LEDGER_ROW_CORRUPTED;
    }

    first.data = message.data;
    first.len = ledger_row_len(&message);

    message.data = (const unsigned char *) message.data + first.len;
    message.len -= first.len;

    if (valkey_store_value_own(&first, row->value, sizeof(row->value))
        || ledger_row_decode(row, key, &first))
    {
        return LEDGER_ROW_CORRUPTED;
    }

    return valkey_store_value_decode_message(row, &message);
}


int
valkey_store_session_decode(valkey_store_session_t *session, uint64_t key,
    const ledger_text_t *value)
{
    ledger_text_t          rows;
    ledger_row_session_t  *row;

    row = &session->row;

    if (valkey_store_value_take_stamp(value, session->stamp, &rows)) {
        return LEDGER_ROW_CORRUPTED;
    }

    if (rows.len == 0) {
        return VALKEY_STORE_VALUE_ENDED;
    }

    return valkey_store_value_own(&rows, row->value, sizeof(row->value))
           ? LEDGER_ROW_CORRUPTED
           : ledger_row_session_decode(row, key, &rows);
}


int
valkey_store_subject_decode(valkey_store_subject_t *subject,
    const ledger_text_t *app, const ledger_text_t *number,
    const ledger_text_t *value)
{
    ledger_text_t          key, rows;
    ledger_row_subject_t  *row;

    row = &subject->row;

    if (valkey_store_value_take_stamp(value, subject->stamp, &rows)
        || !ledger_row_subject_fits(app, number))
    {
        return LEDGER_ROW_CORRUPTED;
    }

    key.data = row->key;
    key.len = ledger_row_subject_key(row->key, app, number);

    return ledger_row_subject_decode(row, &key, &rows);
}


int
valkey_store_asked_decode(const ledger_text_t *value, uint64_t *key)
{
    if (value->len != VALKEY_STORE_ASKED_VALUE_LEN) {
        return LEDGER_ROW_CORRUPTED;
    }

    *key = ledger_get64(value->data);

    return 0;
}


size_t
valkey_store_record_encode(valkey_store_record_t *record, unsigned char *out)
{
    ledger_row_t  *row;

    row = &record->row;

    ledger_row_measure(row);
    ledger_row_encode(row);

    memcpy(out, record->stamp, VALKEY_STORE_STAMP_LEN);
    out += VALKEY_STORE_STAMP_LEN;
    memcpy(out, row->value, row->size);

    if (row->message_size != 0) {
        ledger_row_encode_message(row);
        memcpy(out + row->size, row->message, row->message_size);
    }

    return VALKEY_STORE_STAMP_LEN + row->size + row->message_size;
}


size_t
valkey_store_session_encode(valkey_store_session_t *session,
    unsigned char *out)
{
    ledger_row_session_t  *row;

    row = &session->row;

    ledger_row_session_measure(row);
    ledger_row_session_encode(row);

    memcpy(out, session->stamp, VALKEY_STORE_STAMP_LEN);
    memcpy(out + VALKEY_STORE_STAMP_LEN, row->value, row->size);

    return VALKEY_STORE_STAMP_LEN + row->size;
}


size_t
valkey_store_subject_encode(valkey_store_subject_t *subject,
    unsigned char *out)
{
    ledger_row_subject_measure(&subject->row);

    memcpy(out, subject->stamp, VALKEY_STORE_STAMP_LEN);
    ledger_row_subject_encode(&subject->row, out + VALKEY_STORE_STAMP_LEN);

    return VALKEY_STORE_STAMP_LEN + subject->row.size;
}
