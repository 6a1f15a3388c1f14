
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Races of two hosts, tried in every order: a test is run again and again, and
 * each time takes another way through the choices that it had.
 *
 * Where a request of either host may go next, each is tried; and so is one that
 * reaches the server in a turn which is not confirmed, and goes again later.
 */


#ifndef _VALKEY_RACE_HELP_H_INCLUDED_
#define _VALKEY_RACE_HELP_H_INCLUDED_


#include "valkey_plant_help.h"


#define RACE_CHOICES_MAX  256
#define RACE_ROWS_MAX     2048


/* The way that is taken, and the alternatives that there were. */
typedef struct {
    unsigned  taken[RACE_CHOICES_MAX];
    unsigned  of[RACE_CHOICES_MAX];
    unsigned  n;
    unsigned  at;
    unsigned  ways;
    unsigned  lost;             /* turns that may still be lost */
} race_t;


static race_t           race;
static valkey_store_t  *host[2];


static inline unsigned
race_choose(unsigned of)
{
    if (race.at == race.n) {
        assert_true(race.n < RACE_CHOICES_MAX);
        race.taken[race.n] = 0;
        race.of[race.n++] = of;
    }

    assert_int_equal(race.of[race.at], of);

    return race.taken[race.at++];
}


/* The next way: 0, all have been taken. */

static inline int
race_next(void)
{
    race.at = 0;
    race.ways++;

    while (race.n > 0 && race.taken[race.n - 1] + 1 == race.of[race.n - 1]) {
        race.n--;
    }

    if (race.n == 0) {
        return 0;
    }

    race.taken[race.n - 1]++;

    return 1;
}


/* Of a client that waits for something; a turn may be lost. */

static inline void
race_step(valkey_store_client_t *client)
{
    if (race.lost && race_choose(2)) {
        race.lost--;
        (void) plant_execute(client->first);
        return;
    }

    (void) plant_step(client, 1);
}


/* Both operations from their start to their end, in the order that is tried. */

static inline void
race_run(ledger_op_t *a, ledger_op_t *b)
{
    plant_done_t            done[2];
    valkey_store_client_t  *client[2];

    memset(done, 0, sizeof(done));
    client[0] = valkey_store_client(host[0]);
    client[1] = valkey_store_client(host[1]);

    assert_int_equal(valkey_store_submit(host[0], a, plant_done, &done[0]),
                     0);
    assert_int_equal(valkey_store_submit(host[1], b, plant_done, &done[1]),
                     0);

    for ( ;; ) {

        if (client[0]->first != NULL && client[1]->first != NULL) {
            race_step(client[race_choose(2)]);

        } else if (client[0]->first != NULL) {
            race_step(client[0]);

        } else if (client[1]->first != NULL) {
            race_step(client[1]);

        } else {
            break;
        }
    }

    assert_int_equal(done[0].times, 1);
    assert_int_equal(done[1].times, 1);

    a->result = done[0].op.result;
    a->u = done[0].op.u;
    b->result = done[1].op.result;
    b->u = done[1].op.u;
}


/* 1 if one ended so, and the other so. */

static inline int
race_is(const ledger_op_t *a, const ledger_op_t *b, ledger_result_t one,
    ledger_result_t other)
{
    return (a->result == one && b->result == other)
           || (a->result == other && b->result == one);
}


/* The rules that hold at the end of each race */

typedef struct {
    ledger_entry_t           entry[RACE_ROWS_MAX];     /* in the index */
    ledger_entry_t           own[RACE_ROWS_MAX];       /* of rows */
    unsigned                 entries;
    unsigned                 owners;
    int                      waiting[VALKEY_STORE_PARTITIONS];
    int                      pages[VALKEY_STORE_PARTITIONS];
} race_seen_t;


static inline void
race_see_record(race_seen_t *seen, uint64_t key, const ledger_text_t *value)
{
    unsigned                partition;
    ledger_entry_t         *own;
    valkey_store_record_t   record;

    assert_int_equal(valkey_store_record_decode(&record, key, value), 0);

    partition = valkey_store_partition(key);

    if (record.row.record.state == LEDGER_STATE_WAITING) {
        seen->waiting[partition]--;
        seen->pages[partition] -= (record.row.record.flags & LEDGER_PAGE) != 0;
    }

    if (record.row.record.state != LEDGER_STATE_KEPT) {
        assert_true(seen->owners < RACE_ROWS_MAX);
        own = &seen->own[seen->owners++];
        own->lane = record.row.record.lane;
        own->due_at = record.row.record.due_at;
        own->key = key;
    }
}


/* A session that lives stands in its subject, or REVOKE would not find it. */

