
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What a message adds to a record, in a table of its own under the same key:
 * the record's state from then on, the time it was sent, the lengths of its
 * texts, the texts.
 */


#include "store.h"


/* The length of all texts but USER_ID, or more than a message may have. */

size_t
lmdb_store_message_len(const lmdb_store_op_t *op)
{
    size_t    len;
    unsigned  i;

    if (lmdb_store_message_text(op, LMDB_STORE_USER_ID).len
        > LMDB_STORE_USER_ID_MAX)
    {
        return SIZE_MAX;
    }

    len = 0;

    for (i = 0; i < LMDB_STORE_MESSAGE_TEXTS; i++) {

        if (i == LMDB_STORE_USER_ID) {
            continue;
        }

        if (lmdb_store_message_text(op, i).len
            > LMDB_STORE_MESSAGE_TEXTS_MAX)
        {
            return SIZE_MAX;
        }

        len += lmdb_store_message_text(op, i).len;
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

    return 0;
}


/*
 * Makes op's message that of the record; whoever saves the record writes it.
 * Once a user has been asked the record goes on knowing who it was and since
 * when, whatever other messages come before the one that validates it.
 */

int
lmdb_store_message_set(lmdb_store_entry_t *entry, const lmdb_store_op_t *op)
{
    int                       rc, asked;
    uint64_t                  sent_at;
    unsigned                  i;
    unsigned char            *p, *lens;
    unsigned char             value[LMDB_STORE_MESSAGE_VALUE_MAX];
    const lmdb_store_text_t  *text;
    lmdb_store_text_t         stored[LMDB_STORE_MESSAGE_TEXTS];

    asked = entry->head.flags & LMDB_STORE_ASKED;

    if (asked) {
        rc = lmdb_store_message_of(entry, &sent_at, stored);
        if (rc) {
            return rc;
        }
    }

    if (!asked || op->kind == LMDB_STORE_VALIDATE) {
        sent_at = op->u.message.sent_at;
    }

    lmdb_store_put64(value + LMDB_STORE_STATE_LEN, sent_at);
    lens = value + LMDB_STORE_STATE_LEN + 8;
    p = value + LMDB_STORE_MESSAGE_HEAD_LEN;

    for (i = 0; i < LMDB_STORE_MESSAGE_TEXTS; i++) {
        text = asked && i == LMDB_STORE_USER_ID
               ? &stored[i] : &lmdb_store_message_text(op, i);

        lmdb_store_put16(lens + 2 * i, (unsigned) text->len);

        if (text->len) {
            memcpy(p, text->data, text->len);
            p += text->len;
        }
    }

    entry->message_size = (size_t) (p - value);
    memcpy(entry->message, value, entry->message_size);

    return 0;
}


/* The message of a record that must have one; the texts point into entry. */

int
lmdb_store_message_of(const lmdb_store_entry_t *entry, uint64_t *sent_at,
    lmdb_store_text_t *text)
{
    MDB_val  message;

    message.mv_data = (void *) entry->message;
    message.mv_size = entry->message_size;

    return lmdb_store_message_decode(&message, sent_at, text);
}


int
lmdb_store_text_same(const lmdb_store_text_t *a, const lmdb_store_text_t *b)
{
    return a->len == b->len
           && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}


/* The texts point into the value. */

int
lmdb_store_message_decode(const MDB_val *value, uint64_t *sent_at,
    lmdb_store_text_t *text)
{
    size_t                len;
    unsigned              i;
    const unsigned char  *p, *lens;

    if (value->mv_size < LMDB_STORE_MESSAGE_HEAD_LEN
        || value->mv_size > LMDB_STORE_MESSAGE_VALUE_MAX)
    {
        return MDB_CORRUPTED;
    }

    p = value->mv_data;
    *sent_at = lmdb_store_get64(p + LMDB_STORE_STATE_LEN);
    lens = p + LMDB_STORE_STATE_LEN + 8;
    len = LMDB_STORE_MESSAGE_HEAD_LEN;

    for (i = 0; i < LMDB_STORE_MESSAGE_TEXTS; i++) {
        text[i].len = lmdb_store_get16(lens + 2 * i);
        text[i].data = p + len;
        len += text[i].len;
    }

    return len == value->mv_size ? 0 : MDB_CORRUPTED;
}
