
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The consistency check, with tables damaged on purpose. */


#include "store_damage.h"


static void
a_sound_store_has_no_faults(void **state)
{
    help_t    *h;
    unsigned   i, expired, purged;

    h = *state;
    assert_int_equal(help_faults(h), 0);

    for (i = 0; i < 3000; i++) {
        ledger_op_t  op;

        if (i % 500 == 0) {
            assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
        }

        op = help_issue_op(i % 8);
        op.u.issue.lifetime = i % 7 * HELP_MINUTE;
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);

        if (i % 3 == 0) {
            op = help_message_op(i % 2 ? LEDGER_VALIDATE
                                       : LEDGER_REFUSE,
                                 op.u.issue.key, "m1");
            assert_int_equal(lmdb_store_apply(h->store, &op), 0);
        }

        if (i % 500 == 499) {
            assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
        }
    }

    help_now += 3 * HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_int_equal(help_faults(h), 0);
}


static void
a_record_missing_in_the_index_is_found(void **state)
{
    char       sentence[512];
    help_t    *h;
    MDB_val    k;
    uint64_t   key;

    h = *state;
    key = help_issue(h, 0);
    k = due_key(0, HELP_EPOCH + 5 * HELP_MINUTE, key);
    damage(h, "due", &k, NULL, 0);

    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "is missing in the index"));
}


static void
an_entry_without_a_record_is_found(void **state)
{
    char      sentence[512];
    help_t   *h;
    MDB_val   k;

    h = *state;
    k = due_key(0, HELP_EPOCH, 4711);
    damage(h, "due", &k, "", 0);

    assert_int_equal(faults(h, sentence), 1);
    assert_string_equal(sentence,
                        "the index names record 4711, which does not exist");
}


static void
a_second_entry_of_a_record_is_found(void **state)
{
    char       sentence[512];
    help_t    *h;
    MDB_val    k;
    uint64_t   key;

    h = *state;
    key = help_issue(h, 0);
    k = due_key(3, HELP_EPOCH + 5 * HELP_MINUTE, key);
    damage(h, "due", &k, "", 0);

    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "in a wrong place"));
}


/* The record that help_issue() makes, but for its place in time. */

static void
sound_record(unsigned char value[LEDGER_ROW_HEAD_LEN + 30])
{
    memset(value, 0, LEDGER_ROW_HEAD_LEN + 30);

    value[0] = LEDGER_STATE_WAITING;
    value[1] = LEDGER_STATUS_REQUESTED;
    value[3] = LEDGER_CHANNEL_WHATSAPP;
    ledger_put64(value + 12, HELP_EPOCH + 5 * HELP_MINUTE);
    ledger_put64(value + 28, HELP_EPOCH + 5 * HELP_MINUTE);
    ledger_put16(value + 52, 4);
    ledger_put16(value + 54, 26);
    memcpy(value + LEDGER_ROW_HEAD_LEN, "shop", 4);
}


#define EMPTY_MESSAGE_LEN  (LEDGER_ROW_MESSAGE_HEAD_LEN + 1)

/* A message without texts, whose record goes on waiting. */

static void
empty_message(unsigned char message[EMPTY_MESSAGE_LEN], unsigned flags)
{
    memset(message, 0, EMPTY_MESSAGE_LEN);

    message[0] = LEDGER_STATE_WAITING;
    message[1] = LEDGER_STATUS_REQUESTED;
    message[3] = (unsigned char) flags;
    ledger_put64(message + 9, HELP_EPOCH + 5 * HELP_MINUTE);
    message[EMPTY_MESSAGE_LEN - 1] = LEDGER_PROVIDER_META;
}


static void
a_message_without_a_record_is_found(void **state)
{
    char            sentence[512];
    help_t         *h;
    MDB_val         k;
    unsigned char   message[EMPTY_MESSAGE_LEN];

    h = *state;
    empty_message(message, 0);
    k = record_key(4711);
    damage(h, "messages", &k, message, sizeof(message));

    assert_int_equal(faults(h, sentence), 1);
    assert_string_equal(sentence, "message 4711 has no record");
}


/* Only a record that waits without a message expires by itself. */

