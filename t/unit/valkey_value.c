
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A value of each kind as bytes.  Stores are full of values that other versions
 * have written, and hosts of two versions use one: no byte here may change.
 */


#include <stdlib.h>

#include "ledger_row_help.h"
#include "valkey_store/value.h"


#define STAMP  "a stamp."

static const char  stamp_hex[] = "61207374616d702e";

static const char  record_value[] =
    "61207374616d702e020406021900123412350506111213141516171821222324"
    "2526272831323334353637384142434445464748515253545556575800040012"
    "0005000400080008000773686f7068747470733a2f2f612e6578616d706c652f"
    "2b312c2b326c696e6b726573706f6e736565787069726564216661696c757265";

static const char  message_value[] =
    "61207374616d702e020406021900123412350506111213141516171821222324"
    "2526272831323334353637384142434445464748515253545556575800040012"
    "0005000400080008000773686f7068747470733a2f2f612e6578616d706c652f"
    "2b312c2b326c696e6b726573706f6e736565787069726564216661696c757265"
    "0204061902123505061112131415161718414243444546474800000000000000"
    "006162636465666768000d0003000a0004000634393135313132333435363738"
    "416e61414331323a3130303031534d3334757365722e35717273747576777881"
    "828384858687889192939495969798a1a2a3a4a5a6a7a802";

static const char  claim_value[] =
    "61207374616d702e020406029900123412350506111213141516171821222324"
    "2526272831323334353637384142434445464748515253545556575800040012"
    "0005000400080008000773686f7068747470733a2f2f612e6578616d706c652f"
    "2b312c2b326c696e6b726573706f6e736565787069726564216661696c757265"
    "0204069902123505061112131415161718414243444546474800000000000000"
    "006162636465666768000d0003000a0004000634393135313132333435363738"
    "416e61414331323a3130303031534d3334757365722e35717273747576777881"
    "828384858687889192939495969798a1a2a3a4a5a6a7a8020903b2b1b2b3b4b5"
    "b6b7b83132333435363738646967657374206f6620636c61696d2e6469676573"
    "74206f66206b6e6f776e2e646967657374206f662061206b65792e000600074c"
    "6973626f6146697265666f78";


/* The texts of one lie in another: those of itself would be overwritten. */
static valkey_store_record_t  record, again;

static unsigned char  out[VALKEY_STORE_VALUE_MAX];


static ledger_text_t
encoded(const ledger_record_t *from)
{
    memset(&record, 0, sizeof(record));
    memcpy(record.stamp, STAMP, VALKEY_STORE_STAMP_LEN);
    help_settle(&record.row, from);

    return help_bytes(out, valkey_store_record_encode(&record, out));
}


/* In a block of its own size, so that a sanitizer sees a byte too far. */
static int
decode(const ledger_text_t *value)
{
    int             rc;
    void           *block;
    ledger_text_t   copy;

    block = malloc(value->len);
    assert_true(value->len == 0 || block != NULL);
    copy = help_bytes(block, value->len);

    if (value->len != 0) {
        memcpy(block, value->data, value->len);
    }

    rc = valkey_store_record_decode(&again, 7, &copy);
    free(block);

    return rc;
}


static void
assert_again(const ledger_record_t *from)
{
    unsigned  i;

    assert_memory_equal(again.stamp, STAMP, VALKEY_STORE_STAMP_LEN);
    assert_int_equal(again.row.record.status, from->status);
    assert_int_equal(again.row.record.provider, from->provider);
    assert_true(again.row.record.link_hash == from->link_hash);
    assert_true(again.row.record.refused[1].sender == from->refused[1].sender);
    assert_memory_equal(&again.row.record.claim, &from->claim,
                        sizeof(ledger_claim_t));

    for (i = 0; i < LEDGER_TEXTS; i++) {
        assert_true(ledger_text_same(&again.row.record.text[i],
                                     &from->text[i]));
    }

    for (i = 0; i < LEDGER_MESSAGE_TEXTS; i++) {
        assert_true(ledger_text_same(&again.row.record.message[i],
                                     &from->message[i]));
    }
}


