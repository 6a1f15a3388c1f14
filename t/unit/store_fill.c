
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store that is made of the rows of another one: it is as that one was, for
 * the model too, and none before its end.
 */


#include <signal.h>

#include "store_model_run.h"


#define FILL_ROUNDS   12
#define FILL_BATCHES  150


/* The store that is filled, and rows up to so many. */

typedef struct {
    help_t     h;
    unsigned   most;
    unsigned   rows;
    uint8_t    keys[48];
} fill_t;


static const uint8_t  other_keys[48] = "code key of 16 Bid key of 16 by.token"
                                       " key 16 B";


static ledger_result_t
try_fill(help_t *h)
{
    lmdb_store_options_t  options;

    memset(&options, 0, sizeof(options));
    options.path = h->dir;
    options.map_size = h->map_size;
    options.fill = 1;
    options.now = help_clock;

    return lmdb_store_open(&options, &h->store, h->detail);
}


static void
make_directory(help_t *h, const char *where)
{
    memset(h, 0, sizeof(help_t));
    snprintf(h->dir, sizeof(h->dir), "%s/lmdb_store.XXXXXX", where);
    assert_non_null(mkdtemp(h->dir));
    h->map_size = HELP_MAP;
}


static void
remove_directory(help_t *h)
{
    unlink(help_file(h, "data.mdb"));
    unlink(help_file(h, "lock.mdb"));
    assert_int_equal(rmdir(h->dir), 0);
}


static int
fill_record(const ledger_record_t *record, void *data)
{
    fill_t           *fill;
    ledger_record_t   stored;

    fill = data;
    stored = *record;

    if (stored.state == LEDGER_STATE_WAITING) {
        stored.status = LEDGER_STATUS_REQUESTED;
    }

    assert_int_equal(lmdb_store_fill_record(fill->h.store, &stored), 0);

    return ++fill->rows == fill->most;
}


static int
fill_session(const ledger_session_t *session, void *data)
{
    fill_t  *fill;

    fill = data;
    assert_int_equal(lmdb_store_fill_session(fill->h.store, session), 0);

    return 0;
}


static int
fill_subject(const ledger_subject_t *subject, void *data)
{
    fill_t  *fill;

    fill = data;
    assert_int_equal(lmdb_store_fill_subject(fill->h.store, subject), 0);

    return 0;
}


static void
commit(fill_t *fill)
{
    assert_int_equal(lmdb_store_commit(fill->h.store), LEDGER_OK);
}


static void
begin(fill_t *fill)
{
    assert_int_equal(lmdb_store_fill_begin(fill->h.store), LEDGER_OK);
}


static void
fill_asked(fill_t *fill, const model_t *m)
{
    unsigned        app, user;
    const entry_t  *e;

    for (app = 0; app < MODEL_APPS; app++) {
        for (user = 1; user < MODEL_USERS; user++) {

            if (m->asked[app][user] == 0) {
                continue;
            }

            e = model_find((model_t *) m, m->asked[app][user]);
            assert_int_equal(lmdb_store_fill_asked(fill->h.store, &e->record),
                             0);
        }
    }
}


static void
fill_all(fill_t *fill, help_t *from, const model_t *m)
{
    const uint8_t  *keys;

    keys = fill->keys;

    begin(fill);
    assert_int_equal(lmdb_store_walk(from->store, fill_record, fill),
                     LEDGER_OK);
    commit(fill);

    begin(fill);
    fill_asked(fill, m);
    assert_int_equal(lmdb_store_walk_sessions(from->store, fill_session, fill),
                     LEDGER_OK);
    assert_int_equal(lmdb_store_walk_subjects(from->store, fill_subject, fill),
                     LEDGER_OK);
    commit(fill);

    begin(fill);
    assert_int_equal(lmdb_store_fill_end(fill->h.store, keys, keys + 16,
                                         keys + 32), 0);
    commit(fill);
}


/* Nobody sees what a move changes: some entries, and the last key. */

