
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* One thread writes while another one reads, as in a worker of nginx. */


#include <pthread.h>
#include <stdatomic.h>

#include "lmdb_store/store.h"
#include "store_help.h"


#define ROUNDS  300


typedef struct {
    help_t      *h;
    int          remap;      /* exchange the map before each transaction */
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


static void
read_while_written(help_t *h, int remap)
{
    writer_t           writer;
    uint64_t           key;
    pthread_t          thread;
    lmdb_store_stat_t  stat;
    ledger_record_t    record;

    writer.h = h;
    writer.remap = remap;
    writer.failed = 0;
    atomic_init(&writer.done, 0);
    key = HELP_EPOCH << 10;

    assert_int_equal(pthread_create(&thread, NULL, write_rounds, &writer), 0);

    while (!atomic_load(&writer.done)) {
        assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
        assert_int_equal(stat.records, stat.messages);
        assert_int_equal(stat.records, stat.due);

        if (stat.records > 0) {
            key = stat.last_key;
            help_get(h, key, &record);
            assert_int_equal(record.status, LEDGER_STATUS_VALIDATED);
        }
    }

    assert_int_equal(pthread_join(thread, NULL), 0);
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


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(
            reads_see_whole_transactions_while_another_thread_writes,
            help_setup, help_teardown),
        cmocka_unit_test_setup_teardown(
            reads_go_on_while_another_thread_exchanges_the_map,
            help_setup, help_teardown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
