
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The model of the store: an array of records.  The ledger decides the effect
 * of an operation, and is tested by itself.  The model computes once more the
 * places of records, their costs, the order in which they yield, and the
 * counts.
 */


#ifndef _STORE_MODEL_STATE_H_INCLUDED_
#define _STORE_MODEL_STATE_H_INCLUDED_


#include "store_help.h"


#define MODEL_MAX      16384        /* records at a time */
#define MODEL_URL_MAX  300
#define MODEL_APPS     3
#define MODEL_USERS    5            /* with a hidden phone, 0: none of them */
#define MODEL_IDS      7            /* of messages, 0: none of them */
#define MODEL_SHARE    60           /* ten-thousandths */
#define MODEL_PERSONS  5            /* numbers, 0: none of them */
#define MODEL_SESSIONS (MODEL_APPS * MODEL_PERSONS * LEDGER_SESSIONS_MAX)


/* Its texts stand below, so that it can be copied. */

typedef struct {
    ledger_record_t  record;
    unsigned         app;
    uint64_t         cost;
    uint64_t         stands_at;     /* in LANE_TIME, until then; 0: it does
                                       not, unless it waits */
} entry_t;

typedef struct {
    ledger_session_t  session;
    uint64_t          stands_at;
} session_t;

typedef struct model_s  model_t;

/* Engines differ in this by their design. */
typedef struct {
    /*
     * The key of the code that is made next.  An engine that finds keys by
     * itself is asked before the model.
     */
    uint64_t  (*key)(const model_t *m);

    /* 1 if the app has as many codes as this one allows. */
    int       (*is_beyond)(const model_t *m, const ledger_op_t *op,
                           unsigned app);

    /*
     * 1: it knows shares of the store, and purges what is kept for them; a
     * decided record stands where its code would have expired, up to then.
     */
    unsigned    has_shares;
} model_engine_t;

struct model_s {
    const model_engine_t  *engine;
    uint64_t  seed;
    uint64_t  random;
    uint64_t  now;
    uint64_t  last_key;
    uint64_t  batch;
    uint64_t  ops;
    uint64_t  results[LEDGER_RESULTS_N];
    uint64_t  begun;                /* sessions, */
    uint64_t  displaced;            /* and those that had to go for them */
    uint64_t  touched;
    uint64_t  asked[MODEL_APPS][MODEL_USERS];   /* keys, 0: none */
    unsigned  n;
    unsigned  n_sessions;
    entry_t   entry[MODEL_MAX];     /* in order of keys */
    session_t session[MODEL_SESSIONS + 1];            /* likewise */
    ledger_subject_t  subject[MODEL_APPS][MODEL_PERSONS];
                                    /* made_at 0: there is none */
};


static const char  *model_app[MODEL_APPS] = { "shop", "shop2", "a" };
static const char  *model_id[MODEL_IDS] = { "", "m1", "m2", "m3", "m4", "m5",
                                            "m6" };
static const char  *model_user[MODEL_USERS] = { "", "US.1", "US.2", "US.3",
                                                "US.4" };
static const char  *model_person[MODEL_PERSONS] = { "", "56911111111",
                                                    "56922222222", "5693",
                                                    "4915133333333" };


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

        if (m->entry[middle].record.key < key) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low < m->n && m->entry[low].record.key == key ? &m->entry[low]
                                                         : NULL;
}


/* The name above that a text points to.  None: the first. */

static inline unsigned
model_number(const ledger_text_t *text, const char **names)
{
    unsigned  i;

    i = 0;

    while (text->len && text->data != names[i]) {
        i++;
    }

    return i;
}


static inline unsigned
model_app_of(const ledger_record_t *record)
{
    return model_number(&record->text[LEDGER_APP], model_app);
}


static inline unsigned
model_user_of(const ledger_record_t *record)
{
    return model_number(&record->message[LEDGER_USER_ID], model_user);
}


static inline unsigned
model_waiting(const model_t *m, unsigned app, unsigned flags)
{
    unsigned                i, n;
    const ledger_record_t  *record;

    n = 0;

    for (i = 0; i < m->n; i++) {
        record = &m->entry[i].record;
        n += m->entry[i].app == app
             && record->state == LEDGER_STATE_WAITING
             && (record->flags & flags) == flags;
    }

    return n;
}


static inline size_t
model_len(const ledger_text_t *text, unsigned n)
{
    return n == 0 ? 0 : text->len + model_len(text + 1, n - 1);
}


/* Of what stands with the message: its texts, the refusals, the claim. */

static inline uint64_t
model_message(const ledger_record_t *record)
{
    uint64_t  size;

    size = 51 + 1 + model_len(record->message, LEDGER_MESSAGE_TEXTS)
           + 16 * (record->refusals < LEDGER_REFUSALS_MAX
                   ? record->refusals : LEDGER_REFUSALS_MAX);

    if (record->flags & LEDGER_CLAIMED) {
        size += 19 + 48 + 4 + record->text[LEDGER_PLACE].len
                + record->text[LEDGER_DEVICE].len;
    }

    return size;
}


/* An entry of LMDB has 12 bytes more than its key and value. */

