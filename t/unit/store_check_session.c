
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The consistency check of claims, sessions and subjects. */


#include "store_damage.h"
#include "store_session_help.h"


static MDB_val
subject_key(const char *number)
{
    MDB_val               val;
    ledger_text_t         app, text;
    static unsigned char  buf[LEDGER_ROW_SUBJECT_KEY_MAX];

    app.data = "shop";
    app.len = 4;
    text.data = number;
    text.len = strlen(number);

    lmdb_store_subject_key(buf, &app, &text, &val);
    return val;
}


/* The row of a session, to be written with a change. */

static void
session_row(help_t *h, uint64_t key, ledger_row_session_t *row)
{
    assert_int_equal(help_get_session(h, key, &row->session), LEDGER_OK);
    row->stands_at = ledger_session_until(&row->session);
    lmdb_store_session_measure(row);
    ledger_row_session_encode(row);
}


static void
a_session_missing_in_the_index_is_found(void **state)
{
    char       sentence[512];
    help_t    *h = *state;
    MDB_val    k;
    uint64_t   key;

    key = help_session(h, HELP_NUMBER);
    k = due_key(LMDB_STORE_LANE_SESSIONS, help_now + HELP_IDLE, key);
    damage(h, "due", &k, NULL, 0);

    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "session"));
    assert_non_null(strstr(sentence, "is missing in the index"));
}


static void
an_entry_of_no_session_is_found_and_swept(void **state)
{
    char       sentence[512];
    help_t    *h = *state;
    MDB_val    k;
    uint64_t   key;
    unsigned   expired, purged;

    key = help_session(h, HELP_NUMBER);
    k = due_key(LMDB_STORE_LANE_SESSIONS, help_now + 1, key);
    damage(h, "due", &k, "", 0);
    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "in a wrong place"));

    k = due_key(LMDB_STORE_LANE_SESSIONS, help_now + 2, 4711);
    damage(h, "due", &k, "", 0);
    assert_int_equal(faults(h, sentence), 2);
    assert_non_null(strstr(sentence, "the index names session 4711, which"
                                     " does not exist"));

    help_now += 2;
    help_sweep(h, &expired, &purged);
    assert_int_equal(faults(h, sentence), 0);
    assert_true(help_has_session(h, key));
}


static void
a_session_without_its_subject_is_found_and_ends(void **state)
{
    char       sentence[512];
    help_t    *h = *state;
    MDB_val    k;
    uint64_t   key;
    unsigned   expired, purged;

    key = help_session(h, HELP_NUMBER);
    k = subject_key(HELP_NUMBER);
    damage(h, "subjects", &k, NULL, 0);

    assert_int_equal(faults(h, sentence), 2);
    assert_non_null(strstr(sentence, "is missing in its subject"));
    assert_non_null(strstr(sentence, "bytes, but"));

    help_now += HELP_IDLE;
    help_sweep(h, &expired, &purged);
    assert_false(help_has_session(h, key));
    assert_int_equal(help_stat(h).sessions, 0);
}


static void
a_subject_that_names_what_is_not_its_session_is_found(void **state)
{
    char       sentence[512];
    help_t    *h = *state;
    MDB_val    k;
    uint64_t   other;

    (void) help_session(h, HELP_NUMBER);
    other = help_session(h, "56922222222");

    k = record_key(other);
    damage(h, "sessions", &k, NULL, 0);
    assert_int_equal(faults(h, sentence), 3);
    assert_non_null(strstr(sentence, "a subject names session"));
    assert_non_null(strstr(sentence, "the index names session"));
    assert_non_null(strstr(sentence, "bytes, but"));
}