static void
moved(model_t *m)
{
    unsigned  i;

    m->last_key = m->n ? m->entry[m->n - 1].record.key : 0;

    for (i = 0; i < m->n; i++) {
        if (m->entry[i].record.state == LEDGER_STATE_KEPT) {
            m->entry[i].stands_at = 0;
        }
    }

    for (i = 0; i < m->n_sessions; i++) {
        m->session[i].stands_at = ledger_session_until(&m->session[i].session);

        if (m->session[i].session.key > m->last_key) {
            m->last_key = m->session[i].session.key;
        }
    }
}


/* Takes the place of the one that it was made of. */

static void
move(help_t *h, model_t *m, const char *where)
{
    fill_t  fill;

    make_directory(&fill.h, where);
    fill.most = 0;
    fill.rows = 0;
    memcpy(fill.keys, lmdb_store_code_key(h->store), 16);
    memcpy(fill.keys + 16, lmdb_store_id_key(h->store), 16);
    memcpy(fill.keys + 32, lmdb_store_token_key(h->store), 16);

    assert_int_equal(try_fill(&fill.h), LEDGER_OK);
    fill_all(&fill, h, m);
    help_close(&fill.h);

    help_close(h);
    remove_directory(h);
    strcpy(h->dir, fill.h.dir);
    help_open(h);

    assert_memory_equal(lmdb_store_code_key(h->store), fill.keys, 16);
    assert_memory_equal(lmdb_store_id_key(h->store), fill.keys + 16, 16);
    assert_memory_equal(lmdb_store_token_key(h->store), fill.keys + 32, 16);
    moved(m);
}


static void
a_filled_store_and_the_model_agree_and_go_on(void **state)
{
    help_t      *h = *state;
    model_t     *m;
    unsigned     round, i;
    const char  *where;

    where = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    m = calloc(1, sizeof(model_t));
    assert_non_null(m);

    m->engine = &engine;
    m->now = HELP_EPOCH;
    m->seed = UINT64_C(0xf111);

    for (round = 0; round < FILL_ROUNDS; round++) {

        for (i = 0; i < FILL_BATCHES; i++) {
            do_batch(m, h);
        }

        move(h, m, where);
        compare_all(h, m);
    }

    assert_true(m->n > 100);
    assert_true(m->n_sessions > 3);
    free(m);
}


/* The first two records of a store, and no end. */

static void
fill_half(fill_t *fill, help_t *from)
{
    fill->most = 2;
    fill->rows = 0;

    assert_int_equal(try_fill(&fill->h), LEDGER_OK);
    begin(fill);
    assert_int_equal(lmdb_store_walk(from->store, fill_record, fill),
                     LEDGER_OK);
    commit(fill);
    help_close(&fill->h);
}


static void
half_a_store_is_refused_until_it_is_filled_anew(void **state)
{
    help_t             *h = *state;
    fill_t              fill;
    uint64_t            last;
    lmdb_store_stat_t   stat;

    (void) help_issue(h, 0);
    (void) help_issue(h, 0);
    last = help_issue(h, 0);

    make_directory(&fill.h, "/tmp");
    fill_half(&fill, h);

    assert_int_equal(help_try_open(&fill.h, 0), LEDGER_UNUSABLE);
    assert_non_null(strstr(fill.h.detail, "only half moved"));
    assert_int_equal(help_try_open(&fill.h, 1), LEDGER_UNUSABLE);

    fill_half(&fill, h);
    assert_int_equal(try_fill(&fill.h), LEDGER_OK);
    begin(&fill);
    assert_int_equal(lmdb_store_fill_end(fill.h.store, other_keys,
                                         other_keys + 16, other_keys + 32), 0);
    commit(&fill);
    help_close(&fill.h);

    help_open(&fill.h);
    assert_int_equal(lmdb_store_stat(fill.h.store, &stat), LEDGER_OK);
    assert_int_equal(stat.records, 0);
    assert_int_equal(stat.due, 0);
    assert_int_equal(stat.last_key, 0);
    assert_true(last > 0);
    assert_memory_equal(lmdb_store_id_key(fill.h.store), other_keys + 16, 16);
    help_close(&fill.h);
    remove_directory(&fill.h);
}


