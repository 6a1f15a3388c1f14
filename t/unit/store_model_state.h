
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The model that the store is held against: its records in an array, and
 * what each operation does to them.
 */


#ifndef _STORE_MODEL_STATE_H_INCLUDED_
#define _STORE_MODEL_STATE_H_INCLUDED_


#include "store_help.h"


#define MODEL_MAX      16384        /* records at a time */
#define MODEL_URL_MAX  300
#define MODEL_APPS     3
#define MODEL_USERS    5            /* with a hidden phone, 0: none of them */
#define MODEL_SHARE    60           /* ten-thousandths */


typedef struct {
    uint64_t  key;
    uint64_t  due_at;
    uint64_t  stands_at;            /* in the index, if before due_at */
    uint64_t  requested_at;
    uint64_t  expires_at;
    uint64_t  validated_at;
    unsigned  state;
    unsigned  status;
    unsigned  error;
    unsigned  channel;
    unsigned  flags;
    unsigned  refusals;
    unsigned  host_lane;
    unsigned  lane;
    unsigned  attempts;
    unsigned  app;
    unsigned  url_len;
    unsigned  message;              /* its number, 0: none */
    unsigned  message_len;          /* its texts */
    unsigned  user;                 /* who was asked */
    unsigned  refused[LEDGER_REFUSALS_MAX];     /* messages */
    uint64_t  refused_sender[LEDGER_REFUSALS_MAX];
    uint64_t  sent_at;              /* of the message */
} entry_t;

typedef struct {
    uint64_t  seed;
    uint64_t  random;
    uint64_t  now;
    uint64_t  last_key;
    uint64_t  batch;
    uint64_t  ops;
    uint64_t  results[LEDGER_RESULTS_N];
    uint64_t  asked[MODEL_APPS][MODEL_USERS];   /* keys, 0: none */
    unsigned  n;
    entry_t   entry[MODEL_MAX];     /* in order of keys */
} model_t;


static const char  *model_app[MODEL_APPS] = { "shop", "shop2", "a" };


static inline uint64_t
model_random(model_t *m)
{
    uint64_t  z;

    m->random += UINT64_C(0x9e3779b97f4a7c15);
    z = m->random;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);

    return z ^ (z >> 31);
}


static inline unsigned
model_below(model_t *m, unsigned n)
{
    return (unsigned) (model_random(m) % n);
}