static void
a_record(void **state)
{
    ledger_text_t    value;
    ledger_record_t  from;

    (void) state;

    from = help_numbers();
    value = encoded(&from);
    help_assert_hex(value.data, value.len, record_value);
    assert_int_equal(decode(&value), 0);
    assert_again(&from);

    help_add_message(&from);
    value = encoded(&from);
    help_assert_hex(value.data, value.len, message_value);
    assert_int_equal(decode(&value), 0);
    assert_again(&from);

    help_add_claim(&from);
    value = encoded(&from);
    help_assert_hex(value.data, value.len, claim_value);
    assert_int_equal(decode(&value), 0);
    assert_again(&from);
}


/* A changed record is made of the one that was read, and lasts as long. */

static void
a_record_stands_without_its_reply(void **state)
{
    ledger_text_t    value;
    ledger_record_t  from;

    (void) state;

    from = help_numbers();
    help_add_message(&from);
    help_add_claim(&from);
    value = encoded(&from);
    assert_int_equal(decode(&value), 0);

    memset(&record, 0xff, sizeof(record));
    memset(out, 0xff, sizeof(out));
    value = encoded(&again.row.record);
    help_assert_hex(value.data, value.len, claim_value);
}


/* A cut behind the first row leaves the record as it was before its message. */

static void
no_part_of_a_value_is_one(void **state)
{
    size_t           whole;
    ledger_text_t    value;
    ledger_record_t  from;

    (void) state;

    from = help_numbers();
    help_add_message(&from);
    help_add_claim(&from);
    value = encoded(&from);
    whole = value.len;

    for (value.len = 0; value.len < whole; value.len++) {
        assert_int_equal(decode(&value), LEDGER_ROW_CORRUPTED);
    }

    value.len = whole + 1;
    assert_int_equal(decode(&value), LEDGER_ROW_CORRUPTED);
    value.len = sizeof(out);
    assert_int_equal(decode(&value), LEDGER_ROW_CORRUPTED);
}


static void
a_record_with_a_damaged_message_can_go(void **state)
{
    ledger_text_t    value;
    ledger_record_t  from;

    (void) state;

    from = help_numbers();
    help_add_message(&from);
    value = encoded(&from);
    value.len--;
    out[value.len - 1] ^= 1;
    value.len -= 16;

    assert_int_equal(decode(&value), LEDGER_ROW_CORRUPTED);
    assert_true(again.row.damaged);
    assert_int_equal(again.row.entry.lane, from.lane);
    assert_true(again.row.entry.due_at == from.due_at);

    value.len = 20;
    assert_int_equal(decode(&value), LEDGER_ROW_CORRUPTED);
    assert_false(again.row.damaged);
}


static void
texts_longer_than_any_are_no_record(void **state)
{
    ledger_text_t    value;
    ledger_record_t  from;

    (void) state;

    from = help_numbers();
    value = encoded(&from);
    memset(out + VALKEY_STORE_STAMP_LEN + LEDGER_ROW_HEAD_LEN
           - 2 * LEDGER_RECORD_TEXTS, 0xff, 2 * LEDGER_RECORD_TEXTS);

    assert_int_equal(decode(&value), LEDGER_ROW_CORRUPTED);
    value.len = sizeof(out);
    assert_int_equal(decode(&value), LEDGER_ROW_CORRUPTED);
}


static void
a_session(void **state)
{
    char                          hex[1024];
    ledger_text_t                 value;
    static valkey_store_session_t  session, read;

    (void) state;

    memcpy(session.stamp, STAMP, VALKEY_STORE_STAMP_LEN);
    help_make_session(&session.row);
    value = help_bytes(out, valkey_store_session_encode(&session, out));
    snprintf(hex, sizeof(hex), "%s%s", stamp_hex, help_session_row);
    help_assert_hex(value.data, value.len, hex);

    assert_int_equal(valkey_store_session_decode(&read, 7, &value), 0);
    assert_memory_equal(read.stamp, STAMP, VALKEY_STORE_STAMP_LEN);
    assert_true(read.row.stands_at == session.row.stands_at);
    memset(out, 0, sizeof(out));
    assert_true(ledger_text_same(
                    &read.row.session.text[LEDGER_SESSION_DEVICE],
                    &session.row.session.text[LEDGER_SESSION_DEVICE]));
}


