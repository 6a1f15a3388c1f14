
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "bytes.h"
#include "row.h"


/* The end of the head: the lengths of the texts. */
#define LEDGER_ROW_TEXT_LENS                                                  \
    (LEDGER_ROW_HEAD_LEN - 2 * LEDGER_RECORD_TEXTS)


int
ledger_row_is_sound(const ledger_row_t *row)
{
    const ledger_record_t  *record;

    record = &row->record;

    return ledger_state_word(record->state) != NULL
           && ledger_status_word(record->status) != NULL
           && (record->error == LEDGER_ERROR_NONE
               || ledger_error_word(record->error) != NULL)
           && record->refusals <= LEDGER_REFUSALS_MAX + 1
           && row->entry.lane < LEDGER_ROW_LANES;
}


int
ledger_row_agrees(const ledger_row_t *row)
{
    unsigned                callbacks;
    const ledger_record_t  *record;

    record = &row->record;

    if (((record->flags & LEDGER_ASKED)
         && record->provider == LEDGER_PROVIDER_NONE)
        || ((record->flags & LEDGER_CLAIMED) && row->message_size == 0))
    {
        return 0;
    }

    switch (record->state) {

    case LEDGER_STATE_WAITING:
        return record->status == LEDGER_STATUS_REQUESTED
               && row->entry.lane == LEDGER_LANE_TIME
               && record->due_at == record->expires_at
               && record->refusals <= LEDGER_REFUSALS_MAX;

    case LEDGER_STATE_CALLBACK:
        callbacks = (record->status == LEDGER_STATUS_EXPIRED)
                    ? LEDGER_LANE_EXPIRED : LEDGER_LANE_CALLBACK;

        return record->status != LEDGER_STATUS_REQUESTED
               && row->entry.lane == callbacks + record->host_lane;

    case LEDGER_STATE_KEPT:
        return record->status != LEDGER_STATUS_REQUESTED;
    }

    return 0;
}


const unsigned char *
ledger_row_texts_get(ledger_text_t *text, unsigned n,
    const unsigned char *lens, const unsigned char *p)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        text[i].data = p;
        text[i].len = ledger_get16(lens + 2 * i);
        p += text[i].len;
    }

    return p;
}


unsigned char *
ledger_row_texts_put(const ledger_text_t *text, unsigned n,
    unsigned char *lens, unsigned char *p)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        ledger_put16(lens + 2 * i, (unsigned) text[i].len);

        if (text[i].len) {
            memcpy(p, text[i].data, text[i].len);
            p += text[i].len;
        }
    }

    return p;
}


size_t
ledger_row_texts_len(const ledger_text_t *text, unsigned n)
{
    size_t    len;
    unsigned  i;

    len = 0;

    for (i = 0; i < n; i++) {
        len += text[i].len;
    }

    return len;
}


size_t
ledger_row_len(const ledger_text_t *value)
{
    size_t                len;
    unsigned              i;
    const unsigned char  *lens;

    if (value->len < LEDGER_ROW_HEAD_LEN) {
        return 0;
    }

    len = LEDGER_ROW_HEAD_LEN;
    lens = (const unsigned char *) value->data + LEDGER_ROW_TEXT_LENS;

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {
        len += ledger_get16(lens + 2 * i);
    }

    return len <= value->len ? len : 0;
}


/* No claim is read yet, or none can be read. */

void
ledger_row_no_claim(ledger_record_t *record)
{
    memset(&record->claim, 0, sizeof(ledger_claim_t));
    memset(&record->text[LEDGER_PLACE], 0,
           LEDGER_ROW_CLAIM_TEXTS * sizeof(ledger_text_t));
}


/*
 * A row by itself has no refusals and no claim: they come with the message,
 * which has a hash for each refusal.
 */

int
ledger_row_decode(ledger_row_t *row, uint64_t key,
    const ledger_text_t *value)
{
    ledger_record_t      *record;
    const unsigned char  *p, *end;

    row->damaged = 0;

    if (value->len < LEDGER_ROW_HEAD_LEN
        || value->len > LEDGER_ROW_VALUE_MAX)
    {
        return LEDGER_ROW_CORRUPTED;
    }

    p = value->data;
    record = &row->record;

    record->key = key;
    record->state = p[0];
    record->status = p[1];
    record->error = p[2];
    record->channel = p[3];
    record->provider = LEDGER_PROVIDER_NONE;
    record->flags = p[4];
    record->refusals = p[5];
    record->host_lane = ledger_get16(p + 6);
    record->lane = ledger_get16(p + 8);
    record->attempts = ledger_get16(p + 10);
    record->due_at = ledger_get64(p + 12);
    record->requested_at = ledger_get64(p + 20);
    record->expires_at = ledger_get64(p + 28);
    record->validated_at = ledger_get64(p + 36);
    record->link_hash = ledger_get64(p + 44);
    record->sent_at = 0;
    memset(&record->claim, 0, sizeof(record->claim));
    memset(&record->text[LEDGER_RECORD_TEXTS], 0,
           (LEDGER_TEXTS - LEDGER_RECORD_TEXTS) * sizeof(ledger_text_t));
    memset(record->message, 0, sizeof(record->message));
    ledger_row_no_claim(record);

    end = ledger_row_texts_get(record->text, LEDGER_RECORD_TEXTS,
                               p + LEDGER_ROW_TEXT_LENS,
                               p + LEDGER_ROW_HEAD_LEN);

    row->entry.lane = record->lane;
    row->entry.due_at = record->due_at;
    row->entry.key = key;
    row->size = value->len;
    row->message_size = 0;

    return end == p + value->len
           && ledger_channel_word(record->channel) != NULL
           && record->host_lane < LEDGER_HOST_LANES
           && record->refusals == 0
           && record->text[LEDGER_APP].len > 0
           && record->text[LEDGER_APP].len <= LEDGER_APP_MAX
           && ledger_row_is_sound(row) ? 0 : LEDGER_ROW_CORRUPTED;
}


void
ledger_row_measure(ledger_row_t *row)
{
    row->size = LEDGER_ROW_HEAD_LEN
                + ledger_row_texts_len(row->record.text, LEDGER_RECORD_TEXTS);
    row->message_size = ledger_row_message_len(&row->record);
}


void
ledger_row_encode(ledger_row_t *row)
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
    ledger_put16(p + 6, record->host_lane);
    ledger_put16(p + 8, row->entry.lane);
    ledger_put16(p + 10, record->attempts);
    ledger_put64(p + 12, row->entry.due_at);
    ledger_put64(p + 20, record->requested_at);
    ledger_put64(p + 28, record->expires_at);
    ledger_put64(p + 36, record->validated_at);
    ledger_put64(p + 44, record->link_hash);

    (void) ledger_row_texts_put(record->text, LEDGER_RECORD_TEXTS,
                                p + LEDGER_ROW_TEXT_LENS,
                                p + LEDGER_ROW_HEAD_LEN);
}


void
ledger_row_due_encode(unsigned char *out, const ledger_entry_t *entry)
{
    ledger_put16(out, entry->lane);
    ledger_put64(out + 2, entry->due_at);
    ledger_put64(out + 10, entry->key);
}


int
ledger_row_due_decode(const ledger_text_t *value, ledger_entry_t *entry)
{
    const unsigned char  *p;

    if (value->len != LEDGER_ROW_DUE_LEN) {
        return LEDGER_ROW_CORRUPTED;
    }

    p = value->data;
    entry->lane = ledger_get16(p);
    entry->due_at = ledger_get64(p + 2);
    entry->key = ledger_get64(p + 10);

    return 0;
}