static inline entry_t *
model_find(model_t *m, uint64_t key)
{
    unsigned  low, high, middle;

    low = 0;
    high = m->n;

    while (low < high) {
        middle = (low + high) / 2;

        if (m->entry[middle].key < key) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low < m->n && m->entry[low].key == key ? &m->entry[low] : NULL;
}


static inline unsigned
model_waiting(const model_t *m, unsigned app, unsigned flags)
{
    unsigned  i, n;

    n = 0;

    for (i = 0; i < m->n; i++) {
        n += m->entry[i].app == app
             && m->entry[i].state == LEDGER_STATE_WAITING
             && (m->entry[i].flags & flags) == flags;
    }

    return n;
}


/* An entry of LMDB has 12 bytes more than its key and value. */

static inline uint64_t
model_cost(const entry_t *e)
{
    uint64_t  record, half;

    record = 12 + 8 + 66 + strlen(model_app[e->app]) + e->url_len;
    half = 12 + 18;

    if (e->message) {
        half += 12 + 8 + 51 + e->message_len
                + 16 * (e->refusals < LEDGER_REFUSALS_MAX
                        ? e->refusals : LEDGER_REFUSALS_MAX);
    }

    if (e->user) {
        half += 12 + 1 + strlen(model_app[e->app]) + strlen("US.1") + 8;
    }

    return 4096 / (4080 / record) + 2 * half;
}


static inline uint64_t
model_bytes(const model_t *m, unsigned app)
{
    uint64_t  bytes;
    unsigned  i;

    bytes = 0;

    for (i = 0; i < m->n; i++) {
        bytes += m->entry[i].app == app ? model_cost(&m->entry[i]) : 0;
    }

    return bytes;
}


static inline void
model_forget(model_t *m, const entry_t *e)
{
    if (e->user && m->asked[e->app][e->user] == e->key) {
        m->asked[e->app][e->user] = 0;
    }
}


/* The record of the app that has been retained longest, or NULL. */

static inline entry_t *
model_oldest(model_t *m, unsigned app)
{
    entry_t   *e, *oldest;
    unsigned   i;

    oldest = NULL;

    for (i = 0; i < m->n; i++) {
        e = &m->entry[i];

        if (e->app == app && e->state == LEDGER_STATE_KEPT
            && e->stands_at == 0
            && (oldest == NULL || e->due_at < oldest->due_at))
        {
            oldest = e;
        }
    }

    return oldest;
}


/* Whether an app has room for so much more in its share, after a purge. */

static inline int
model_has_room(model_t *m, unsigned app, unsigned share, uint64_t cost)
{
    entry_t   *oldest;
    uint64_t   bytes, limit;
    unsigned   purged;

    limit = HELP_MAP / 4096 * 90 / 100 * 4096 / 10000 * share - cost;
    bytes = model_bytes(m, app);

    for (purged = 0; bytes > limit && purged < 4; purged++) {

        oldest = model_oldest(m, app);
        if (oldest == NULL) {
            break;
        }

        bytes -= model_cost(oldest);
        model_forget(m, oldest);
        memmove(oldest, oldest + 1,
                (size_t) (m->entry + --m->n - oldest) * sizeof(entry_t));
    }

    return bytes <= limit;
}


static inline void
model_keep(entry_t *e, uint64_t purge_at)
{
    e->state = LEDGER_STATE_KEPT;
    e->lane = e->stands_at ? LEDGER_LANE_TIME
                           : help_kept_lane(model_app[e->app]);
    e->due_at = purge_at;
}


static inline void
model_finish(entry_t *e, unsigned flag, unsigned lane, uint64_t due_at,
    uint64_t purge_at)
{
    if (e->flags & flag) {
        e->state = LEDGER_STATE_CALLBACK;
        e->lane = lane + e->host_lane;
        e->due_at = due_at;
        return;
    }

    if (e->status != LEDGER_STATUS_EXPIRED && e->due_at < purge_at) {
        e->stands_at = e->due_at;
    }

    e->attempts = 0;
    model_keep(e, purge_at);
}


static inline unsigned
op_app(const ledger_op_t *op)
{
    return (unsigned) (uintptr_t) op->owner;
}


static inline ledger_result_t
model_issue(model_t *m, const ledger_op_t *op)
{
    entry_t  *e, new;

    if (op->u.issue.live_limit
        && model_waiting(m, op_app(op), 0) >= op->u.issue.live_limit)
    {
        return LEDGER_LIVE_LIMIT;
    }

    if (op->u.issue.page_limit && (op->u.issue.flags & LEDGER_PAGE)
        && model_waiting(m, op_app(op), LEDGER_PAGE)
           >= op->u.issue.page_limit)
    {
        return LEDGER_LIVE_LIMIT;
    }

    memset(&new, 0, sizeof(entry_t));
    new.app = op_app(op);
    new.url_len = (unsigned) op->text[LEDGER_CALLBACK_URL].len;

    if (op->u.issue.share
        && !model_has_room(m, new.app, op->u.issue.share, model_cost(&new)))
    {
        return LEDGER_SHARE_LIMIT;
    }

    e = &m->entry[m->n++];
    *e = new;

    m->last_key = m->last_key + 1 > m->now << 10 ? m->last_key + 1
                                                 : m->now << 10;
    e->key = m->last_key;
    e->state = LEDGER_STATE_WAITING;
    e->status = LEDGER_STATUS_REQUESTED;
    e->channel = op->u.issue.channel;
    e->flags = op->u.issue.flags;
    e->host_lane = op->u.issue.host_lane;
    e->requested_at = m->now;
    e->expires_at = m->now + op->u.issue.lifetime;
    e->due_at = e->expires_at;

    return LEDGER_OK;
}


static inline unsigned
op_message(const ledger_op_t *op)
{
    const ledger_text_t  *id;

    id = &ledger_message_text(op, LEDGER_MESSAGE_ID);

    return (unsigned) strtoul((const char *) id->data + 1, NULL, 10);
}


static inline unsigned
op_user(const ledger_op_t *op)
{
    const ledger_text_t  *id;

    id = &ledger_message_text(op, LEDGER_USER_ID);

    return id->len ? (unsigned) (((const char *) id->data)[3] - '0') : 0;
}


/* Of all its texts but the user's id. */

static inline size_t
op_texts_len(const ledger_op_t *op)
{
    size_t    len;
    unsigned  i;

    len = 0;

    for (i = 0; i < LEDGER_MESSAGE_TEXTS; i++) {
        len += i == LEDGER_USER_ID ? 0 : ledger_message_text(op, i).len;
    }

    return len;
}


static inline int
op_is_answer(const ledger_op_t *op)
{
    return op->kind != LEDGER_ASK && op_user(op)
           && ledger_message_text(op, LEDGER_SENDER).len;
}


/* An answer by who was not asked about this, or a question to another. */

static inline ledger_result_t
model_judge_user(const ledger_op_t *op, const entry_t *e)
{
    if (op->kind == LEDGER_ASK) {
        return e->user && e->user != op_user(op) ? LEDGER_OTHER_USER
                                                 : LEDGER_OK;
    }

    return op_is_answer(op) && op->u.message.sent_at
           && op->u.message.sent_at < e->sent_at ? LEDGER_OLD_MESSAGE
                                                 : LEDGER_OK;
}


static inline ledger_result_t
model_judge(const model_t *m, const ledger_op_t *op, const entry_t *e)
{
    uint64_t  sent_at;

    if (e == NULL) {
        return LEDGER_UNKNOWN;
    }

    if (e->app != op_app(op)) {
        return LEDGER_OTHER_APP;
    }

    if (e->channel != op->u.message.channel) {
        return LEDGER_OTHER_CHANNEL;
    }

    if (op_is_answer(op) && op_user(op) != e->user) {
        return LEDGER_UNKNOWN;
    }

    if (e->message == op_message(op) || e->refused[0] == op_message(op)
        || e->refused[1] == op_message(op))
    {
        return LEDGER_DUPLICATE;
    }

    if (e->status == LEDGER_STATUS_EXPIRED) {
        return LEDGER_EXPIRED;
    }

    if (e->state != LEDGER_STATE_WAITING) {
        return LEDGER_USED;
    }

    sent_at = op->u.message.sent_at ? op->u.message.sent_at : m->now;

    if (m->now >= e->expires_at || sent_at >= e->expires_at) {
        return LEDGER_EXPIRED;
    }

    if (sent_at + HELP_MINUTE < e->requested_at) {
        return LEDGER_OLD_MESSAGE;
    }

    return model_judge_user(op, e);
}


static inline unsigned
model_refuse(entry_t *e, const ledger_op_t *op)
{
    unsigned  i;

    for (i = 0; i < e->refusals; i++) {

        if (e->refused_sender[i] == op->u.message.sender) {
            return e->refusals;
        }
    }

    if (i < LEDGER_REFUSALS_MAX) {
        e->refused[i] = op_message(op);
        e->refused_sender[i] = op->u.message.sender;
    }

    return ++e->refusals;
}


static inline ledger_result_t
model_message(model_t *m, ledger_op_t *op)
{
    entry_t              *e, new;
    unsigned              flag;
    ledger_result_t   result;

    e = model_find(m, op->u.message.key);
    result = model_judge(m, op, e);

    if (result != LEDGER_OK) {
        return result;
    }

    new = *e;
    new.message = op_message(op);
    new.message_len = (unsigned) (op_texts_len(op)
                                  + (e->user ? strlen("US.1")
                                     : op->text[1 + LEDGER_USER_ID].len));

    if (op->u.message.share
        && (op->kind != LEDGER_VALIDATE
            || model_cost(&new) > model_cost(e))
        && !model_has_room(m, e->app, op->u.message.share * 5 / 4, 0))
    {
        return LEDGER_SHARE_LIMIT;
    }

    e = model_find(m, op->u.message.key);
    *e = new;

    if (e->user == 0 || op->kind == LEDGER_VALIDATE) {
        e->sent_at = op->u.message.sent_at;
    }

    if (op->kind == LEDGER_ASK) {
        op->u.message.ask = e->user == 0;
        e->user = op_user(op);
        e->flags |= LEDGER_ASKED;
        m->asked[e->app][e->user] = e->key;
        return LEDGER_OK;
    }

    if (op->kind == LEDGER_VALIDATE) {
        flag = LEDGER_ON_VALIDATED;
        e->status = LEDGER_STATUS_VALIDATED;
        e->validated_at = m->now;

    } else if (model_refuse(e, op) <= LEDGER_REFUSALS_MAX) {
        return LEDGER_OK;

    } else {
        flag = LEDGER_ON_FAILED;
        e->status = LEDGER_STATUS_FAILED;
        e->error = op->u.message.error;
    }

    e->attempts = op->u.message.lease ? 1 : 0;
    model_finish(e, flag, LEDGER_LANE_CALLBACK,
                 m->now + op->u.message.lease,
                 m->now + op->u.message.retain);

    return LEDGER_OK;
}


static inline ledger_result_t
model_claim(model_t *m, const ledger_op_t *op)
{
    entry_t  *e;

    e = model_find(m, op->u.claim.key);

    if (e == NULL) {
        return LEDGER_UNKNOWN;
    }

    if (e->state != LEDGER_STATE_CALLBACK
        || e->due_at != op->u.claim.due_at)
    {
        return LEDGER_NOT_CURRENT;
    }

    e->attempts++;
    e->due_at = m->now + op->u.claim.lease;

    return LEDGER_OK;
}


static inline ledger_result_t
model_complete(model_t *m, const ledger_op_t *op)
{
    entry_t  *e;

    e = model_find(m, op->u.complete.key);

    if (e == NULL) {
        return LEDGER_UNKNOWN;
    }

    if (e->state != LEDGER_STATE_CALLBACK || op->u.complete.attempt == 0
        || (op->u.complete.outcome != LEDGER_DELIVERED
            && op->u.complete.attempt != e->attempts))
    {
        return LEDGER_NOT_CURRENT;
    }

    switch (op->u.complete.outcome) {

    case LEDGER_RELEASE:
        e->attempts--;
        e->due_at = op->u.complete.next_at;
        return LEDGER_OK;

    case LEDGER_RETRY:
        e->due_at = op->u.complete.next_at;
        return LEDGER_OK;

    case LEDGER_GIVE_UP:
        e->status = LEDGER_STATUS_FAILED;
        e->error = e->error ? e->error : op->u.complete.error;
        break;

    case LEDGER_DELIVERED:
        break;
    }

    model_keep(e, m->now + op->u.complete.retain);

    return LEDGER_OK;
}


/* Everything that is due, as a store does it in several sweeps. */

static inline void
model_sweep(model_t *m, ledger_op_t *op)
{
    entry_t   *e;
    unsigned   i, left;

    left = 0;

    for (i = 0; i < m->n; i++) {
        e = &m->entry[i];

        if (e->state == LEDGER_STATE_WAITING && e->due_at <= m->now) {
            op->u.sweep.expired++;
            e->status = LEDGER_STATUS_EXPIRED;
            model_finish(e, LEDGER_ON_EXPIRED, LEDGER_LANE_EXPIRED,
                         m->now, m->now + op->u.sweep.retain);
        }

        if (e->stands_at && e->stands_at <= m->now) {
            e->stands_at = 0;
            model_keep(e, e->due_at);
        }

        if (e->state == LEDGER_STATE_KEPT && e->due_at <= m->now) {
            op->u.sweep.purged++;
            model_forget(m, e);
            continue;
        }

        m->entry[left++] = *e;
    }

    m->n = left;
}


static inline ledger_result_t
model_apply(model_t *m, ledger_op_t *op)
{
    switch (op->kind) {

    case LEDGER_ISSUE:
        return model_issue(m, op);

    case LEDGER_VALIDATE:
    case LEDGER_REFUSE:
    case LEDGER_ASK:
        return model_message(m, op);

    case LEDGER_CLAIM:
        return model_claim(m, op);

    case LEDGER_COMPLETE:
        return model_complete(m, op);

    case LEDGER_SWEEP:
        model_sweep(m, op);
        break;
    }

    return LEDGER_OK;
}


#endif /* _STORE_MODEL_STATE_H_INCLUDED_ */