static void
what_cannot_be_read_is_found(void **state)
{
    char              sentence[512];
    help_t           *h = *state;
    MDB_val           k;
    uint64_t          key;
    ledger_op_t       op;
    ledger_session_t  session;
    ledger_subject_t  subject;

    key = help_session(h, HELP_NUMBER);
    k = record_key(key);
    damage(h, "sessions", &k, "x", 1);
    assert_int_equal(faults(h, sentence), 2);
    assert_non_null(strstr(sentence, "a session cannot be read"));
    assert_int_equal(help_get_session(h, key, &session), LEDGER_FAILED);

    /* It can be ended all the same. */

    op = help_revoke_op(0, HELP_NUMBER, 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(help_stat(h).sessions, 0);

    k = subject_key(HELP_NUMBER);
    damage(h, "subjects", &k, "x", 1);
    assert_true(faults(h, sentence) > 0);
    assert_non_null(strstr(sentence, "a subject cannot be read"));
    assert_int_equal(help_get_subject(h, "shop", HELP_NUMBER, &subject),
                     LEDGER_FAILED);
}


static void
a_session_that_contradicts_itself_is_found(void **state)
{
    char                  sentence[512];
    help_t               *h = *state;
    MDB_val               k;
    uint64_t              key;
    ledger_row_session_t  row;

    key = help_session(h, HELP_NUMBER);
    session_row(h, key, &row);
    row.session.seen_at -= 1;
    ledger_put64(row.value + 9, row.session.seen_at);
    k = record_key(key);
    damage(h, "sessions", &k, row.value, row.size);

    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "contradicts its record or itself"));
}


static void
a_session_of_a_login_that_waits_is_found(void **state)
{
    char                  sentence[512];
    help_t               *h = *state;
    MDB_val               k;
    uint64_t              key, early;
    ledger_row_session_t  row;

    key = help_session(h, HELP_NUMBER);
    early = help_validated(h, HELP_NUMBER);
    session_row(h, key, &row);
    k = record_key(early);
    damage(h, "sessions", &k, row.value, row.size);

    assert_true(faults(h, sentence) >= 3);
    assert_non_null(strstr(sentence, "contradicts its record or itself"));
    assert_non_null(strstr(sentence, "is missing in its subject"));
}


static void
a_record_that_has_lost_its_claim_is_found(void **state)
{
    char              sentence[512];
    help_t           *h = *state;
    MDB_val           k;
    uint64_t          key;
    ledger_record_t   record;

    key = help_login(h, 0);
    k = record_key(key);
    damage(h, "messages", &k, NULL, 0);

    assert_int_equal(faults(h, sentence), 2);
    assert_non_null(strstr(sentence, "contradicts itself"));
    assert_non_null(strstr(sentence, "bytes, but"));

    help_get(h, key, &record);
    assert_int_equal(record.claim.step, LEDGER_STEP_NONE);
}


/* The claim of a login in step PIN, with one member changed. */

static void
a_claim_with_a_number_that_means_nothing_is_found(void **state)
{
    char             sentence[512];
    help_t          *h = *state;
    MDB_val          k;
    uint64_t         key;
    unsigned         i, claim;
    ledger_record_t  record;
    ledger_row_t     row;

    /* Offsets in the claim, and a number that means nothing there. */
    static const unsigned char  wrong[][2] = {
        { 1, 0 }, { 1, LEDGER_STEP_DONE + 1 },
        { 2, LEDGER_WRONG_PINS_MAX + 1 },
        { 67, 1 }, { 70, LEDGER_DEVICE_MAX + 1 }
    };

    key = help_login(h, LEDGER_CLAIM_PIN);
    help_get(h, key, &row.record);
    row.entry.lane = LEDGER_LANE_TIME;
    row.entry.due_at = row.record.due_at;
    row.entry.key = key;
    ledger_row_measure(&row);
    claim = LEDGER_ROW_MESSAGE_HEAD_LEN + 1;

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        ledger_row_encode_message(&row);
        k = record_key(key);
        damage(h, "messages", &k, row.message, row.message_size);
        assert_int_equal(faults(h, sentence), 0);

        row.message[claim + wrong[i][0]] = wrong[i][1];
        k = record_key(key);
        damage(h, "messages", &k, row.message, row.message_size);
        assert_true(faults(h, sentence) >= 1);
        assert_non_null(strstr(sentence, "a message cannot be read"));
        assert_int_equal(help_try_get(h, key, &record), LEDGER_FAILED);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_session_missing_in_the_index_is_found),
        help_test(an_entry_of_no_session_is_found_and_swept),
        help_test(a_session_without_its_subject_is_found_and_ends),
        help_test(a_subject_that_names_what_is_not_its_session_is_found),
        help_test(what_cannot_be_read_is_found),
        help_test(a_session_that_contradicts_itself_is_found),
        help_test(a_session_of_a_login_that_waits_is_found),
        help_test(a_record_that_has_lost_its_claim_is_found),
        help_test(a_claim_with_a_number_that_means_nothing_is_found)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