static void
a_store_that_is_there_is_not_filled(void **state)
{
    help_t    *h = *state;
    uint64_t   key;
    uint8_t    id_key[16];

    key = help_issue(h, 0);
    memcpy(id_key, lmdb_store_id_key(h->store), 16);
    help_close(h);

    assert_int_equal(try_fill(h), LEDGER_UNUSABLE);
    assert_non_null(strstr(h->detail, "there is a store"));

    help_open(h);
    assert_memory_equal(lmdb_store_id_key(h->store), id_key, 16);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m"), LEDGER_OK);
}


static void
two_do_not_fill_one_directory(void **state)
{
    fill_t  one, two;

    (void) state;

    make_directory(&one.h, "/tmp");
    assert_int_equal(try_fill(&one.h), LEDGER_OK);

    two.h = one.h;
    assert_int_equal(try_fill(&two.h), LEDGER_UNUSABLE);
    assert_non_null(strstr(two.h.detail, "another move"));

    help_close(&one.h);
    assert_int_equal(try_fill(&two.h), LEDGER_OK);
    help_close(&two.h);
    remove_directory(&one.h);
}


static void
records_come_in_order_of_their_keys(void **state)
{
    help_t         *h = *state;
    fill_t          fill;
    ledger_copy_t   copy[2];

    assert_int_equal(lmdb_store_get(h->store, help_issue(h, 0), &copy[0]),
                     LEDGER_OK);
    assert_int_equal(lmdb_store_get(h->store, help_issue(h, 0), &copy[1]),
                     LEDGER_OK);

    make_directory(&fill.h, "/tmp");
    assert_int_equal(try_fill(&fill.h), LEDGER_OK);
    begin(&fill);
    assert_int_equal(lmdb_store_fill_record(fill.h.store, &copy[1].record), 0);
    assert_int_equal(lmdb_store_fill_record(fill.h.store, &copy[0].record),
                     -1);
    lmdb_store_abort(fill.h.store);
    help_close(&fill.h);
    remove_directory(&fill.h);
}


/* More rows than the map has room for at its beginning. */

static void
the_map_grows(void **state)
{
    help_t              *h = *state;
    fill_t               fill;
    unsigned             i;
    ledger_copy_t        copy;
    lmdb_store_stat_t    stat;

    assert_int_equal(lmdb_store_get(h->store, help_issue(h, 0), &copy),
                     LEDGER_OK);

    make_directory(&fill.h, "/tmp");
    fill.h.map_size = UINT64_C(2) * 1024 * 1024;
    assert_int_equal(try_fill(&fill.h), LEDGER_OK);

    for (i = 0; i < 20000; i++) {

        if (i % 1000 == 0) {
            begin(&fill);
        }

        copy.record.key++;
        assert_int_equal(lmdb_store_fill_record(fill.h.store, &copy.record),
                         0);

        if (i % 1000 == 999) {
            commit(&fill);
        }
    }

    assert_int_equal(lmdb_store_stat(fill.h.store, &stat), LEDGER_OK);
    assert_int_equal(stat.records, 20000);
    assert_true(stat.map_pages * stat.page_size > fill.h.map_size);
    assert_true(stat.used_pages < stat.map_pages * 3 / 4);
    help_close(&fill.h);
    remove_directory(&fill.h);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_filled_store_and_the_model_agree_and_go_on),
        help_test(half_a_store_is_refused_until_it_is_filled_anew),
        help_test(a_store_that_is_there_is_not_filled),
        help_test(two_do_not_fill_one_directory),
        help_test(records_come_in_order_of_their_keys),
        help_test(the_map_grows)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
