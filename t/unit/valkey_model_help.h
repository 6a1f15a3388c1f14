
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The model of a store beside one on Valkey or Redis: where that differs by
 * design, and all that a server has, compared with the model.
 *
 * It differs in this, by its design:
 *
 *  - it finds keys by itself, and the model is told;
 *  - an app has its limits in parts, one for each of its partitions;
 *  - it knows no shares of the store;
 *  - what is only kept leaves the index, and the server removes it.  The time
 *    of the model is far ahead of the server's: so the test is the server here,
 *    and removes what should be gone.
 */


#ifndef _VALKEY_MODEL_HELP_H_INCLUDED_
#define _VALKEY_MODEL_HELP_H_INCLUDED_


#include "store_model_make.h"
#include "store_model_rows.h"
#include "valkey_keys_help.h"


/* The key that the store has found. */
static uint64_t  model_next_key;


static inline uint64_t
model_key(const model_t *m)
{
    (void) m;
    return model_next_key;
}


/* The codes of an app that wait in a partition and have the flags. */

static inline unsigned
model_part(const model_t *m, unsigned app, unsigned partition,
    unsigned flags)
{
    unsigned                i, n;
    const ledger_record_t  *record;

    n = 0;

    for (i = 0; i < m->n; i++) {
        record = &m->entry[i].record;
        n += m->entry[i].app == app
             && record->key % 64 == partition
             && record->state == LEDGER_STATE_WAITING
             && (record->flags & flags) == flags;
    }

    return n;
}


/* A limit of 0 is none, but a part of one that is none has no room. */

static inline int
model_is_full(unsigned n, uint64_t limit, unsigned part, unsigned parts)
{
    return limit && n >= limit / parts + (part < limit % parts);
}


static inline int
model_is_beyond(const model_t *m, const ledger_op_t *op, unsigned app)
{
    uint64_t  limit, page_limit;
    unsigned  part, parts, first, partition;

    limit = op->u.issue.live_limit;
    page_limit = (op->u.issue.flags & LEDGER_PAGE) ? op->u.issue.page_limit
                                                   : 0;
    parts = limit == 0 || limit / 256 > 64 ? 64 : (unsigned) (limit / 256);
    parts = parts ? parts : 1;
    first = (unsigned) (ledger_hash(model_app[app], strlen(model_app[app]))
                        % 64);

    for (part = 0; part < parts; part++) {
        partition = (first + part * 64 / parts) % 64;

        if (!model_is_full(model_part(m, app, partition, 0), limit, part,
                           parts)
            && !model_is_full(model_part(m, app, partition, LEDGER_PAGE),
                              page_limit, part, parts))
        {
            return 0;
        }
    }

    return 1;
}


static const model_engine_t  model_valkey = { model_key, model_is_beyond, 0 };


/* Removes what the servers would have removed by now.  Returns records. */

static inline unsigned
model_remove_old(const model_t *m)
{
    unsigned  i, records;

    records = 0;

    for (i = 0; i < plant.talks; i++) {
        plant.at = &plant.talk[i];
        records += plant_expire(m->now);
    }

    plant.at = &plant.talk[0];

    return records;
}


/* The values of the store, one key after the other */

typedef struct {
    const model_t  *m;
    unsigned        records;
    unsigned        sessions;
    unsigned        entries;
    unsigned        subjects;
} model_seen_t;


static inline void
model_see_record(model_seen_t *seen, uint64_t key, const ledger_text_t *value)
{
    const entry_t          *e;
    valkey_store_record_t   record;

    assert_int_equal(valkey_store_record_decode(&record, key, value), 0);

    e = model_find((model_t *) seen->m, key);
    assert_non_null(e);

    record.row.record.status = ledger_status(&record.row.record, seen->m->now);
    compare_record_row(&record.row.record, e, e->record.lane, seen->m->now);
    seen->records++;
}


static inline void
model_see_session(model_seen_t *seen, uint64_t key,
    const ledger_text_t *value)
{
    unsigned                 i;
    valkey_store_session_t   session;

    if (value->len == VALKEY_STORE_STAMP_LEN) {
        return;
    }

    assert_int_equal(valkey_store_session_decode(&session, key, value), 0);

    for (i = 0; i < seen->m->n_sessions; i++) {

        if (seen->m->session[i].session.key == key) {
            compare_session_row(&session.row.session,
                                &seen->m->session[i].session);
            assert_true(session.row.stands_at
                        == seen->m->session[i].stands_at);
            seen->sessions++;
            return;
        }
    }

    fail_msg("a session that has ended lives");
}


static inline void
model_see_subject(model_seen_t *seen, const valkey_store_place_t *place,
    const ledger_text_t *value)
{
    unsigned                 app, person;
    valkey_store_subject_t   subject;

    assert_int_equal(valkey_store_subject_decode(&subject, &place->app,
                                                 &place->text, value),
                     0);

    for (app = 0; app < MODEL_APPS; app++) {
        for (person = 1; person < MODEL_PERSONS; person++) {

            if (place->app.len == strlen(model_app[app])
                && memcmp(place->app.data, model_app[app], place->app.len) == 0
                && place->text.len == strlen(model_person[person])
                && memcmp(place->text.data, model_person[person],
                          place->text.len) == 0)
            {
                assert_true(seen->m->subject[app][person].made_at != 0);
                compare_subject(&subject.row.subject,
                                &seen->m->subject[app][person]);
                seen->subjects++;
                return;
            }
        }
    }

    fail_msg("a subject of nobody");
}


