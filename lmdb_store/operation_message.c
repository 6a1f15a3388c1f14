
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What a message does to a record: it decides it, is refused, or makes its
 * sender be asked for the phone number.
 */


#include "store.h"


#define LMDB_STORE_MESSAGE_SLACK  60000   /* milliseconds */


static int
lmdb_store_message_is_of(const lmdb_store_op_t *op,
    const lmdb_store_entry_t *entry)
{
    return op->text[LMDB_STORE_APP].len == entry->head.len[LMDB_STORE_APP]
           && memcmp(op->text[LMDB_STORE_APP].data,
                     entry->value + LMDB_STORE_HEAD_LEN,
                     op->text[LMDB_STORE_APP].len)
              == 0;
}


/*
 * Whether the record has had this message, and whether its user is the one
 * whom the record has been asked of, are told by the stored message, if there
 * is one.
 */

typedef struct {
    uint64_t           sent_at;
    lmdb_store_text_t  text[LMDB_STORE_MESSAGE_TEXTS];
} lmdb_store_stored_t;


static int
lmdb_store_message_stored(const lmdb_store_entry_t *entry,
    lmdb_store_stored_t *stored)
{
    memset(stored, 0, sizeof(lmdb_store_stored_t));

    return entry->message_size == 0 ? 0
           : lmdb_store_message_of(entry, &stored->sent_at, stored->text);
}


/* Who is refused for a hidden phone number has not answered: no sender. */

static int
lmdb_store_message_is_answer(const lmdb_store_op_t *op)
{
    return op->kind != LMDB_STORE_ASK
           && lmdb_store_message_text(op, LMDB_STORE_USER_ID).len
           && lmdb_store_message_text(op, LMDB_STORE_SENDER).len;
}


/* A record that has asked nobody is no one's. */

static int
lmdb_store_message_is_users(const lmdb_store_op_t *op,
    const lmdb_store_head_t *head, const lmdb_store_stored_t *stored)
{
    return (head->flags & LMDB_STORE_ASKED)
           && lmdb_store_text_same(&lmdb_store_message_text(op,
                                                          LMDB_STORE_USER_ID),
                                   &stored->text[LMDB_STORE_USER_ID]);
}


/* Has the record had this very message?  No id is no one's. */

static int
lmdb_store_message_is_repeated(const lmdb_store_op_t *op,
    const lmdb_store_entry_t *entry, const lmdb_store_stored_t *stored)
{
    const lmdb_store_text_t  *id;

    id = &lmdb_store_message_text(op, LMDB_STORE_MESSAGE_ID);

    return id->len
           && (lmdb_store_text_same(id, &stored->text[LMDB_STORE_MESSAGE_ID])
               || lmdb_store_message_was_refused(entry, id));
}


/* Whether its time allows a message to act on a record. */

static lmdb_store_result_t
lmdb_store_message_judge_time(const lmdb_store_op_t *op,
    const lmdb_store_head_t *head, uint64_t now)
{
    uint64_t  sent_at;

    sent_at = op->u.message.sent_at ? op->u.message.sent_at : now;

    if (head->status == LMDB_STORE_STATUS_EXPIRED) {
        return LMDB_STORE_EXPIRED;
    }

    if (head->state != LMDB_STORE_STATE_WAITING) {
        return LMDB_STORE_USED;
    }

    if (now >= head->expires_at || sent_at >= head->expires_at) {
        return LMDB_STORE_EXPIRED;
    }

    if (lmdb_store_after(sent_at, LMDB_STORE_MESSAGE_SLACK)
        < head->requested_at)
    {
        return LMDB_STORE_OLD_MESSAGE;
    }

    return LMDB_STORE_OK;
}


/*
 * An answer that was sent before the question belongs to another one, which
 * the provider repeats.
 */

static lmdb_store_result_t
lmdb_store_message_judge_user(const lmdb_store_op_t *op,
    const lmdb_store_head_t *head, const lmdb_store_stored_t *stored)
{
    if (op->kind == LMDB_STORE_ASK) {
        return (head->flags & LMDB_STORE_ASKED)
               && !lmdb_store_message_is_users(op, head, stored)
               ? LMDB_STORE_OTHER_USER : LMDB_STORE_OK;
    }

    return lmdb_store_message_is_answer(op)
           && op->u.message.sent_at
           && op->u.message.sent_at < stored->sent_at
           ? LMDB_STORE_OLD_MESSAGE : LMDB_STORE_OK;
}


/* Why this message may not act on this record, or OK. */

