
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
lmdb_store_message_is_of(const ledger_op_t *op,
    const lmdb_store_entry_t *entry)
{
    return op->text[LEDGER_APP].len == entry->head.len[LEDGER_APP]
           && memcmp(op->text[LEDGER_APP].data,
                     entry->value + LMDB_STORE_HEAD_LEN,
                     op->text[LEDGER_APP].len)
              == 0;
}


/*
 * Whether the record has had this message, and whether its user is the one
 * whom the record has been asked of, are told by the stored message, if there
 * is one.
 */

typedef struct {
    uint64_t           sent_at;
    ledger_text_t  text[LEDGER_MESSAGE_TEXTS];
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
lmdb_store_message_is_answer(const ledger_op_t *op)
{
    return op->kind != LEDGER_ASK
           && ledger_message_text(op, LEDGER_USER_ID).len
           && ledger_message_text(op, LEDGER_SENDER).len;
}


/* A record that has asked nobody is no one's. */

static int
lmdb_store_message_is_users(const ledger_op_t *op,
    const lmdb_store_head_t *head, const lmdb_store_stored_t *stored)
{
    return (head->flags & LEDGER_ASKED)
           && lmdb_store_text_same(&ledger_message_text(op,
                                                          LEDGER_USER_ID),
                                   &stored->text[LEDGER_USER_ID]);
}


/* Has the record had this very message?  No id is no one's. */

static int
lmdb_store_message_is_repeated(const ledger_op_t *op,
    const lmdb_store_entry_t *entry, const lmdb_store_stored_t *stored)
{
    const ledger_text_t  *id;

    id = &ledger_message_text(op, LEDGER_MESSAGE_ID);

    return id->len
           && (lmdb_store_text_same(id, &stored->text[LEDGER_MESSAGE_ID])
               || lmdb_store_message_was_refused(entry, id));
}


/* Whether its time allows a message to act on a record. */

static ledger_result_t
lmdb_store_message_judge_time(const ledger_op_t *op,
    const lmdb_store_head_t *head, uint64_t now)
{
    uint64_t  sent_at;

    sent_at = op->u.message.sent_at ? op->u.message.sent_at : now;

    if (head->status == LEDGER_STATUS_EXPIRED) {
        return LEDGER_EXPIRED;
    }

    if (head->state != LEDGER_STATE_WAITING) {
        return LEDGER_USED;
    }

    if (now >= head->expires_at || sent_at >= head->expires_at) {
        return LEDGER_EXPIRED;
    }

    if (lmdb_store_after(sent_at, LMDB_STORE_MESSAGE_SLACK)
        < head->requested_at)
    {
        return LEDGER_OLD_MESSAGE;
    }

    return LEDGER_OK;
}


/*
 * An answer that was sent before the question belongs to another one, which
 * the provider repeats.
 */

static ledger_result_t
lmdb_store_message_judge_user(const ledger_op_t *op,
    const lmdb_store_head_t *head, const lmdb_store_stored_t *stored)
{
    if (op->kind == LEDGER_ASK) {
        return (head->flags & LEDGER_ASKED)
               && !lmdb_store_message_is_users(op, head, stored)
               ? LEDGER_OTHER_USER : LEDGER_OK;
    }

    return lmdb_store_message_is_answer(op)
           && op->u.message.sent_at
           && op->u.message.sent_at < stored->sent_at
           ? LEDGER_OLD_MESSAGE : LEDGER_OK;
}


/* Why this message may not act on this record, or OK. */

static int
lmdb_store_message_judge(const ledger_op_t *op,
    const lmdb_store_entry_t *entry, uint64_t now, ledger_result_t *result)
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
        *result = LEDGER_OTHER_APP;

    } else if (head->channel != op->u.message.channel) {
        *result = LEDGER_OTHER_CHANNEL;

    } else if (lmdb_store_message_is_answer(op)
               && !lmdb_store_message_is_users(op, head, &stored))
    {
        *result = LEDGER_UNKNOWN;

    } else if (lmdb_store_message_is_repeated(op, entry, &stored)) {
        *result = LEDGER_DUPLICATE;

    } else {
        *result = lmdb_store_message_judge_time(op, head, now);

        if (*result == LEDGER_OK) {
            *result = lmdb_store_message_judge_user(op, head, &stored);
        }
    }

    return 0;
}


