
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The row of a record in "messages": what changes, the message, the claim.
 */


#include "store.h"


/* A byte of the claim: its wrong PINs and, in the high half, its language. */

#define LMDB_STORE_WRONG_PINS      0x0f
#define LMDB_STORE_LANGUAGE_SHIFT  4

_Static_assert(LEDGER_WRONG_PINS_MAX <= LMDB_STORE_WRONG_PINS
               && LEDGER_LANGUAGE_MAX << LMDB_STORE_LANGUAGE_SHIFT <= 0xff,
               "wrong PINs and language must not meet");


/*
 * The provider of a message from the time of schema 4, whose workers could
 * write it beside those of schema 5: an account of Twilio has letters in it, a
 * number of Meta has digits alone.
 */

static ledger_provider_t
lmdb_store_row_message_guess(const ledger_text_t *route)
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
lmdb_store_row_message_get_state(lmdb_store_row_t *row,
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


/* Copies of a record, and a session, have room for no more. */

static int
lmdb_store_row_message_fits(const ledger_record_t *record)
{
    size_t  user_id;

    user_id = record->message[LEDGER_USER_ID].len;

    return user_id <= LEDGER_USER_ID_MAX
           && lmdb_store_texts_len(record->message, LEDGER_MESSAGE_TEXTS)
              <= LEDGER_MESSAGE_TEXTS_MAX + user_id;
}


/* A message, up to the provider or what schema 4 has left: NULL, or its end. */

static const unsigned char *
lmdb_store_row_message_get(ledger_record_t *record, const unsigned char *p,
    const unsigned char *end)
{
    unsigned  i;

    record->sent_at = lmdb_store_get64(p);

    p = lmdb_store_texts_get(record->message, LEDGER_MESSAGE_TEXTS, p + 8,
                             p + 8 + 2 * LEDGER_MESSAGE_TEXTS);

    if (!lmdb_store_row_message_fits(record)
        || p + LMDB_STORE_REFUSED_LEN * ledger_refused(record) > end)
    {
        return NULL;
    }

    for (i = 0; i < ledger_refused(record); i++) {
        record->refused[i].sender = lmdb_store_get64(p);
        record->refused[i].message = lmdb_store_get64(p + 8);
        p += LMDB_STORE_REFUSED_LEN;
    }

    record->provider = p == end
                       ? lmdb_store_row_message_guess(
                             &record->message[LEDGER_ROUTE])
                       : *p++;

    return p;
}


/* A claim, which is all that is left. */

static int
lmdb_store_row_message_get_claim(ledger_record_t *record,
    const unsigned char *p, const unsigned char *end)
{
    ledger_claim_t  *claim;

    claim = &record->claim;

    if (end - p < LMDB_STORE_CLAIM_LEN) {
        return MDB_CORRUPTED;
    }

    claim->flags = p[0];
    claim->step = p[1];
    claim->wrong_pins = p[2] & LMDB_STORE_WRONG_PINS;
    claim->language = p[2] >> LMDB_STORE_LANGUAGE_SHIFT;
    claim->collected_at = lmdb_store_get64(p + 3);
    record->expires_at = lmdb_store_get64(p + 11);
    memcpy(claim->digest, p + 19, LEDGER_DIGEST_LEN);
    memcpy(claim->known, p + 35, LEDGER_DIGEST_LEN);
    memcpy(claim->collect_key, p + 51, LEDGER_DIGEST_LEN);

    p = lmdb_store_texts_get(&record->text[LEDGER_PLACE],
                             LMDB_STORE_CLAIM_TEXTS, p + 67,
                             p + LMDB_STORE_CLAIM_LEN);

    return p == end && ledger_step_word(claim->step) != NULL
           && claim->wrong_pins <= LEDGER_WRONG_PINS_MAX
           && record->text[LEDGER_PLACE].len <= LEDGER_PLACE_MAX
           && record->text[LEDGER_DEVICE].len <= LEDGER_DEVICE_MAX
           ? 0 : MDB_CORRUPTED;
}


/*
 * Nothing follows the provider of a record without a claim, and of one whose
 * claim a worker of schema 5 has dropped: it has none any more, so nobody
 * collects it.
 */

static int
lmdb_store_row_message_get_all(ledger_record_t *record,
    const unsigned char *p, const unsigned char *end)
{
    p = lmdb_store_row_message_get(record, p, end);

    if (p == NULL) {
        return MDB_CORRUPTED;
    }

    if (p == end) {
        record->flags &= ~(unsigned) LEDGER_CLAIMED;
        return record->provider != LEDGER_PROVIDER_NONE ? 0 : MDB_CORRUPTED;
    }

    return (record->flags & LEDGER_CLAIMED)
           ? lmdb_store_row_message_get_claim(record, p, end)
           : MDB_CORRUPTED;
}


/* Leaves enough of a damaged message for its record to go in its time. */

static void
lmdb_store_row_message_blank(lmdb_store_row_t *row)
{
    ledger_record_t  *record;

    record = &row->record;

    record->provider = LEDGER_PROVIDER_META;
    record->sent_at = 0;
    memset(record->message, 0, sizeof(record->message));
    memset(record->refused, 0, sizeof(record->refused));
    lmdb_store_row_no_claim(record);

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

    lmdb_store_row_message_get_state(row, p);

    if (!lmdb_store_row_is_sound(row)) {
        return MDB_CORRUPTED;
    }

    lmdb_store_row_no_claim(&row->record);

    rc = lmdb_store_row_message_get_all(&row->record,
                                        p + LMDB_STORE_STATE_LEN,
                                        p + message->mv_size);
    if (rc) {
        lmdb_store_row_message_blank(row);
    }

    return rc;
}


/* A record has a message, or a claim, or nothing here. */

size_t
lmdb_store_row_message_len(const ledger_record_t *record)
{
    size_t  len;

    if (record->provider == LEDGER_PROVIDER_NONE
        && (record->flags & LEDGER_CLAIMED) == 0)
    {
        return 0;
    }

    len = LMDB_STORE_MESSAGE_HEAD_LEN
          + lmdb_store_texts_len(record->message, LEDGER_MESSAGE_TEXTS)
          + LMDB_STORE_REFUSED_LEN * ledger_refused(record) + 1;

    if (record->flags & LEDGER_CLAIMED) {
        len += LMDB_STORE_CLAIM_LEN
               + lmdb_store_texts_len(&record->text[LEDGER_PLACE],
                                      LMDB_STORE_CLAIM_TEXTS);
    }

    return len;
}


static void
lmdb_store_row_message_put_state(const lmdb_store_row_t *row,
    unsigned char *p)
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


static unsigned char *
lmdb_store_row_message_put(const ledger_record_t *record, unsigned char *p)
{
    unsigned  i;

    lmdb_store_put64(p, record->sent_at);

    p = lmdb_store_texts_put(record->message, LEDGER_MESSAGE_TEXTS, p + 8,
                             p + 8 + 2 * LEDGER_MESSAGE_TEXTS);

    for (i = 0; i < ledger_refused(record); i++) {
        lmdb_store_put64(p, record->refused[i].sender);
        lmdb_store_put64(p + 8, record->refused[i].message);
        p += LMDB_STORE_REFUSED_LEN;
    }

    *p++ = (unsigned char) record->provider;

    return p;
}


static void
lmdb_store_row_message_put_claim(const ledger_record_t *record,
    unsigned char *p)
{
    const ledger_claim_t  *claim;

    claim = &record->claim;

    p[0] = (unsigned char) claim->flags;
    p[1] = (unsigned char) claim->step;
    p[2] = (unsigned char) (claim->wrong_pins
                            | claim->language << LMDB_STORE_LANGUAGE_SHIFT);
    lmdb_store_put64(p + 3, claim->collected_at);
    lmdb_store_put64(p + 11, record->expires_at);
    memcpy(p + 19, claim->digest, LEDGER_DIGEST_LEN);
    memcpy(p + 35, claim->known, LEDGER_DIGEST_LEN);
    memcpy(p + 51, claim->collect_key, LEDGER_DIGEST_LEN);

    (void) lmdb_store_texts_put(&record->text[LEDGER_PLACE],
                                LMDB_STORE_CLAIM_TEXTS, p + 67,
                                p + LMDB_STORE_CLAIM_LEN);
}


void
lmdb_store_row_encode_message(lmdb_store_row_t *row)
{
    unsigned char  *p;

    lmdb_store_row_message_put_state(row, row->message);

    p = lmdb_store_row_message_put(&row->record,
                                   row->message + LMDB_STORE_STATE_LEN);

    if (row->record.flags & LEDGER_CLAIMED) {
        lmdb_store_row_message_put_claim(&row->record, p);
    }
}
