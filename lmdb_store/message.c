
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What a message adds to a record, in a table of its own under the same key:
 * the record's state from then on, the time it was sent, the lengths of its
 * texts, the texts.  Behind them stand the senders whom the record has
 * refused and lived on, with their messages, each as a hash.
 */


#include "store.h"


/* The length of all texts but USER_ID, or more than a message may have. */

size_t
lmdb_store_message_len(const ledger_op_t *op)
{
    size_t    len;
    unsigned  i;

    if (ledger_message_text(op, LEDGER_USER_ID).len
        > LEDGER_USER_ID_MAX)
    {
        return SIZE_MAX;
    }

    len = 0;

    for (i = 0; i < LEDGER_MESSAGE_TEXTS; i++) {

        if (i == LEDGER_USER_ID) {
            continue;
        }

        if (ledger_message_text(op, i).len
            > LEDGER_MESSAGE_TEXTS_MAX)
        {
            return SIZE_MAX;
        }

        len += ledger_message_text(op, i).len;
    }

    return len;
}


void
lmdb_store_message_put_state(unsigned char *p, const lmdb_store_head_t *head)
{
    p[0] = (unsigned char) head->state;
    p[1] = (unsigned char) head->status;
    p[2] = (unsigned char) head->error;
    p[3] = (unsigned char) head->flags;
    p[4] = (unsigned char) head->refusals;
    lmdb_store_put16(p + 5, head->lane);
    lmdb_store_put16(p + 7, head->attempts);
    lmdb_store_put64(p + 9, head->due_at);
    lmdb_store_put64(p + 17, head->validated_at);
    lmdb_store_put64(p + 25, head->keep_until);
}


int
lmdb_store_message_get_state(lmdb_store_head_t *head, const MDB_val *message)
{
    const unsigned char  *p;

    if (message->mv_size < LMDB_STORE_MESSAGE_HEAD_LEN
        || message->mv_size > LMDB_STORE_MESSAGE_VALUE_MAX)
    {
        return MDB_CORRUPTED;
    }

    p = message->mv_data;

    head->state = p[0];
    head->status = p[1];
    head->error = p[2];
    head->flags = p[3];
    head->refusals = p[4];
    head->lane = lmdb_store_get16(p + 5);
    head->attempts = lmdb_store_get16(p + 7);
    head->due_at = lmdb_store_get64(p + 9);
    head->validated_at = lmdb_store_get64(p + 17);
    head->keep_until = lmdb_store_get64(p + 25);

    return lmdb_store_head_is_sound(head) ? 0 : MDB_CORRUPTED;
}


/* Of a record that has been refused more often the last one is not kept. */

static unsigned
lmdb_store_message_n_refused(unsigned refusals)
{
    return refusals < LEDGER_REFUSALS_MAX ? refusals
                                              : LEDGER_REFUSALS_MAX;
}


/* The refused senders of the message that the record has, one after another. */

static const unsigned char *
lmdb_store_message_refused(const lmdb_store_entry_t *entry)
{
    return entry->message + entry->message_size
           - lmdb_store_message_n_refused(entry->head.refusals)
             * LMDB_STORE_REFUSED_LEN;
}


/* Whether a hash stands among them at an offset. */

static int
lmdb_store_message_has_hash(const lmdb_store_entry_t *entry, size_t offset,
    uint64_t hash)
{
    unsigned              i;
    const unsigned char  *p;

    if (entry->message_size == 0) {
        return 0;
    }

    p = lmdb_store_message_refused(entry) + offset;

    for (i = lmdb_store_message_n_refused(entry->head.refusals); i > 0; i--) {

        if (lmdb_store_get64(p) == hash) {
            return 1;
        }

        p += LMDB_STORE_REFUSED_LEN;
    }

    return 0;
}


int
lmdb_store_message_was_refused(const lmdb_store_entry_t *entry,
    const ledger_text_t *id)
{
    return lmdb_store_message_has_hash(entry, 8,
                                       ledger_hash(id->data, id->len));
}


/*
 * Counts op, which is the message that the record has, as refused, unless its
 * sender has been counted before: one phone that sends three times must not
 * end the code of somebody else.
 */

