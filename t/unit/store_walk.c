
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Walks and sweeps, also past rows damaged on purpose. */


#include "store_damage.h"


static void
a_sweep_gets_past_an_entry_without_a_record(void **state)
{
    char       sentence[512];
    help_t    *h;
    MDB_val    k;
    unsigned   expired, purged;

    h = *state;
    (void) help_issue(h, 0);
    k = due_key(0, HELP_EPOCH, 4711);
    damage(h, "due", &k, "", 0);

    help_now += HELP_HOUR;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 1);
    assert_int_equal(purged, 0);
    assert_int_equal(faults(h, sentence), 0);
}


typedef struct {
    unsigned  n;
    unsigned  stop_at;
    uint64_t  last;
} walk_t;


static int
each(const ledger_record_t *record, void *data)
{
    walk_t  *walk;

    walk = data;
    assert_true(record->key > walk->last);
    walk->last = record->key;

    return ++walk->n == walk->stop_at;
}


static void
a_walk_visits_every_record_in_order_until_it_is_stopped(void **state)
{
    help_t    *h;
    walk_t     walk;
    unsigned   i;

    h = *state;
    memset(&walk, 0, sizeof(walk));
    assert_int_equal(lmdb_store_walk(h->store, each, &walk), LEDGER_OK);
    assert_int_equal(walk.n, 0);

    for (i = 0; i < 50; i++) {
        (void) help_issue(h, 0);
        help_now += i % 3;
    }

    assert_int_equal(lmdb_store_walk(h->store, each, &walk), LEDGER_OK);
    assert_int_equal(walk.n, 50);

    memset(&walk, 0, sizeof(walk));
    walk.stop_at = 7;
    assert_int_equal(lmdb_store_walk(h->store, each, &walk), LEDGER_OK);
    assert_int_equal(walk.n, 7);
}


/* Three bytes make no key, and what follows them is not read for one. */

static void
a_record_without_a_whole_key_is_found(void **state)
{
    char                  sentence[512];
    help_t               *h;
    walk_t                walk;
    MDB_val               k;
    const unsigned char   head[LEDGER_ROW_HEAD_LEN] = { 0 };

    h = *state;
    k = record_key(help_issue(h, 0));
    k.mv_size = 3;
    damage(h, "records", &k, head, sizeof(head));

    assert_int_equal(faults(h, sentence), 1);
    assert_string_equal(sentence, "a record cannot be read");

    memset(&walk, 0, sizeof(walk));
    assert_int_equal(lmdb_store_walk(h->store, each, &walk),
                     LEDGER_FAILED);
    assert_int_equal(walk.n, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_sweep_gets_past_an_entry_without_a_record),
        help_test(a_walk_visits_every_record_in_order_until_it_is_stopped),
        help_test(a_record_without_a_whole_key_is_found)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