/* An entry stands for a record that is not kept, or for a session. */

static inline void
model_see_entry(model_seen_t *seen, const ledger_text_t *bytes)
{
    unsigned         i;
    const entry_t   *e;
    ledger_entry_t   entry;

    assert_int_equal(ledger_row_due_decode(bytes, &entry), 0);
    seen->entries++;

    if (entry.lane == VALKEY_STORE_LANE_SESSIONS) {

        for (i = 0; i < seen->m->n_sessions; i++) {

            if (seen->m->session[i].session.key == entry.key) {
                assert_true(seen->m->session[i].stands_at == entry.due_at);
                return;
            }
        }

        fail_msg("an entry of no session");
    }

    e = model_find((model_t *) seen->m, entry.key);
    assert_non_null(e);
    assert_int_not_equal(e->record.state, LEDGER_STATE_KEPT);
    assert_int_equal(e->record.lane, entry.lane);
    assert_true(e->record.due_at == entry.due_at);
}


/* Counts are 'w' or 'p' and the app: one of a partition. */

static inline void
model_see_count(model_seen_t *seen, unsigned partition,
    const ledger_text_t *field, const ledger_text_t *count)
{
    char         number[32];
    unsigned     app;
    const char  *name;

    name = field->data;

    for (app = 0; app < MODEL_APPS; app++) {

        if (field->len == 1 + strlen(model_app[app])
            && memcmp(name + 1, model_app[app], field->len - 1) == 0)
        {
            snprintf(number, sizeof(number), "%u",
                     model_part(seen->m, app, partition,
                                name[0] == 'p' ? LEDGER_PAGE : 0));
            assert_int_equal(count->len, strlen(number));
            assert_memory_equal(count->data, number, count->len);
            return;
        }
    }

    fail_msg("a count of no app");
}


static inline void
model_see_array(model_seen_t *seen, const valkey_store_place_t *place,
    const valkey_store_reply_t *reply)
{
    size_t                       i;
    const valkey_store_reply_t  *element, *next;

    element = valkey_store_reply_first(reply);

    for (i = 0; i < reply->elements; i++) {

        if (place->kind == VALKEY_STORE_DUE) {
            model_see_entry(seen, &element->text);

        } else {
            next = valkey_store_reply_after(element);
            model_see_count(seen, place->partition, &element->text,
                            &next->text);
            element = next;
            i++;
        }

        element = valkey_store_reply_after(element);
    }
}


static inline void
model_see_key(const ledger_text_t *name, void *data)
{
    model_seen_t                *seen = data;
    ledger_text_t                prefix = { "wa", 2 };
    valkey_store_place_t         place;
    const valkey_store_reply_t  *reply;

    assert_int_equal(valkey_store_name_read(name, &prefix, &place), 0);

    switch (place.kind) {

    case VALKEY_STORE_RECORD:
        reply = plant_ask("GET", name->data, name->len, NULL, NULL);
        model_see_record(seen, place.key, &reply->text);
        return;

    case VALKEY_STORE_SESSION:
        reply = plant_ask("GET", name->data, name->len, NULL, NULL);
        model_see_session(seen, place.key, &reply->text);
        return;

    case VALKEY_STORE_SUBJECT:
        reply = plant_ask("GET", name->data, name->len, NULL, NULL);
        model_see_subject(seen, &place, &reply->text);
        return;

    case VALKEY_STORE_DUE:
        reply = plant_ask("ZRANGE", name->data, name->len, "0", "-1");
        model_see_array(seen, &place, reply);
        return;

    case VALKEY_STORE_APPS:
        reply = plant_ask("HGETALL", name->data, name->len, NULL, NULL);
        model_see_array(seen, &place, reply);
        return;

    default:
        return;
    }
}


static inline unsigned
model_entries(const model_t *m)
{
    unsigned  i, n;

    n = m->n_sessions;

    for (i = 0; i < m->n; i++) {
        n += m->entry[i].record.state != LEDGER_STATE_KEPT;
    }

    return n;
}


static inline void
model_compare(const model_t *m)
{
    unsigned      app, person, subjects;
    model_seen_t  seen;

    memset(&seen, 0, sizeof(seen));
    seen.m = m;
    plant_walk(model_see_key, &seen);

    assert_int_equal(seen.records, m->n);
    assert_int_equal(seen.sessions, m->n_sessions);
    assert_int_equal(seen.entries, model_entries(m));

    subjects = 0;

    for (app = 0; app < MODEL_APPS; app++) {
        for (person = 1; person < MODEL_PERSONS; person++) {
            subjects += m->subject[app][person].made_at != 0;
        }
    }

    assert_int_equal(seen.subjects, subjects);
}


#endif /* _VALKEY_MODEL_HELP_H_INCLUDED_ */