void
lmdb_store_message_count(lmdb_store_entry_t *entry, const ledger_op_t *op)
{
    unsigned char            *p;
    const ledger_text_t  *id;

    if (lmdb_store_message_has_hash(entry, 0, op->u.message.sender)) {
        return;
    }

    if (entry->head.refusals++ < LEDGER_REFUSALS_MAX) {
        id = &ledger_message_text(op, LEDGER_MESSAGE_ID);
        p = entry->message + entry->message_size;

        lmdb_store_put64(p, op->u.message.sender);
        lmdb_store_put64(p + 8, ledger_hash(id->data, id->len));

        entry->message_size += LMDB_STORE_REFUSED_LEN;
    }
}


/*
 * Makes op's message that of the record; whoever saves the record writes it.
 * Once a user has been asked the record goes on knowing who it was and since
 * when, whatever other messages come before the one that validates it.
 */

int
lmdb_store_message_set(lmdb_store_entry_t *entry, const ledger_op_t *op)
{
    int                       rc, asked;
    size_t                    refused;
    uint64_t                  sent_at;
    unsigned                  i;
    unsigned char            *p, *lens;
    unsigned char             value[LMDB_STORE_MESSAGE_VALUE_MAX];
    const ledger_text_t  *text;
    ledger_text_t         stored[LEDGER_MESSAGE_TEXTS];

    asked = entry->head.flags & LEDGER_ASKED;

    if (asked) {
        rc = lmdb_store_message_of(entry, &sent_at, stored);
        if (rc) {
            return rc;
        }
    }

    if (!asked || op->kind == LEDGER_VALIDATE) {
        sent_at = op->u.message.sent_at;
    }

    lmdb_store_put64(value + LMDB_STORE_STATE_LEN, sent_at);
    lens = value + LMDB_STORE_STATE_LEN + 8;
    p = value + LMDB_STORE_MESSAGE_HEAD_LEN;

    for (i = 0; i < LEDGER_MESSAGE_TEXTS; i++) {
        text = asked && i == LEDGER_USER_ID
               ? &stored[i] : &ledger_message_text(op, i);

        lmdb_store_put16(lens + 2 * i, (unsigned) text->len);

        if (text->len) {
            memcpy(p, text->data, text->len);
            p += text->len;
        }
    }

    if (entry->message_size) {
        refused = LMDB_STORE_REFUSED_LEN
                  * lmdb_store_message_n_refused(entry->head.refusals);
        memcpy(p, lmdb_store_message_refused(entry), refused);
        p += refused;
    }

    entry->message_size = (size_t) (p - value);
    memcpy(entry->message, value, entry->message_size);

    return 0;
}


/* The message of a record that must have one; the texts point into entry. */

int
lmdb_store_message_of(const lmdb_store_entry_t *entry, uint64_t *sent_at,
    ledger_text_t *text)
{
    MDB_val  message;

    message.mv_data = (void *) entry->message;
    message.mv_size = entry->message_size;

    return lmdb_store_message_decode(&message, sent_at, text);
}


int
lmdb_store_text_same(const ledger_text_t *a, const ledger_text_t *b)
{
    return a->len == b->len
           && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}


/* The texts point into the value. */

int
lmdb_store_message_decode(const MDB_val *value, uint64_t *sent_at,
    ledger_text_t *text)
{
    int                   rc;
    size_t                len;
    unsigned              i;
    lmdb_store_head_t     head;
    const unsigned char  *p, *lens;

    rc = lmdb_store_message_get_state(&head, value);
    if (rc) {
        return rc;
    }

    p = value->mv_data;
    *sent_at = lmdb_store_get64(p + LMDB_STORE_STATE_LEN);
    lens = p + LMDB_STORE_STATE_LEN + 8;
    len = LMDB_STORE_MESSAGE_HEAD_LEN;

    for (i = 0; i < LEDGER_MESSAGE_TEXTS; i++) {
        text[i].len = lmdb_store_get16(lens + 2 * i);
        text[i].data = p + len;
        len += text[i].len;
    }

    len += LMDB_STORE_REFUSED_LEN
           * lmdb_store_message_n_refused(head.refusals);

    return len == value->mv_size ? 0 : MDB_CORRUPTED;
}
