
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The messages and numbers found in Meta's payload. */


#include "meta_help.h"


static void
a_text_message_is_read_with_all_its_parts(void **state)
{
    whatsauth_message_t        *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    read_value(&batch, METADATA ",\"contacts\":[{\"profile\":{\"name\":"
        "\"Sheena \\u00cb\"},\"wa_id\":\"16505551234\","
        "\"user_id\":\"US.134\"}],"
        "\"messages\":[" TEXT("16505551234", "wamid.1",
                              ">>322c9a59dd\\u003C\\u003C\\nhi") "]");

    assert_int_equal(batch.n, 1);
    message = &batch.messages[0];

    assert_int_equal(message->kind, WHATSAUTH_MESSAGE_TEXT);
    assert_text(&message->account, "106540352242922");
    assert_text(&message->to, "15550783881");
    assert_text(&message->message_id, "wamid.1");
    assert_text(&message->sender, "16505551234");
    assert_text(&message->user_id, "US.134");
    assert_text(&message->profile_name, "Sheena \xc3\x8b");
    assert_text(&message->text, ">>322c9a59dd<<\nhi");
    assert_true(message->sent_at == 1749416383000);
    assert_int_equal(batch.skipped + batch.statuses + batch.errors, 0);

    whatsauth_meta_free(&batch);
}