static void
a_message_of_a_record_that_has_expired_by_itself_is_found(void **state)
{
    char            sentence[512];
    help_t         *h;
    MDB_val         k;
    uint64_t        key;
    unsigned        expired, purged;
    unsigned char   message[EMPTY_MESSAGE_LEN];

    h = *state;
    key = help_issue(h, 0);
    help_now += 6 * HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 1);
    assert_int_equal(faults(h, sentence), 0);

    k = record_key(key);
    empty_message(message, 0);
    damage(h, "messages", &k, message, sizeof(message));

    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "a message and a state without it"));

    /* So many senders are kept with it as it says. */
    k = record_key(key);
    message[4] = 1;
    damage(h, "messages", &k, message, sizeof(message));
    assert_int_equal(faults(h, sentence), 1);
    assert_string_equal(sentence, "a message cannot be read");
}


static void
a_record_or_message_that_cannot_be_read_is_found(void **state)
{
    char              sentence[512];
    help_t           *h;
    MDB_val           k;
    uint64_t          key;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, 0);
    k = record_key(key);

    damage(h, "messages", &k, "x", 1);
    assert_int_equal(faults(h, sentence), 1);
    assert_string_equal(sentence, "a message cannot be read");
    assert_int_equal(help_try_get(h, key, &record),
                     LEDGER_FAILED);

    k = record_key(key);
    damage(h, "records", &k, "x", 1);
    assert_int_equal(help_try_get(h, key, &record),
                     LEDGER_FAILED);

    /* With the record its app's codes and bytes are missing too. */
    assert_int_equal(faults(h, sentence), 4);
}


/* Its number would be looked up in a table of words. */

static void
a_record_with_a_number_that_means_nothing_is_found(void **state)
{
    char              sentence[512];
    help_t           *h;
    MDB_val           k;
    uint64_t          key, n;
    unsigned          i, expired, purged;
    unsigned char     value[LEDGER_ROW_HEAD_LEN + 30];
    ledger_record_t   record;

    /* Offsets, and the first number that means nothing there. */
    static const unsigned char  wrong[][2] = {
        { 0, LEDGER_STATE_KEPT + 1 }, { 0, 0 },
        { 1, LEDGER_STATUS_FAILED + 1 }, { 1, 0 },
        { 2, LEDGER_ERROR_CANCELLED + 1 },
        { 3, LEDGER_CHANNEL_SMS + 1 }, { 3, 0 },
        { 5, 1 },
        { 6, LEDGER_HOST_LANES >> 8 },
        { 8, 0xff }
    };

    h = *state;
    key = help_issue(h, 0);

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        sound_record(value);
        value[wrong[i][0]] = wrong[i][1];
        k = record_key(key);
        damage(h, "records", &k, value, sizeof(value));

        assert_int_equal(help_try_get(h, key, &record),
                         LEDGER_FAILED);
        n = faults(h, sentence);
        assert_true(n >= 1);
    }

    /* Nor does it hold up what is due after it. */
    key = help_issue(h, 0);
    help_now += HELP_HOUR;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 1);
    help_get(h, key, &record);
}


/* It has asked its user, and the damaged message does not tell whom. */

static void
a_record_with_a_damaged_message_goes_in_its_time(void **state)
{
    help_t           *h;
    MDB_val           k;
    uint64_t          key;
    unsigned          i, expired, purged;
    unsigned char     message[EMPTY_MESSAGE_LEN];
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, 0);
    op = help_message_op(LEDGER_ASK, key, "m1");
    help_text(&op, 1 + LEDGER_USER_ID, "US.1");
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    help_get(h, key, &record);
    empty_message(message, record.flags);
    message[LEDGER_ROW_STATE_LEN + 8 + 1] = 5;

    k = record_key(key);
    damage(h, "messages", &k, message, sizeof(message));

    for (i = 0; i < 2; i++) {
        help_now += 2 * HELP_HOUR;
        help_sweep(h, &expired, &purged);
    }

    assert_int_equal(purged, 1);
    assert_int_equal(help_try_get(h, key, &record),
                     LEDGER_UNKNOWN);
}


