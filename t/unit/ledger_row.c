
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* A row of each kind as bytes: see ledger_row_help.h. */


#include "ledger_row_help.h"


static void
a_record(void **state)
{
    ledger_row_t     row, again;
    ledger_text_t    value;
    ledger_record_t  record;

    (void) state;

    record = help_numbers();
    help_settle(&row, &record);
    ledger_row_encode(&row);
    help_assert_hex(row.value, row.size, help_record_row);
    assert_int_equal(row.message_size, 0);

    value = help_bytes(row.value, row.size);
    assert_int_equal(ledger_row_decode(&again, 7, &value), 0);
    assert_true(again.record.link_hash == record.link_hash);
    assert_int_equal(again.record.attempts, record.attempts);

    value.len--;
    assert_int_equal(ledger_row_decode(&again, 7, &value),
                     LEDGER_ROW_CORRUPTED);
}


/* Its entry stands earlier than it is due: both times are in the row. */

static void
a_message(void **state)
{
    ledger_row_t     row, again;
    ledger_text_t    value, message;
    ledger_record_t  record;

    (void) state;

    record = help_numbers();
    help_add_message(&record);
    help_settle(&row, &record);
    row.entry.lane = LEDGER_LANE_TIME;
    row.entry.due_at--;
    ledger_row_encode_message(&row);
    help_assert_hex(row.message, row.message_size, help_message_row);

    ledger_row_encode(&row);
    value = help_bytes(row.value, row.size);
    message = help_bytes(row.message, row.message_size);
    assert_int_equal(ledger_row_decode(&again, 7, &value), 0);
    assert_int_equal(ledger_row_decode_message(&again, &message), 0);
    assert_true(again.record.due_at == record.due_at);
    assert_true(again.entry.due_at == record.due_at - 1);
    assert_true(again.record.refused[1].message == record.refused[1].message);
    assert_int_equal(again.record.provider, LEDGER_PROVIDER_TWILIO);
}


static void
a_message_with_a_claim(void **state)
{
    ledger_row_t     row, again;
    ledger_text_t    value, message;
    ledger_record_t  record;

    (void) state;

    record = help_numbers();
    help_add_message(&record);
    help_add_claim(&record);
    help_settle(&row, &record);
    ledger_row_encode_message(&row);
    help_assert_hex(row.message, row.message_size, help_claim_row);

    ledger_row_encode(&row);
    value = help_bytes(row.value, row.size);
    message = help_bytes(row.message, row.message_size);
    assert_int_equal(ledger_row_decode(&again, 7, &value), 0);
    assert_int_equal(ledger_row_decode_message(&again, &message), 0);
    assert_memory_equal(&again.record.claim, &record.claim,
                        sizeof(ledger_claim_t));

    message.len--;
    assert_int_equal(ledger_row_decode_message(&again, &message),
                     LEDGER_ROW_CORRUPTED);
    assert_true(again.damaged);
}


static void
a_session(void **state)
{
    ledger_text_t         value;
    ledger_row_session_t  row, again;

    (void) state;

    help_make_session(&row);
    ledger_row_session_measure(&row);
    ledger_row_session_encode(&row);
    help_assert_hex(row.value, row.size, help_session_row);

    value = help_bytes(row.value, row.size);
    assert_int_equal(ledger_row_session_decode(&again, 7, &value), 0);
    assert_true(again.stands_at == row.stands_at);
    assert_int_equal(again.session.language, 11);

    value.len--;
    assert_int_equal(ledger_row_session_decode(&again, 7, &value),
                     LEDGER_ROW_CORRUPTED);
}


static void
a_subject(void **state)
{
    size_t                len;
    ledger_text_t         key, value;
    ledger_subject_t     *subject;
    ledger_row_subject_t  row, again;
    static unsigned char  out[LEDGER_ROW_SUBJECT_VALUE_MAX];

    (void) state;

    help_make_subject(&row);
    subject = &row.subject;
    ledger_row_subject_measure(&row);
    ledger_row_subject_encode(&row, out);
    help_assert_hex(out, row.size, help_subject_row);

    len = ledger_row_subject_key(row.key, &subject->text[LEDGER_SUBJECT_APP],
                                 &subject->text[LEDGER_SUBJECT_NUMBER]);
    help_assert_hex(row.key, len, help_subject_key);

    key = help_bytes(row.key, len);
    value = help_bytes(out, row.size);
    assert_int_equal(ledger_row_subject_decode(&again, &key, &value), 0);
    assert_int_equal(again.subject.text[LEDGER_SUBJECT_NUMBER].len, 13);
    assert_true(again.subject.session[1].key == subject->session[1].key);

    value.len--;
    assert_int_equal(ledger_row_subject_decode(&again, &key, &value),
                     LEDGER_ROW_CORRUPTED);
}


/* The order of the bytes is that of lanes, then times, then keys. */

static void
an_entry(void **state)
{
    unsigned char   out[LEDGER_ROW_DUE_LEN];
    ledger_text_t   value;
    ledger_entry_t  entry, again;

    (void) state;

    entry.lane = 0x0102;
    entry.due_at = UINT64_C(0x1112131415161718);
    entry.key = UINT64_C(0x2122232425262728);

    ledger_row_due_encode(out, &entry);
    help_assert_hex(out, sizeof(out), "010211121314151617182122232425262728");

    value = help_bytes(out, sizeof(out));
    assert_int_equal(ledger_row_due_decode(&value, &again), 0);
    assert_int_equal(again.lane, entry.lane);
    assert_true(again.due_at == entry.due_at && again.key == entry.key);

    value.len--;
    assert_int_equal(ledger_row_due_decode(&value, &again),
                     LEDGER_ROW_CORRUPTED);
}


static void
a_row_agrees_with_itself(void **state)
{
    ledger_row_t     row, good;
    ledger_record_t  record;

    (void) state;

    record = help_numbers();
    help_settle(&good, &record);
    assert_true(ledger_row_agrees(&good));

    row = good;
    row.entry.lane++;
    assert_false(ledger_row_agrees(&row));

    row.record.status = LEDGER_STATUS_EXPIRED;
    row.entry.lane = LEDGER_LANE_EXPIRED + row.record.host_lane;
    assert_true(ledger_row_agrees(&row));

    row = good;
    row.record.status = LEDGER_STATUS_REQUESTED;
    assert_false(ledger_row_agrees(&row));

    row.record.state = LEDGER_STATE_WAITING;
    assert_false(ledger_row_agrees(&row));

    row.entry.lane = LEDGER_LANE_TIME;
    row.record.due_at = row.record.expires_at;
    assert_true(ledger_row_agrees(&row));

    row.record.refusals = LEDGER_REFUSALS_MAX + 1;
    assert_false(ledger_row_agrees(&row));

    row.record.state = LEDGER_STATE_KEPT;
    assert_false(ledger_row_agrees(&row));

    row = good;
    row.record.flags |= LEDGER_ASKED;
    assert_false(ledger_row_agrees(&row));

    row = good;
    row.record.flags |= LEDGER_CLAIMED;
    assert_false(ledger_row_agrees(&row));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_record),
        cmocka_unit_test(a_row_agrees_with_itself),
        cmocka_unit_test(a_message),
        cmocka_unit_test(a_message_with_a_claim),
        cmocka_unit_test(a_session),
        cmocka_unit_test(a_subject),
        cmocka_unit_test(an_entry)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