static inline void
race_see_session(race_seen_t *seen, uint64_t key, const ledger_text_t *value)
{
    ledger_entry_t               *own;
    ledger_text_t                 prefix = { "wa", 2 };
    const ledger_text_t          *text;
    valkey_store_name_t           name;
    valkey_store_session_t        session;
    valkey_store_subject_t        subject;
    const valkey_store_reply_t   *reply;

    if (value->len == VALKEY_STORE_STAMP_LEN) {
        return;
    }

    assert_int_equal(valkey_store_session_decode(&session, key, value), 0);

    own = &seen->own[seen->owners++];
    own->lane = VALKEY_STORE_LANE_SESSIONS;
    own->due_at = session.row.stands_at;
    own->key = key;

    text = session.row.session.text;
    assert_true(valkey_store_name_person(&name, &prefix, VALKEY_STORE_SUBJECT,
                                         &text[LEDGER_SESSION_APP],
                                         &text[LEDGER_SESSION_SUBJECT]) >= 0);

    reply = plant_ask("GET", name.data, name.len, NULL, NULL);
    assert_int_equal(reply->type, VALKEY_STORE_REPLY_BULK);
    assert_int_equal(valkey_store_subject_decode(&subject,
                                                &text[LEDGER_SESSION_APP],
                                                &text[LEDGER_SESSION_SUBJECT],
                                                &reply->text),
                     0);
    assert_true(ledger_subject_has(&subject.row.subject, key));
}


static inline void
race_see_array(race_seen_t *seen, const valkey_store_place_t *place,
    const valkey_store_reply_t *reply)
{
    int                          n;
    size_t                       i;
    char                         number[32];
    const valkey_store_reply_t  *element;

    element = reply + 1;

    for (i = 0; i < reply->elements; i++, element++) {

        if (place->kind == VALKEY_STORE_DUE) {
            assert_true(seen->entries < RACE_ROWS_MAX);
            assert_int_equal(ledger_row_due_decode(&element->text,
                                              &seen->entry[seen->entries++]),
                             0);
            continue;
        }

        if (i % 2 == 0) {
            memset(number, 0, sizeof(number));
            memcpy(number, element[1].text.data, element[1].text.len);
            n = atoi(number);
            assert_true(n > 0);

            if (((const char *) element->text.data)[0] == 'w') {
                seen->waiting[place->partition] += n;

            } else {
                seen->pages[place->partition] += n;
            }
        }
    }
}


static inline void
race_see(const ledger_text_t *name, void *data)
{
    race_seen_t                 *seen = data;
    ledger_text_t                prefix = { "wa", 2 };
    unsigned char                bytes[VALKEY_STORE_VALUE_MAX];
    ledger_text_t                value;
    valkey_store_place_t         place;
    const valkey_store_reply_t  *reply;

    assert_int_equal(valkey_store_name_read(name, &prefix, &place), 0);

    switch (place.kind) {

    case VALKEY_STORE_RECORD:
    case VALKEY_STORE_SESSION:
        reply = plant_ask("GET", name->data, name->len, NULL, NULL);
        memcpy(bytes, reply->text.data, reply->text.len);
        value.data = bytes;
        value.len = reply->text.len;

        if (place.kind == VALKEY_STORE_RECORD) {
            race_see_record(seen, place.key, &value);

        } else {
            race_see_session(seen, place.key, &value);
        }

        return;

    case VALKEY_STORE_DUE:
        reply = plant_ask("ZRANGE", name->data, name->len, "0", "-1");
        race_see_array(seen, &place, reply);
        return;

    case VALKEY_STORE_APPS:
        reply = plant_ask("HGETALL", name->data, name->len, NULL, NULL);
        race_see_array(seen, &place, reply);
        return;

    default:
        return;
    }
}


static inline int
race_order(const void *a, const void *b)
{
    const ledger_entry_t *x = a, *y = b;

    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }

    return x->lane < y->lane ? -1 : x->lane > y->lane;
}


/* Counts are those of the records, and each row that is due has its entry. */

static inline void
race_check(void)
{
    unsigned            i;
    static race_seen_t  seen;

    memset(&seen, 0, sizeof(seen));
    plant_walk(race_see, &seen);

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        assert_int_equal(seen.waiting[i], 0);
        assert_int_equal(seen.pages[i], 0);
    }

    qsort(seen.entry, seen.entries, sizeof(ledger_entry_t), race_order);
    qsort(seen.own, seen.owners, sizeof(ledger_entry_t), race_order);

    assert_int_equal(seen.entries, seen.owners);

    for (i = 0; i < seen.entries; i++) {
        assert_true(seen.entry[i].key == seen.own[i].key);
        assert_int_equal(seen.entry[i].lane, seen.own[i].lane);
        assert_true(seen.entry[i].due_at == seen.own[i].due_at);
    }
}


/*
 * Runs a test in each way, on a server that has nothing.  lost: so many turns
 * of a way are not confirmed.
 */

static inline void
race_all(void (*run)(void), unsigned lost)
{
    memset(&race, 0, sizeof(race));

    do {
        (void) plant_call("FLUSHDB", NULL);
        plant_now += PLANT_HOUR;
        race.lost = lost;

        run();
        race_check();

    } while (race_next());

    print_message("# %u ways\n", race.ways);
}


#endif /* _VALKEY_RACE_HELP_H_INCLUDED_ */