static void
a_session_of_a_stamp_alone_has_ended(void **state)
{
    ledger_text_t                  value;
    static valkey_store_session_t  session;

    (void) state;

    value = help_bytes(STAMP, VALKEY_STORE_STAMP_LEN);
    assert_int_equal(valkey_store_session_decode(&session, 7, &value),
                     VALKEY_STORE_VALUE_ENDED);
    assert_memory_equal(session.stamp, STAMP, VALKEY_STORE_STAMP_LEN);

    value.len--;
    assert_int_equal(valkey_store_session_decode(&session, 7, &value),
                     LEDGER_ROW_CORRUPTED);

    value = help_bytes(STAMP "x", VALKEY_STORE_STAMP_LEN + 1);
    assert_int_equal(valkey_store_session_decode(&session, 7, &value),
                     LEDGER_ROW_CORRUPTED);
}


static void
a_subject(void **state)
{
    char                           hex[1024];
    ledger_text_t                  value, app, number;
    static valkey_store_subject_t  subject, read;

    (void) state;

    app = help_text("shop");
    number = help_text("4915112345678");

    memcpy(subject.stamp, STAMP, VALKEY_STORE_STAMP_LEN);
    help_make_subject(&subject.row);
    value = help_bytes(out, valkey_store_subject_encode(&subject, out));
    snprintf(hex, sizeof(hex), "%s%s", stamp_hex, help_subject_row);
    help_assert_hex(value.data, value.len, hex);

    assert_int_equal(valkey_store_subject_decode(&read, &app, &number, &value),
                     0);
    assert_memory_equal(read.stamp, STAMP, VALKEY_STORE_STAMP_LEN);
    assert_true(read.row.subject.session[1].key
                == subject.row.subject.session[1].key);
    assert_true(ledger_text_same(
                    &read.row.subject.text[LEDGER_SUBJECT_NUMBER], &number));

    value.len--;
    assert_int_equal(valkey_store_subject_decode(&read, &app, &number, &value),
                     LEDGER_ROW_CORRUPTED);
    value.len = VALKEY_STORE_STAMP_LEN;
    assert_int_equal(valkey_store_subject_decode(&read, &app, &number, &value),
                     LEDGER_ROW_CORRUPTED);
}


static void
the_record_that_a_user_was_asked_about(void **state)
{
    uint64_t       key;
    ledger_text_t  value;

    (void) state;

    value = help_bytes("\0\0\0\0\0\0\1\7", 8);
    assert_int_equal(valkey_store_asked_decode(&value, &key), 0);
    assert_int_equal(key, 0x0107);

    value.len--;
    assert_int_equal(valkey_store_asked_decode(&value, &key),
                     LEDGER_ROW_CORRUPTED);
}


static void
each_stamp_is_another(void **state)
{
    uint8_t        a[VALKEY_STORE_STAMP_LEN], b[VALKEY_STORE_STAMP_LEN];
    ledger_text_t  value;

    (void) state;

    assert_int_equal(valkey_store_stamp(a), 0);
    assert_int_equal(valkey_store_stamp(b), 0);

    memcpy(out, a, sizeof(a));
    value = help_bytes(out, sizeof(a) + 1);
    assert_true(valkey_store_value_has(&value, a));
    assert_false(valkey_store_value_has(&value, b));

    value.len = sizeof(a) - 1;
    assert_false(valkey_store_value_has(&value, a));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_record),
        cmocka_unit_test(a_record_stands_without_its_reply),
        cmocka_unit_test(no_part_of_a_value_is_one),
        cmocka_unit_test(a_record_with_a_damaged_message_can_go),
        cmocka_unit_test(texts_longer_than_any_are_no_record),
        cmocka_unit_test(a_session),
        cmocka_unit_test(a_session_of_a_stamp_alone_has_ended),
        cmocka_unit_test(a_subject),
        cmocka_unit_test(the_record_that_a_user_was_asked_about),
        cmocka_unit_test(each_stamp_is_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
