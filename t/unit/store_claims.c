
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The claim beside a record, until it is collected. */


#include "store_session_help.h"
#include "lmdb_store/store.h"


static void
a_claim_is_kept_with_its_record(void **state)
{
    help_t           *h = *state;
    uint64_t          key;
    uint8_t           digest[LEDGER_DIGEST_LEN];
    unsigned          i;
    ledger_op_t       op;
    ledger_record_t   record;

    op = help_login_op(LEDGER_CLAIM_PIN_UNKNOWN | LEDGER_CLAIM_MARKED);
    help_digest(op.u.issue.known, 'n');
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    key = op.u.issue.key;

    for (i = 0; i < 2; i++) {
        help_get(h, key, &record);
        assert_int_equal(record.flags, LEDGER_CLAIMED);
        assert_int_equal(record.claim.flags, LEDGER_CLAIM_PAGE
                                             | LEDGER_CLAIM_PIN_UNKNOWN
                                             | LEDGER_CLAIM_MARKED);
        assert_int_equal(record.claim.step, LEDGER_STEP_SEND);
        assert_int_equal(record.provider, LEDGER_PROVIDER_NONE);
        help_digest(digest, 'c');
        assert_memory_equal(record.claim.digest, digest, sizeof(digest));
        help_digest(digest, 'n');
        assert_memory_equal(record.claim.known, digest, sizeof(digest));
        help_same(&record.text[LEDGER_PLACE], "Santiago, 203.0.113.x");
        help_same(&record.text[LEDGER_DEVICE], "Chrome on Windows");
        assert_int_equal(help_faults(h), 0);

        help_close(h);
        help_open(h);
    }

    op = help_person_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    help_get(h, key, &record);
    assert_int_equal(record.claim.step, LEDGER_STEP_PIN);
    assert_int_equal(record.status, LEDGER_STATUS_REQUESTED);
    assert_true(record.expires_at == HELP_EPOCH + 5 * HELP_MINUTE);
    help_same(&record.message[LEDGER_SENDER], HELP_NUMBER);
    help_same(&record.text[LEDGER_DEVICE], "Chrome on Windows");
    assert_int_equal(help_faults(h), 0);
}


/* As a worker of schema 5 writes a record that it lets expire. */

static void
drop_claim(help_t *h, uint64_t key)
{
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];
    unsigned char  row[LEDGER_ROW_MESSAGE_HEAD_LEN + 1];

    lmdb_store_key_encode(buf, key, &k);

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    assert_int_equal(mdb_get(h->store->write.txn, h->store->tables.messages,
                             &k, &v), 0);

    memcpy(row, v.mv_data, sizeof(row));
    row[sizeof(row) - 1] = LEDGER_PROVIDER_META;
    v.mv_data = row;
    v.mv_size = sizeof(row);

    assert_int_equal(mdb_put(h->store->write.txn, h->store->tables.messages,
                             &k, &v, 0), 0);
    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
}


static void
a_claim_that_schema_5_has_dropped_is_dead_and_its_record_goes_on(void **state)
{
    help_t           *h = *state;
    uint64_t          key;
    unsigned          attempt;
    ledger_op_t       op;
    ledger_record_t   record;

    op = help_login_op(0);
    op.u.issue.flags |= LEDGER_ON_EXPIRED;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    key = op.u.issue.key;

    help_now += 5 * HELP_MINUTE;
    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_SWEEP;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    drop_claim(h, key);

    assert_int_equal(help_take(h, key, help_now, &attempt), LEDGER_OK);
    help_get(h, key, &record);
    assert_int_equal(record.status, LEDGER_STATUS_EXPIRED);
    assert_int_equal(record.attempts, 1);

    op = help_collect_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);
}


/* Its entry in the index, too, stands where it expires from then on. */

static void
a_late_message_moves_the_expiry_of_a_claim(void **state)
{
    help_t           *h = *state;
    uint64_t          key, until;
    unsigned          expired, purged;
    ledger_op_t       op;
    ledger_record_t   record;

    key = help_login(h, LEDGER_CLAIM_PIN);
    help_now += 4 * HELP_MINUTE;
    until = help_now + LEDGER_PIN_SPAN;

    op = help_person_op(key, HELP_NUMBER);
    op.u.message.sent_at = help_now;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.message.pin, 1);

    help_close(h);
    help_open(h);
    help_get(h, key, &record);
    assert_true(record.expires_at == until);
    assert_true(help_first_due(h, LEDGER_LANE_TIME) == until);
    assert_int_equal(help_faults(h), 0);

    help_now = until - 1;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 0);
    help_now = until;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 1);

    help_get(h, key, &record);
    assert_int_equal(record.status, LEDGER_STATUS_EXPIRED);
    assert_int_equal(ledger_claim_is(&record, record.claim.digest, help_now),
                     1);
    assert_int_equal(help_faults(h), 0);
}


static void
a_record_without_a_claim_costs_what_it_did(void **state)
{
    help_t    *h = *state;
    uint64_t   key;

    key = help_issue(h, 0);
    assert_int_equal(help_stat(h).bytes,
                     4096 / (4080 / (12 + 8 + 66 + 30)) + 2 * (12 + 18));
    assert_int_equal(help_stat(h).messages, 0);

    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"), LEDGER_OK);
    assert_int_equal(help_stat(h).bytes,
                     4096 / (4080 / (12 + 8 + 66 + 30))
                     + 2 * (12 + 18 + 12 + 8 + 51 + 31 + 1));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_claim_is_kept_with_its_record),
        help_test(
            a_claim_that_schema_5_has_dropped_is_dead_and_its_record_goes_on),
        help_test(a_late_message_moves_the_expiry_of_a_claim),
        help_test(a_record_without_a_claim_costs_what_it_did)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
