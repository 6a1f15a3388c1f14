
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One thread writes while another one reads and a third one warms, as in a
 * worker of nginx.
 */


#include <pthread.h>
#include <stdatomic.h>

#include "lmdb_store/store.h"
#include "store_session_help.h"


#define ROUNDS  300


typedef struct {
    help_t      *h;
    int          remap;      /* exchange the map before each transaction */
    uint64_t     session;
    atomic_int   done;
    unsigned     failed;
} writer_t;


static int
write_round(help_t *h, unsigned i)
{
    uint64_t     key;
    ledger_op_t  op;

    if (lmdb_store_begin(h->store) != LEDGER_OK) {
        return -1;
    }

    op = help_issue_op(LEDGER_ON_VALIDATED);

    if (lmdb_store_apply(h->store, &op)) {
        lmdb_store_abort(h->store);
        return -1;
    }

    key = op.u.issue.key;
    op = help_message_op(LEDGER_VALIDATE, key, "m1");
    op.u.message.lease = i % 2 ? HELP_LEASE : 0;

    if (lmdb_store_apply(h->store, &op)) {
        lmdb_store_abort(h->store);
        return -1;
    }

    return lmdb_store_commit(h->store) == LEDGER_OK ? 0 : -1;
}


static void *
write_rounds(void *data)
{
    unsigned   i;
    writer_t  *writer;

    writer = data;

    for (i = 0; i < ROUNDS; i++) {

        if (writer->remap) {
            writer->h->store->map_suspect = 1;
            writer->h->store->map_grown_at = 0;
        }

        writer->failed += write_round(writer->h, i) != 0;
    }

    atomic_store(&writer->done, 1);

    return NULL;
}


/* In more transactions than any worker has, and longer ones. */

static void *
warm_on(void *data)
{
    uint64_t   keys[16];
    unsigned   i;
    writer_t  *writer;

    writer = data;

    for (i = 0; i < 16; i++) {
        keys[i] = writer->session - i % 2;
    }

    while (!atomic_load(&writer->done)) {
        lmdb_store_warm_sessions(writer->h->store, keys, 16);
    }

    return NULL;
}


static void
read_while_written(help_t *h, int remap)
{
    writer_t           writer;
    uint64_t           key;
    pthread_t          thread, warm;
    lmdb_store_stat_t  stat;
    ledger_record_t    record;

    writer.h = h;
    writer.session = help_session(h, HELP_NUMBER);
    writer.remap = remap;
    writer.failed = 0;
    atomic_init(&writer.done, 0);
    key = HELP_EPOCH << 10;

    assert_int_equal(pthread_create(&thread, NULL, write_rounds, &writer), 0);
    assert_int_equal(pthread_create(&warm, NULL, warm_on, &writer), 0);

    while (!atomic_load(&writer.done)) {
        assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
        assert_int_equal(stat.records, stat.messages);
        assert_int_equal(stat.records + stat.sessions, stat.due);

        if (stat.records > 0) {
            key = stat.last_key;
            help_get(h, key, &record);
            assert_int_equal(record.status, LEDGER_STATUS_VALIDATED);
        }
    }

    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(pthread_join(warm, NULL), 0);
    assert_true(help_has_session(h, writer.session));
    assert_int_equal(writer.failed, 0);
    assert_int_equal(help_faults(h), 0);
}


static void
reads_see_whole_transactions_while_another_thread_writes(void **state)
{
    read_while_written(*state, 0);
}


static void
reads_go_on_while_another_thread_exchanges_the_map(void **state)
{
    read_while_written(*state, 1);
}


static void *
write_one(void *data)
{
    writer_t  *writer;

    writer = data;
    writer->failed = write_round(writer->h, 0) != 0;
    atomic_store(&writer->done, 1);

    return NULL;
}


/* LMDB exchanges it only while nobody reads, or the reader reads nothing. */

static void
the_map_stays_until_those_that_warm_have_ended(void **state)
{
    help_t        *h = *state;
    writer_t       writer;
    pthread_t      thread;
    lmdb_store_t  *store;

    store = h->store;
    writer.h = h;
    atomic_init(&writer.done, 0);

    store->warming = 1;
    assert_int_equal(lmdb_store_mend(store, MDB_MAP_RESIZED),
                     MDB_MAP_RESIZED);

    store->map_suspect = 1;
    store->map_grown_at = 0;
    assert_int_equal(pthread_create(&thread, NULL, write_one, &writer), 0);

    usleep(50000);
    assert_int_equal(atomic_load(&writer.done), 0);

    pthread_mutex_lock(&store->map_lock);
    store->warming = 0;
    pthread_cond_broadcast(&store->warmed);
    pthread_mutex_unlock(&store->map_lock);

    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(writer.failed, 0);
    assert_int_equal(lmdb_store_mend(store, MDB_MAP_RESIZED), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(
            reads_see_whole_transactions_while_another_thread_writes,
            help_setup, help_teardown),
        cmocka_unit_test_setup_teardown(
            reads_go_on_while_another_thread_exchanges_the_map,
            help_setup, help_teardown),
        cmocka_unit_test_setup_teardown(
            the_map_stays_until_those_that_warm_have_ended,
            help_setup, help_teardown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