static inline uint64_t
model_cost(const ledger_record_t *record)
{
    uint64_t  size, half;

    size = 12 + 8 + 66 + model_len(record->text, LEDGER_RECORD_TEXTS);
    half = 12 + 18;

    if (record->provider || (record->flags & LEDGER_CLAIMED)) {
        half += 12 + 8 + model_message(record);
    }

    if (record->flags & LEDGER_ASKED) {
        half += 12 + 1 + record->text[LEDGER_APP].len + strlen("US.1") + 8;
    }

    return 4096 / (4080 / size) + 2 * half;
}


/* The cost of the sessions and subjects of an app. */

static inline uint64_t
model_login_bytes(const model_t *m, unsigned app)
{
    uint64_t                 size;
    unsigned                 i;
    const ledger_subject_t  *subject;
    const ledger_session_t  *session;

    size = 0;

    for (i = 0; i < m->n_sessions; i++) {
        session = &m->session[i].session;

        if (model_number(&session->text[LEDGER_SESSION_APP], model_app)
            == app)
        {
            size += 12 + 8 + 57 + 12 + 12 + 18
                    + model_len(session->text, LEDGER_SESSION_TEXTS);
        }
    }

    for (i = 0; i < MODEL_PERSONS; i++) {
        subject = &m->subject[app][i];

        if (subject->made_at) {
            size += 12 + 1 + model_len(subject->text, LEDGER_SUBJECT_TEXTS)
                    + 34 + 24 * subject->n_marks + 16 * subject->n_sessions;
        }
    }

    return 2 * size;
}


static inline uint64_t
model_bytes(const model_t *m, unsigned app)
{
    uint64_t  bytes;
    unsigned  i;

    bytes = model_login_bytes(m, app);

    for (i = 0; i < m->n; i++) {
        bytes += m->entry[i].app == app ? m->entry[i].cost : 0;
    }

    return bytes;
}


static inline void
model_forget(model_t *m, const ledger_record_t *record)
{
    uint64_t  *asked;

    asked = &m->asked[model_app_of(record)][model_user_of(record)];

    if ((record->flags & LEDGER_ASKED) && *asked == record->key) {
        *asked = 0;
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

        if (e->app == app && e->record.state == LEDGER_STATE_KEPT
            && e->stands_at == 0
            && (oldest == NULL || e->record.due_at < oldest->record.due_at))
        {
            oldest = e;
        }
    }

    return oldest;
}


/* 1 if an app has room for so much more in its share, after a purge. */

static inline int
model_has_room(model_t *m, unsigned app, unsigned share, uint64_t cost)
{
    entry_t   *oldest;
    uint64_t   bytes, limit;
    unsigned   purged;

    if (!m->engine->has_shares) {
        return 1;
    }

    limit = HELP_MAP / 4096 * 90 / 100 * 4096 / 10000 * share - cost;
    bytes = model_bytes(m, app);

    for (purged = 0; bytes > limit && purged < 4; purged++) {

        oldest = model_oldest(m, app);
        if (oldest == NULL) {
            break;
        }

        bytes -= oldest->cost;
        model_forget(m, &oldest->record);
        memmove(oldest, oldest + 1,
                (size_t) (m->entry + --m->n - oldest) * sizeof(entry_t));
    }

    return bytes <= limit;
}


/* Records stand in order of keys, which need not be that of their making. */

static inline entry_t *
model_enter(model_t *m, uint64_t key)
{
    entry_t  *e;

    for (e = m->entry + m->n++;
         e > m->entry && e[-1].record.key > key;
         e--)
    {
        *e = e[-1];
    }

    return e;
}


static inline ledger_result_t
model_issue(model_t *m, ledger_op_t *op)
{
    entry_t          *e;
    uint64_t          key;
    unsigned          app;
    ledger_record_t   after;
    ledger_change_t   change;
    ledger_result_t   result;

    key = m->engine->key(m);
    result = ledger_issue(op, key, m->now, &after, &change);
    app = model_app_of(&after);

    if (result != LEDGER_OK) {
        return result;
    }

    if (m->engine->is_beyond(m, op, app)) {
        return LEDGER_LIVE_LIMIT;
    }

    if (op->u.issue.share
        && !model_has_room(m, app, op->u.issue.share, model_cost(&after)))
    {
        return LEDGER_SHARE_LIMIT;
    }

    m->last_key = key;
    e = model_enter(m, key);
    e->record = after;
    e->app = app;
    e->cost = model_cost(&after);
    e->stands_at = 0;

    return LEDGER_OK;
}


/* A decided record stands where its code would have expired. */

static inline void
model_carry_out(model_t *m, entry_t *e, const ledger_record_t *after,
    const ledger_change_t *change)
{
    if (m->engine->has_shares
        && after->state == LEDGER_STATE_KEPT
        && e->record.state == LEDGER_STATE_WAITING
        && after->status != LEDGER_STATUS_EXPIRED
        && e->record.due_at < after->due_at)
    {
        e->stands_at = e->record.due_at;
    }

    e->record = *after;
    e->cost = model_cost(after);

    if (change->asked) {
        m->asked[e->app][model_user_of(after)] = after->key;
    }
}


#endif /* _STORE_MODEL_STATE_H_INCLUDED_ */