static int
lmdb_store_message_judge(const lmdb_store_op_t *op,
    const lmdb_store_entry_t *entry, uint64_t now, lmdb_store_result_t *result)
{
    int                       rc;
    lmdb_store_stored_t       stored;
    const lmdb_store_head_t  *head;

    head = &entry->head;

    rc = lmdb_store_message_stored(entry, &stored);
    if (rc) {
        return rc;
    }

    if (!lmdb_store_message_is_of(op, entry)) {
        *result = LMDB_STORE_OTHER_APP;

    } else if (head->channel != op->u.message.channel) {
        *result = LMDB_STORE_OTHER_CHANNEL;

    } else if (lmdb_store_message_is_answer(op)
               && !lmdb_store_message_is_users(op, head, &stored))
    {
        *result = LMDB_STORE_UNKNOWN;

    } else if (lmdb_store_message_is_repeated(op, entry, &stored)) {
        *result = LMDB_STORE_DUPLICATE;

    } else {
        *result = lmdb_store_message_judge_time(op, head, now);

        if (*result == LMDB_STORE_OK) {
            *result = lmdb_store_message_judge_user(op, head, &stored);
        }
    }

    return 0;
}


/* Whoever sends a code again is not asked again, but is expected again. */

static int
lmdb_store_message_ask(lmdb_store_t *store, lmdb_store_op_t *op,
    lmdb_store_entry_t *entry)
{
    int                 rc;
    lmdb_store_head_t  *head;

    head = &entry->head;

    op->u.message.status = head->status;
    op->u.message.attempt = 0;

    rc = lmdb_store_asked_save(store, op);

    if (rc) {
        return rc;
    }

    op->u.message.ask = (head->flags & LMDB_STORE_ASKED) ? 0 : 1;
    head->flags |= LMDB_STORE_ASKED;

    return lmdb_store_entry_save(store, entry);
}


static int
lmdb_store_message_decide(lmdb_store_t *store, lmdb_store_op_t *op,
    lmdb_store_entry_t *entry, uint64_t now)
{
    int                 rc;
    lmdb_store_head_t  *head;

    head = &entry->head;

    if (op->kind == LMDB_STORE_VALIDATE) {
        head->status = LMDB_STORE_STATUS_VALIDATED;
        head->validated_at = now;

    } else {
        lmdb_store_message_count(entry, op);
        op->u.message.reply = lmdb_store_reply(head, op->u.message.replies,
                                               LMDB_STORE_REPLY_FAILURE);

        if (head->refusals <= LMDB_STORE_REFUSALS_MAX) {
            op->u.message.status = head->status;
            op->u.message.attempt = 0;
            return lmdb_store_entry_save(store, entry);
        }

        head->status = LMDB_STORE_STATUS_FAILED;
        head->error = op->u.message.error;
    }

    if (head->status == LMDB_STORE_STATUS_VALIDATED
        && !(head->flags & LMDB_STORE_ON_VALIDATED))
    {
        op->u.message.reply = lmdb_store_reply(head, op->u.message.replies,
                                               LMDB_STORE_REPLY_RESPONSE);
    }

    head->attempts = op->u.message.lease ? 1 : 0;

    rc = lmdb_store_finish(store, entry, LMDB_STORE_LANE_CALLBACK,
                           lmdb_store_after(now, op->u.message.lease),
                           lmdb_store_after(now, op->u.message.retain));

    op->u.message.status = head->status;
    op->u.message.attempt = head->attempts;

    return rc;
}


int
lmdb_store_op_message(lmdb_store_t *store, lmdb_store_op_t *op)
{
    int                  rc, beyond;
    uint64_t             now;
    lmdb_store_entry_t   entry;
    lmdb_store_result_t  result;

    op->u.message.reply = 0;
    op->u.message.ask = 0;

    if (lmdb_store_message_len(op) > LMDB_STORE_MESSAGE_TEXTS_MAX
        || (op->kind == LMDB_STORE_ASK
            && lmdb_store_message_text(op, LMDB_STORE_USER_ID).len == 0))
    {
        return lmdb_store_result(op, LMDB_STORE_TOO_LARGE);
    }

    rc = lmdb_store_entry_load(store, op->u.message.key, &entry);

    if (rc == MDB_NOTFOUND) {
        return lmdb_store_result(op, LMDB_STORE_UNKNOWN);
    }

    if (rc) {
        return rc;
    }

    now = store->now();

    rc = lmdb_store_message_judge(op, &entry, now, &result);
    if (rc) {
        return rc;
    }

    if (result == LMDB_STORE_EXPIRED) {
        op->u.message.reply = lmdb_store_reply(&entry.head,
                                               op->u.message.replies,
                                               LMDB_STORE_REPLY_EXPIRATION);

        if (op->u.message.reply) {
            rc = lmdb_store_entry_save(store, &entry);
            if (rc) {
                return rc;
            }
        }
    }

    if (result != LMDB_STORE_OK) {
        return lmdb_store_result(op, result);
    }

    rc = lmdb_store_message_set(&entry, op);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_share_message(store, op, &entry, &beyond);
    if (rc) {
        return rc;
    }

    if (beyond) {
        return lmdb_store_result(op, LMDB_STORE_SHARE_LIMIT);
    }

    rc = op->kind == LMDB_STORE_ASK
         ? lmdb_store_message_ask(store, op, &entry)
         : lmdb_store_message_decide(store, op, &entry, now);

    if (rc) {
        return rc;
    }

    return lmdb_store_result(op, LMDB_STORE_OK);
}