static void
every_entry_change_and_message_is_read_in_order(void **state)
{
    char                        id[2];
    size_t                      i;
    whatsauth_message_batch_t   batch;

    (void) state;

    read_body(&batch, "{\"entry\":["
        "{\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":["
            TEXT("16505551234", "0", "a") "," TEXT("16505551235", "1", "b")
        "]}},{\"field\":\"messages\",\"value\":{"
            "\"metadata\":{\"phone_number_id\":\"77\"},\"messages\":["
            TEXT("16505551234", "2", "c") "]}}]},"
        "{\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":["
            TEXT("16505551234", "3", "d") "]}}]}]}");

    assert_int_equal(batch.n, 4);

    for (i = 0; i < batch.n; i++) {
        id[0] = (char) ('0' + i);
        id[1] = '\0';
        assert_text(&batch.messages[i].message_id, id);
        assert_text(&batch.messages[i].account, i == 2 ? "77" : "");
    }

    whatsauth_meta_free(&batch);
}


static void
ids_and_times_may_be_numbers(void **state)
{
    whatsauth_message_t        *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    read_value(&batch, "\"metadata\":{\"display_phone_number\":15550783881,"
        "\"phone_number_id\":106540352242922},\"contacts\":["
        "{\"profile\":{\"name\":\"Other\"},\"wa_id\":1},"
        "{\"profile\":{\"name\":\"A\"},\"wa_id\":16505551234,"
        "\"user_id\":134}],\"messages\":[{\"from\":16505551234,"
        "\"id\":99999999999999999,\"timestamp\":1749416383,"
        "\"context\":{\"id\":7},\"type\":\"text\","
        "\"text\":{\"body\":\"a\"}}," TEXT("16505551235", "2", "b") "]");

    assert_int_equal(batch.n, 2);
    message = &batch.messages[0];

    assert_text(&message->account, "106540352242922");
    assert_text(&message->to, "15550783881");
    assert_text(&message->sender, "16505551234");
    assert_text(&message->message_id, "99999999999999999");
    assert_text(&message->user_id, "134");
    assert_text(&message->profile_name, "A");
    assert_text(&message->in_reply_to, "7");
    assert_true(message->sent_at == 1749416383000);

    assert_text(&batch.messages[1].message_id, "2");
    assert_text(&batch.messages[1].account, "106540352242922");

    whatsauth_meta_free(&batch);

    /* Two ids that are too large would be the same one. */
    read_one(&batch, "\"type\":\"image\",\"id\":0,"
             "\"from_user_id\":13491208655302741918,\"context\":{\"id\":-1}");

    message = &batch.messages[0];
    assert_text(&message->message_id, "");
    assert_text(&message->user_id, "");
    assert_text(&message->in_reply_to, "");

    whatsauth_meta_free(&batch);
}


static void
only_a_phone_number_in_from_becomes_a_sender(void **state)
{
    size_t                     i;
    char                       message[256];
    whatsauth_message_batch_t  batch;
    static const struct {
        const char  *from;
        const char  *sender;
    } cases[] = {
        { "\"16505551234\"",         "16505551234" },
        { "\"+16505551234\"",        "16505551234" },
        { "\"US.13491208655302\"",   "" },
        { "\"13491208655302741918\"", "" },
        { "\"0650555123\"",          "" },
        { "\"++16505551234\"",       "" },
        { "\"1650 5551234\"",        "" },
        { "\"123456\"",              "" },
        { "\"\"",                    "" },
        { "16505551234",             "16505551234" },
        { "-16505551234",            "" },
        { "16505551234.5",           "" },
        { "null",                    "" },
        { "{\"a\":[]}",              "" }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(message, sizeof(message), "\"from\":%s,\"type\":\"text\","
                 "\"text\":{\"body\":\"a\"}", cases[i].from);

        read_one(&batch, message);
        assert_text(&batch.messages[0].sender, cases[i].sender);
        whatsauth_meta_free(&batch);
    }
}


/* Messages, and what kind they are. */

static const struct {
    const char                *message;
    whatsauth_message_kind_t   kind;
    const char                *text;
} kinds[] = {
    { "\"text\":{\"body\":\"x\"},\"type\":\"text\","
      "\"context\":{\"from\":\"1\",\"forwarded\":false}",
      WHATSAUTH_MESSAGE_TEXT, "x" },
    { "\"type\":\"text\",\"text\":{\"body\":\"x\"},"
      "\"context\":{\"forwarded\":true}",
      WHATSAUTH_MESSAGE_FORWARDED, "x" },
    { "\"type\":\"text\",\"text\":{\"body\":\"x\"},"
      "\"context\":{\"frequently_forwarded\":true}",
      WHATSAUTH_MESSAGE_FORWARDED, "x" },
    { "\"type\":\"text\",\"text\":{\"body\":\"x\"},\"group_id\":\"g\"",
      WHATSAUTH_MESSAGE_GROUP, "x" },
    { "\"type\":\"text\",\"text\":{\"body\":\"x\"},\"group_id\":null",
      WHATSAUTH_MESSAGE_TEXT, "x" },
    { "\"type\":\"text\",\"text\":{\"body\":\"x\"},"
      "\"from\":\"15550783881\"",
      WHATSAUTH_MESSAGE_OWN_NUMBER, "x" },
    { "\"type\":\"text\",\"text\":{\"body\":\"x\"},"
      "\"from\":15550783881",
      WHATSAUTH_MESSAGE_OWN_NUMBER, "x" },
    { "\"type\":\"edit\",\"edit\":{\"original_message_id\":\"w\","
      "\"message\":{\"type\":\"text\",\"text\":{\"body\":\"x\"}}}",
      WHATSAUTH_MESSAGE_EDIT, "x" },
    { "\"type\":\"edit\",\"edit\":{\"message\":{\"type\":\"image\","
      "\"image\":{\"caption\":\"c\"}}}",
      WHATSAUTH_MESSAGE_EDIT, "c" },
    { "\"type\":\"contacts\",\"contacts\":[{\"origin\":\"other\"}]",
      WHATSAUTH_MESSAGE_CONTACT, "" },
    { "\"type\":\"contacts\",\"contacts\":[],"
      "\"context\":{\"forwarded\":true}",
      WHATSAUTH_MESSAGE_FORWARDED, "" },
    { "\"type\":\"image\",\"image\":{\"caption\":\"c\"}",
      WHATSAUTH_MESSAGE_OTHER_TYPE, "c" },
    { "\"type\":\"button\",\"button\":{\"payload\":\"p\","
      "\"text\":\"t\"}",
      WHATSAUTH_MESSAGE_OTHER_TYPE, "t" },
    { "\"type\":\"interactive\",\"interactive\":{"
      "\"type\":\"button_reply\",\"button_reply\":{\"title\":\"t\"}}",
      WHATSAUTH_MESSAGE_OTHER_TYPE, "t" },
    { "\"type\":\"system\",\"system\":{\"body\":\"b\"}",
      WHATSAUTH_MESSAGE_OTHER_TYPE, "b" },
    { "\"type\":\"system\",\"system\":{\"body\":\"b\","
      "\"type\":\"user_changed_number\",\"wa_id\":\"56922222222\"}",
      WHATSAUTH_MESSAGE_CHANGED, "b" },
    { "\"type\":\"system\",\"system\":{"
      "\"type\":\"customer_identity_changed\"}",
      WHATSAUTH_MESSAGE_CHANGED, "" },
    { "\"type\":\"system\",\"system\":{"
      "\"type\":\"user_changed_user_id\",\"user_id\":\"US.2\"}",
      WHATSAUTH_MESSAGE_CHANGED, "" },
    { "\"type\":\"system\",\"system\":{"
      "\"type\":\"user_changed\"}", WHATSAUTH_MESSAGE_OTHER_TYPE, "" },
    { "\"type\":\"text\",\"text\":{\"body\":\"b\"},\"system\":{"
      "\"type\":\"customer_identity_changed\"}",
      WHATSAUTH_MESSAGE_TEXT, "b" },
    { "\"type\":\"revoke\",\"revoke\":{\"original_message_id\":\"w\"}",
      WHATSAUTH_MESSAGE_OTHER_TYPE, "" },
    { "\"type\":\"type\"", WHATSAUTH_MESSAGE_OTHER_TYPE, "" },
    { "\"type\":\"unsupported\",\"text\":{\"body\":\"x\"}",
      WHATSAUTH_MESSAGE_OTHER_TYPE, "" }
};


static void
a_kind_tells_why_a_message_cannot_count(void **state)
{
    size_t                     i;
    whatsauth_message_batch_t  batch;

    (void) state;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        read_one(&batch, kinds[i].message);

        if (batch.messages[0].kind != kinds[i].kind) {
            fail_msg("%s", kinds[i].message);
        }

        assert_text(&batch.messages[0].text, kinds[i].text);
        whatsauth_meta_free(&batch);
    }
}


static void
only_an_absent_time_is_none(void **state)
{
    size_t                     i;
    char                       message[128];
    whatsauth_message_batch_t  batch;
    static const struct {
        const char  *timestamp;
        uint64_t     ms;
        unsigned     bad;
    } cases[] = {
        { ",\"timestamp\":\"1749416383\"",   1749416383000, 0 },
        { ",\"timestamp\":1749416383",       1749416383000, 0 },
        { ",\"timestamp\":1749416383.5",     1749416383000, 0 },
        { ",\"timestamp\":1.749416383e9",    1749416383000, 0 },
        { "",                                0, 0 },
        { ",\"timestamp\":null",             0, 0 },
        { ",\"timestamp\":\"\"",             0, 1 },
        { ",\"timestamp\":\"soon\"",         0, 1 },
        { ",\"timestamp\":\"1749416383x\"",  0, 1 },
        { ",\"timestamp\":\" 1749416383\"",  0, 1 },
        { ",\"timestamp\":\"-1\"",           0, 1 },
        { ",\"timestamp\":\"0\"",            0, 1 },
        { ",\"timestamp\":-1749416383",      0, 1 },
        { ",\"timestamp\":0",                0, 1 },
        { ",\"timestamp\":true",             0, 1 },
        { ",\"timestamp\":[1749416383]",     0, 1 },
        { ",\"timestamp\":{\"a\":1}",        0, 1 },
        { ",\"timestamp\":\"1749416383000\"", 0, 1 },
        { ",\"timestamp\":1749416383000",    0, 1 },
        { ",\"timestamp\":\"99999999999999999999999999\"", 0, 1 },
        { ",\"timestamp\":99999999999999999999999999",     0, 1 },
        { ",\"timestamp\":1e400",            0, 1 }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(message, sizeof(message), "\"type\":\"image\"%s",
                 cases[i].timestamp);

        read_one(&batch, message);
        assert_true(batch.messages[0].sent_at == cases[i].ms);
        assert_int_equal(batch.messages[0].bad_timestamp, cases[i].bad);
        whatsauth_meta_free(&batch);
    }
}


static void
statuses_and_errors_are_counted(void **state)
{
    whatsauth_message_batch_t  batch;

    (void) state;

    read_value(&batch, METADATA ",\"errors\":[{\"code\":1},{\"code\":2}],"
        "\"statuses\":[{\"status\":\"read\"},"
        "{\"status\":\"failed\",\"errors\":[{\"code\":131049}]}],"
        "\"messages\":[{\"type\":\"unsupported\","
        "\"errors\":[{\"code\":131051}]}]");

    assert_int_equal(batch.n, 1);
    assert_int_equal(batch.statuses, 2);
    assert_int_equal(batch.errors, 4);
    assert_int_equal(batch.skipped, 0);

    whatsauth_meta_free(&batch);
}


static void
other_fields_are_passed_over_in_silence(void **state)
{
    whatsauth_message_batch_t  batch;

    (void) state;

    read_body(&batch, "{\"entry\":[{\"changes\":["
        "{\"field\":\"account_update\",\"value\":{\"event\":\"x\"}},"
        "{\"field\":\"smb_message_echoes\",\"value\":{\"messages\":["
            TEXT("16505551234", "1", "a") "]}}]}]}");

    assert_int_equal(batch.n, 0);
    assert_int_equal(batch.skipped, 0);

    whatsauth_meta_free(&batch);
}


static void
values_of_unknown_shape_are_skipped_one_by_one(void **state)
{
    size_t                     i;
    char                       members[1024], body[2048];
    whatsauth_message_batch_t  batch;
    static const char *const   odd[] = {
        "null", "true", "7", "\"x\"", "[]", "[[1]]", "{}",
        "{\"type\":7}", "{\"type\":null,\"text\":{\"body\":\"a\"}}",
        "{\"type\":\"text\"}", "{\"type\":\"text\",\"text\":\"a\"}",
        "{\"type\":\"text\",\"text\":{\"body\":[]}}"
    };
    static const char *const   whole[] = { "null", "\"x\"", "{}", "7" };

    (void) state;

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        snprintf(members, sizeof(members), "\"metadata\":[],"
                 "\"messages\":[%s," TEXT("16505551234", "1", "a") ",%s]",
                 odd[i], odd[i]);

        read_value(&batch, members);
        assert_int_equal(batch.n, 1);
        assert_int_equal(batch.skipped, 2);
        assert_text(&batch.messages[0].message_id, "1");
        whatsauth_meta_free(&batch);
    }

    for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        snprintf(body, sizeof(body), "{\"entry\":[7,{\"changes\":%s},"
                 "{\"changes\":[7,{\"field\":\"messages\",\"value\":[]},"
                 "{\"field\":\"messages\",\"value\":{\"messages\":%s,"
                 "\"contacts\":%s,\"statuses\":%s,\"errors\":%s}},"
                 "{\"field\":\"messages\",\"value\":{\"contacts\":[%s],"
                 "\"messages\":[" TEXT("16505551234", "1", "a") "]}}]}]}",
                 whole[i], whole[i], whole[i], whole[i], whole[i], whole[i]);

        read_body(&batch, body);
        assert_int_equal(batch.n, 1);
        assert_true(batch.skipped >= 8);
        whatsauth_meta_free(&batch);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_text_message_is_read_with_all_its_parts),
        cmocka_unit_test(every_entry_change_and_message_is_read_in_order),
        cmocka_unit_test(ids_and_times_may_be_numbers),
        cmocka_unit_test(only_a_phone_number_in_from_becomes_a_sender),
        cmocka_unit_test(a_kind_tells_why_a_message_cannot_count),
        cmocka_unit_test(only_an_absent_time_is_none),
        cmocka_unit_test(statuses_and_errors_are_counted),
        cmocka_unit_test(other_fields_are_passed_over_in_silence),
        cmocka_unit_test(values_of_unknown_shape_are_skipped_one_by_one)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