/* Whoever sends a code again is not asked again, but is expected again. */

static int
lmdb_store_message_ask(lmdb_store_t *store, ledger_op_t *op,
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

    op->u.message.ask = (head->flags & LEDGER_ASKED) ? 0 : 1;
    head->flags |= LEDGER_ASKED;

    return lmdb_store_entry_save(store, entry);
}


static int
lmdb_store_message_decide(lmdb_store_t *store, ledger_op_t *op,
    lmdb_store_entry_t *entry, uint64_t now)
{
    int                 rc;
    lmdb_store_head_t  *head;

    head = &entry->head;

    if (op->kind == LEDGER_VALIDATE) {
        head->status = LEDGER_STATUS_VALIDATED;
        head->validated_at = now;

    } else {
        lmdb_store_message_count(entry, op);
        op->u.message.reply = lmdb_store_reply(head, op->u.message.replies,
                                               LEDGER_REPLY_FAILURE);

        if (head->refusals <= LEDGER_REFUSALS_MAX) {
            op->u.message.status = head->status;
            op->u.message.attempt = 0;
            return lmdb_store_entry_save(store, entry);
        }

        head->status = LEDGER_STATUS_FAILED;
        head->error = op->u.message.error;
    }

    if (head->status == LEDGER_STATUS_VALIDATED
        && !(head->flags & LEDGER_ON_VALIDATED))
    {
        op->u.message.reply = lmdb_store_reply(head, op->u.message.replies,
                                               LEDGER_REPLY_RESPONSE);
    }

    head->attempts = op->u.message.lease ? 1 : 0;

    rc = lmdb_store_finish(store, entry, LEDGER_LANE_CALLBACK,
                           lmdb_store_after(now, op->u.message.lease),
                           lmdb_store_after(now, op->u.message.retain));

    op->u.message.status = head->status;
    op->u.message.attempt = head->attempts;

    return rc;
}


int
lmdb_store_op_message(lmdb_store_t *store, ledger_op_t *op)
{
    int                  rc, beyond;
    uint64_t             now;
    lmdb_store_entry_t   entry;
    ledger_result_t  result;

    op->u.message.reply = 0;
    op->u.message.ask = 0;

    if (lmdb_store_message_len(op) > LEDGER_MESSAGE_TEXTS_MAX
        || (op->kind == LEDGER_ASK
            && ledger_message_text(op, LEDGER_USER_ID).len == 0))
    {
        return lmdb_store_result(op, LEDGER_TOO_LARGE);
    }

    rc = lmdb_store_entry_load(store, op->u.message.key, &entry);

    if (rc == MDB_NOTFOUND) {
        return lmdb_store_result(op, LEDGER_UNKNOWN);
    }

    if (rc) {
        return rc;
    }

    now = store->now();

    rc = lmdb_store_message_judge(op, &entry, now, &result);
    if (rc) {
        return rc;
    }

    if (result == LEDGER_EXPIRED) {
        op->u.message.reply = lmdb_store_reply(&entry.head,
                                               op->u.message.replies,
                                               LEDGER_REPLY_EXPIRATION);

        if (op->u.message.reply) {
            rc = lmdb_store_entry_save(store, &entry);

            if (rc == 0) {
                rc = lmdb_store_entry_copy(&entry, op);
            }

            if (rc) {
                return rc;
            }
        }
    }

    if (result != LEDGER_OK) {
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
        return lmdb_store_result(op, LEDGER_SHARE_LIMIT);
    }

    rc = op->kind == LEDGER_ASK
         ? lmdb_store_message_ask(store, op, &entry)
         : lmdb_store_message_decide(store, op, &entry, now);

    if (rc == 0) {
        rc = lmdb_store_entry_copy(&entry, op);
    }

    return rc ? rc : lmdb_store_result(op, LEDGER_OK);
}