static void
a_wrong_count_of_an_app_is_found(void **state)
{
    char            sentence[512];
    help_t         *h;
    MDB_val         k;
    uint64_t        bytes;
    unsigned char   counts[LMDB_STORE_APP_LEN] = { 0 };

    h = *state;
    (void) help_issue(h, 0);
    bytes = help_stat(h).bytes;
    assert_true(bytes > LEDGER_ROW_HEAD_LEN + 30);

    k.mv_data = (void *) "shop";
    k.mv_size = 4;
    ledger_put64(counts, 3);
    ledger_put64(counts + 16, bytes);
    damage(h, "apps", &k, counts, sizeof(counts));

    assert_int_equal(faults(h, sentence), 1);
    assert_string_equal(sentence,
                        "app \"shop\" has 1 waiting codes, but 3 are counted");

    ledger_put64(counts, 1);
    ledger_put64(counts + 8, 1);
    damage(h, "apps", &k, counts, sizeof(counts));
    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "0 waiting codes of pages, but 1"));

    ledger_put64(counts + 8, 0);
    ledger_put64(counts + 16, bytes + 1);
    damage(h, "apps", &k, counts, sizeof(counts));
    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "bytes, but"));

    damage(h, "apps", &k, counts, 8);
    assert_int_equal(faults(h, sentence), 2);
    assert_non_null(strstr(sentence, "cannot be read"));

    damage(h, "apps", &k, NULL, 0);
    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "without counts"));
}


static void
a_user_asked_about_a_record_that_says_no_such_thing_is_found(void **state)
{
    char            sentence[512];
    help_t         *h;
    MDB_val         k;
    uint64_t        key;
    unsigned char   value[8];
    ledger_op_t     op;
    unsigned char   message[EMPTY_MESSAGE_LEN];

    h = *state;
    key = help_issue(h, 0);
    ledger_put64(value, key);
    k.mv_data = (void *) "\4shopUS.1";
    k.mv_size = 9;
    damage(h, "asked", &k, value, sizeof(value));

    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "which does not say so"));

    op = help_message_op(LEDGER_ASK, key, "m1");
    help_text(&op, 1 + LEDGER_USER_ID, "US.1");
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(faults(h, sentence), 0);

    k = record_key(key);
    empty_message(message, LEDGER_ASKED);
    damage(h, "messages", &k, message, sizeof(message));
    assert_int_equal(faults(h, sentence), 2);
    assert_non_null(strstr(sentence, "does not know the user"));
    assert_non_null(strstr(sentence, "bytes, but"));

    k.mv_data = (void *) "\4shopUS.1";
    k.mv_size = 9;
    damage(h, "asked", &k, NULL, 0);
    damage(h, "asked", &k, "x", 1);
    assert_int_equal(faults(h, sentence), 2);
    assert_non_null(strstr(sentence, "cannot be read"));
}


/* The message holds the asked user, so the next one could not be kept. */

static void
a_record_that_asked_without_a_message_is_found(void **state)
{
    char            sentence[512];
    help_t         *h;
    MDB_val         k;
    uint64_t        key;
    unsigned char   value[LEDGER_ROW_HEAD_LEN + 30];

    h = *state;
    key = help_issue(h, 0);
    k = record_key(key);

    sound_record(value);
    damage(h, "records", &k, value, sizeof(value));
    assert_int_equal(faults(h, sentence), 0);

    k = record_key(key);
    value[4] = LEDGER_ASKED;
    damage(h, "records", &k, value, sizeof(value));
    assert_int_equal(faults(h, sentence), 1);
    assert_non_null(strstr(sentence, "contradicts itself"));
}


/* No code could be issued, so it must not be found sound. */

static void
a_last_key_that_cannot_be_read_is_a_failure(void **state)
{
    help_t             *h;
    MDB_val             k;
    uint64_t            n;
    lmdb_store_stat_t   stat;

    h = *state;
    (void) help_issue(h, 0);
    k.mv_data = (void *) LMDB_STORE_LAST_KEY;
    k.mv_size = sizeof(LMDB_STORE_LAST_KEY) - 1;
    damage(h, "meta", &k, "x", 1);

    assert_int_equal(lmdb_store_check(h->store, NULL, NULL, &n),
                     LEDGER_FAILED);
    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_FAILED);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_sound_store_has_no_faults),
        help_test(a_record_missing_in_the_index_is_found),
        help_test(an_entry_without_a_record_is_found),
        help_test(a_second_entry_of_a_record_is_found),
        help_test(a_message_without_a_record_is_found),
        help_test(a_message_of_a_record_that_has_expired_by_itself_is_found),
        help_test(a_record_or_message_that_cannot_be_read_is_found),
        help_test(a_record_with_a_number_that_means_nothing_is_found),
        help_test(a_record_with_a_damaged_message_goes_in_its_time),
        help_test(a_wrong_count_of_an_app_is_found),
        help_test(a_user_asked_about_a_record_that_says_no_such_thing_is_found),
        help_test(a_record_that_asked_without_a_message_is_found),
        help_test(a_last_key_that_cannot_be_read_is_a_failure)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
