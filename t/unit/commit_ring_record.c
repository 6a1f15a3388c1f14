
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * An operation that wants the record gets it through the ring, as it stands
 * after the commit, and only where its owner has left room for it.
 */


#include "lmdb_store/commit_ring_seat.h"
#include "commit_ring_help.h"


#define SENDER  "56987654321"


static void
text_set(ledger_text_t *text, const char *s)
{
    text->data = s;
    text->len = strlen(s);
}


/* Issues a code and returns its key. */

static uint64_t
issue(help_t *h, unsigned seat)
{
    uint64_t            key;
    const ledger_op_t  *op;

    assert_int_equal(help_push(h, seat, 1), LEDGER_OK);
    assert_int_equal(help_turn(h).result, LEDGER_OK);

    op = commit_ring_next(h->ring, seat);
    assert_non_null(op);
    assert_int_equal(op->result, LEDGER_OK);
    assert_null(op->copy);
    key = op->u.issue.key;

    commit_ring_retire(h->ring, seat);

    return key;
}


static void
validate(ledger_op_t *op, uint64_t key)
{
    memset(op, 0, sizeof(ledger_op_t));

    op->kind = LEDGER_VALIDATE;
    op->u.message.key = key;
    op->u.message.channel = LEDGER_CHANNEL_WHATSAPP;
    op->u.message.provider = LEDGER_PROVIDER_META;

    text_set(&op->text[LEDGER_APP], "shop");
    text_set(&ledger_message_text(op, LEDGER_SENDER), SENDER);
}


static const ledger_op_t *
decide(help_t *h, unsigned seat, const ledger_op_t *op)
{
    assert_int_equal(commit_ring_push(h->ring, seat, op), LEDGER_OK);
    assert_int_equal(help_turn(h).result, LEDGER_OK);

    return commit_ring_next(h->ring, seat);
}


static void
test_record_is_handed_over_as_it_stands_after_the_commit(void **state)
{
    help_t                 *h = *state;
    unsigned                seat;
    ledger_op_t             op;
    const ledger_op_t      *done;
    const ledger_record_t  *record;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());

    validate(&op, issue(h, seat));
    op.record_room = sizeof("shop1" SENDER) - 1;

    done = decide(h, seat, &op);
    assert_int_equal(done->result, LEDGER_OK);

    record = ledger_op_record(done);
    assert_non_null(record);
    assert_true(record->key == op.u.message.key);
    assert_int_equal(record->status, LEDGER_STATUS_VALIDATED);
    assert_true(record->validated_at != 0);
    assert_int_equal(record->text[LEDGER_LINK_MESSAGE].len, 1);
    assert_memory_equal(record->text[LEDGER_LINK_MESSAGE].data, "1", 1);
    assert_int_equal(record->message[LEDGER_SENDER].len, sizeof(SENDER) - 1);
    assert_memory_equal(record->message[LEDGER_SENDER].data, SENDER,
                        sizeof(SENDER) - 1);

    /* The texts of the operation itself have not been written over. */

    assert_memory_equal(done->text[LEDGER_APP].data, "shop", 4);
    assert_memory_equal(ledger_message_text(done, LEDGER_SENDER).data, SENDER,
                        sizeof(SENDER) - 1);

    commit_ring_retire(h->ring, seat);
    assert_null(commit_ring_next(h->ring, seat));
}


static void
test_record_that_finds_no_room_is_left_out(void **state)
{
    help_t             *h = *state;
    unsigned            seat;
    ledger_op_t         op;
    const ledger_op_t  *done;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());

    validate(&op, issue(h, seat));
    op.record_room = sizeof("shop1" SENDER) - 2;

    done = decide(h, seat, &op);
    assert_int_equal(done->result, LEDGER_OK);
    assert_null(ledger_op_record(done));
}


static void
test_record_that_nobody_wants_takes_no_room(void **state)
{
    help_t             *h = *state;
    size_t              size;
    unsigned            seat;
    ledger_op_t         op;
    const ledger_op_t  *done;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());

    validate(&op, issue(h, seat));
    size = commit_ring_op_size(&op);

    done = decide(h, seat, &op);
    assert_null(ledger_op_record(done));

    op.record_room = 1;
    assert_true(commit_ring_op_size(&op)
                >= size + offsetof(ledger_copy_t, texts));
}


/* A worker that went wild must not make the holder of the lock write there. */

static void
test_place_outside_its_entry_fails_the_operation_alone(void **state)
{
    help_t               *h = *state;
    unsigned              seat;
    uint64_t              key;
    ledger_op_t           op;
    commit_ring_entry_t  *entry;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());
    key = issue(h, seat);

    validate(&op, key);
    op.record_room = 64;
    op.owner = (void *) (uintptr_t) 7;
    assert_int_equal(commit_ring_push(h->ring, seat, &op), LEDGER_OK);
    assert_int_equal(help_push(h, seat, 2), LEDGER_OK);

    entry = commit_ring_entry(h->ring, seat,
                              atomic_load(&h->ring->seat[seat].committed),
                              atomic_load(&h->ring->seat[seat].tail));
    assert_non_null(entry);
    assert_non_null(entry->op.copy);
    entry->op.record_room = (unsigned) entry->size;

    assert_int_equal(help_turn(h).refused, 1);
    help_expect(h, seat, 7, LEDGER_FAILED);
    help_expect(h, seat, 2, LEDGER_OK);

    assert_int_equal(commit_ring_push(h->ring, seat, &op), LEDGER_OK);
    entry = commit_ring_entry(h->ring, seat,
                              atomic_load(&h->ring->seat[seat].committed),
                              atomic_load(&h->ring->seat[seat].tail));
    entry->op.copy = (ledger_copy_t *) (void *) h->ring;

    assert_int_equal(help_turn(h).refused, 1);
    help_expect(h, seat, 7, LEDGER_FAILED);
}


int
main(void)
{
#define TEST(f)  cmocka_unit_test_setup_teardown(f, help_setup, help_teardown)

    const struct CMUnitTest  tests[] = {
        TEST(test_record_is_handed_over_as_it_stands_after_the_commit),
        TEST(test_record_that_finds_no_room_is_left_out),
        TEST(test_record_that_nobody_wants_takes_no_room),
        TEST(test_place_outside_its_entry_fails_the_operation_alone),
    };

    return cmocka_run_group_tests_name("commit_ring_record", tests, NULL,
                                       NULL);
}
