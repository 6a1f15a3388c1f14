
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The row of a message: what changes, the message, the claim.
 */


#include <string.h>

#include "bytes.h"
#include "row.h"


/* A byte of the claim: its wrong PINs and, in the high half, its language. */

#define LEDGER_ROW_WRONG_PINS      0x0f
#define LEDGER_ROW_LANGUAGE_SHIFT  4

_Static_assert(LEDGER_WRONG_PINS_MAX <= LEDGER_ROW_WRONG_PINS
               && LEDGER_LANGUAGE_MAX << LEDGER_ROW_LANGUAGE_SHIFT <= 0xff,
               "wrong PINs and language must not meet");


/*
 * The provider of a message from the time of schema 4, whose workers could
 * write it beside those of schema 5: an account of Twilio has letters in it, a
 * number of Meta has digits alone.
 */

static ledger_provider_t
ledger_row_message_guess(const ledger_text_t *route)
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
ledger_row_message_get_state(ledger_row_t *row,
    const unsigned char *p)
{
    uint64_t          keep_until;
    ledger_record_t  *record;

    record = &row->record;

    record->state = p[0];
    record->status = p[1];
    record->error = p[2];
    record->flags = p[3];
    record->refusals = p[4];
    record->lane = ledger_get16(p + 5);
    record->attempts = ledger_get16(p + 7);
    record->due_at = ledger_get64(p + 9);
    record->validated_at = ledger_get64(p + 17);
    keep_until = ledger_get64(p + 25);

    row->entry.lane = record->lane;
    row->entry.due_at = record->due_at;

    if (record->due_at < keep_until) {
        record->due_at = keep_until;
    }
}


/* Copies of a record, and a session, have room for no more. */

static int
ledger_row_message_fits(const ledger_record_t *record)
{
    size_t  user_id;

    user_id = record->message[LEDGER_USER_ID].len;

    return user_id <= LEDGER_USER_ID_MAX
           && ledger_row_texts_len(record->message, LEDGER_MESSAGE_TEXTS)
              <= LEDGER_MESSAGE_TEXTS_MAX + user_id;
}


/* A message, up to the provider or what schema 4 has left: NULL, or its end. */

static const unsigned char *
ledger_row_message_get(ledger_record_t *record, const unsigned char *p,
    const unsigned char *end)
{
    unsigned  i;

    record->sent_at = ledger_get64(p);

    p = ledger_row_texts_get(record->message, LEDGER_MESSAGE_TEXTS, p + 8,
                             p + 8 + 2 * LEDGER_MESSAGE_TEXTS);

    if (!ledger_row_message_fits(record)
        || p + LEDGER_ROW_REFUSED_LEN * ledger_refused(record) > end)
    {
        return NULL;
    }

    for (i = 0; i < ledger_refused(record); i++) {
        record->refused[i].sender = ledger_get64(p);
        record->refused[i].message = ledger_get64(p + 8);
        p += LEDGER_ROW_REFUSED_LEN;
    }

    record->provider = p == end
                       ? ledger_row_message_guess(
                             &record->message[LEDGER_ROUTE])
                       : *p++;

    return p;
}


/* A claim, which is all that is left. */

static int
ledger_row_message_get_claim(ledger_record_t *record,
    const unsigned char *p, const unsigned char *end)
{
    ledger_claim_t  *claim;

    claim = &record->claim;

    if (end - p < LEDGER_ROW_CLAIM_LEN) {
        return LEDGER_ROW_CORRUPTED;
    }

    claim->flags = p[0];
    claim->step = p[1];
    claim->wrong_pins = p[2] & LEDGER_ROW_WRONG_PINS;
    claim->language = p[2] >> LEDGER_ROW_LANGUAGE_SHIFT;
    claim->collected_at = ledger_get64(p + 3);
    record->expires_at = ledger_get64(p + 11);
    memcpy(claim->digest, p + 19, LEDGER_DIGEST_LEN);
    memcpy(claim->known, p + 35, LEDGER_DIGEST_LEN);
    memcpy(claim->collect_key, p + 51, LEDGER_DIGEST_LEN);

    p = ledger_row_texts_get(&record->text[LEDGER_PLACE],
                             LEDGER_ROW_CLAIM_TEXTS, p + 67,
                             p + LEDGER_ROW_CLAIM_LEN);

    return p == end && ledger_step_word(claim->step) != NULL
           && claim->wrong_pins <= LEDGER_WRONG_PINS_MAX
           && record->text[LEDGER_PLACE].len <= LEDGER_PLACE_MAX
           && record->text[LEDGER_DEVICE].len <= LEDGER_DEVICE_MAX
           ? 0 : LEDGER_ROW_CORRUPTED;
}


/*
 * Nothing follows the provider of a record without a claim, and of one whose
 * claim a worker of schema 5 has dropped: it has none any more, so nobody
 * collects it.
 */

static int
ledger_row_message_get_all(ledger_record_t *record,
    const unsigned char *p, const unsigned char *end)
{
    p = ledger_row_message_get(record, p, end);

    if (p == NULL) {
        return LEDGER_ROW_CORRUPTED;
    }

    if (p == end) {
        record->flags &= ~(unsigned) LEDGER_CLAIMED;
        return record->provider != LEDGER_PROVIDER_NONE
               ? 0 : LEDGER_ROW_CORRUPTED;
    }

    return (record->flags & LEDGER_CLAIMED)
           ? ledger_row_message_get_claim(record, p, end)
           : LEDGER_ROW_CORRUPTED;
}


/* Leaves enough of a damaged message for its record to go in its time. */

static void
ledger_row_message_blank(ledger_row_t *row)
{
    ledger_record_t  *record;

    record = &row->record;

    record->provider = LEDGER_PROVIDER_META;
    record->sent_at = 0;
    memset(record->message, 0, sizeof(record->message));
    memset(record->refused, 0, sizeof(record->refused));
    ledger_row_no_claim(record);

    row->damaged = 1;
}


int
ledger_row_decode_message(ledger_row_t *row, const ledger_text_t *message)
{
    int                   rc;
    const unsigned char  *p;

    if (message->len < LEDGER_ROW_MESSAGE_HEAD_LEN
        || message->len > LEDGER_ROW_MESSAGE_VALUE_MAX)
    {
        return LEDGER_ROW_CORRUPTED;
    }

    p = message->data;
    row->message_size = message->len;

    ledger_row_message_get_state(row, p);

    if (!ledger_row_is_sound(row)) {
        return LEDGER_ROW_CORRUPTED;
    }

    ledger_row_no_claim(&row->record);

    rc = ledger_row_message_get_all(&row->record,
                                        p + LEDGER_ROW_STATE_LEN,
                                        p + message->len);
    if (rc) {
        ledger_row_message_blank(row);
    }

    return rc;
}


/* A record has a message, or a claim, or nothing here. */

size_t
ledger_row_message_len(const ledger_record_t *record)
{
    size_t  len;

    if (record->provider == LEDGER_PROVIDER_NONE
        && (record->flags & LEDGER_CLAIMED) == 0)
    {
        return 0;
    }

    len = LEDGER_ROW_MESSAGE_HEAD_LEN
          + ledger_row_texts_len(record->message, LEDGER_MESSAGE_TEXTS)
          + LEDGER_ROW_REFUSED_LEN * ledger_refused(record) + 1;

    if (record->flags & LEDGER_CLAIMED) {
        len += LEDGER_ROW_CLAIM_LEN
               + ledger_row_texts_len(&record->text[LEDGER_PLACE],
                                      LEDGER_ROW_CLAIM_TEXTS);
    }

    return len;
}


static void
ledger_row_message_put_state(const ledger_row_t *row,
    unsigned char *p)
{
    const ledger_record_t  *record;

    record = &row->record;

    p[0] = (unsigned char) record->state;
    p[1] = (unsigned char) record->status;
    p[2] = (unsigned char) record->error;
    p[3] = (unsigned char) record->flags;
    p[4] = (unsigned char) record->refusals;
    ledger_put16(p + 5, row->entry.lane);
    ledger_put16(p + 7, record->attempts);
    ledger_put64(p + 9, row->entry.due_at);
    ledger_put64(p + 17, record->validated_at);
    ledger_put64(p + 25, record->due_at > row->entry.due_at
                             ? record->due_at : 0);
}


static unsigned char *
ledger_row_message_put(const ledger_record_t *record, unsigned char *p)
{
    unsigned  i;

    ledger_put64(p, record->sent_at);

    p = ledger_row_texts_put(record->message, LEDGER_MESSAGE_TEXTS, p + 8,
                             p + 8 + 2 * LEDGER_MESSAGE_TEXTS);

    for (i = 0; i < ledger_refused(record); i++) {
        ledger_put64(p, record->refused[i].sender);
        ledger_put64(p + 8, record->refused[i].message);
        p += LEDGER_ROW_REFUSED_LEN;
    }

    *p++ = (unsigned char) record->provider;

    return p;
}


static void
ledger_row_message_put_claim(const ledger_record_t *record,
    unsigned char *p)
{
    const ledger_claim_t  *claim;

    claim = &record->claim;

    p[0] = (unsigned char) claim->flags;
    p[1] = (unsigned char) claim->step;
    p[2] = (unsigned char) (claim->wrong_pins
                            | claim->language << LEDGER_ROW_LANGUAGE_SHIFT);
    ledger_put64(p + 3, claim->collected_at);
    ledger_put64(p + 11, record->expires_at);
    memcpy(p + 19, claim->digest, LEDGER_DIGEST_LEN);
    memcpy(p + 35, claim->known, LEDGER_DIGEST_LEN);
    memcpy(p + 51, claim->collect_key, LEDGER_DIGEST_LEN);

    (void) ledger_row_texts_put(&record->text[LEDGER_PLACE],
                                LEDGER_ROW_CLAIM_TEXTS, p + 67,
                                p + LEDGER_ROW_CLAIM_LEN);
}


void
ledger_row_encode_message(ledger_row_t *row)
{
    unsigned char  *p;

    ledger_row_message_put_state(row, row->message);

    p = ledger_row_message_put(&row->record,
                                   row->message + LEDGER_ROW_STATE_LEN);

    if (row->record.flags & LEDGER_CLAIMED) {
        ledger_row_message_put_claim(&row->record, p);
    }
}
