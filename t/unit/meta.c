
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "protocol/meta.h"


#define BODY_SIZE  8192

#define METADATA                                                              \
    "\"metadata\":{\"display_phone_number\":\"+1 (555) 078-3881\","           \
    "\"phone_number_id\":\"106540352242922\"}"

#define TEXT(from, id, body)                                                  \
    "{\"from\":\"" from "\",\"id\":\"" id "\",\"timestamp\":\"1749416383\","  \
    "\"type\":\"text\",\"text\":{\"body\":\"" body "\"}}"


static whatsauth_batch_result_t
read_bytes(const char *body, size_t len, whatsauth_message_batch_t *batch,
    char *reason)
{
    char                      *copy;
    whatsauth_batch_result_t   result;

    /* Of exact size and gone afterwards: the batch must not need it. */
    copy = malloc(len == 0 ? 1 : len);
    assert_non_null(copy);
    memcpy(copy, body, len);

    result = whatsauth_meta_read(copy, len, batch, reason);
    free(copy);

    return result;
}


static void
read_body(whatsauth_message_batch_t *batch, const char *body)
{
    char                      reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_batch_result_t  result;

    result = read_bytes(body, strlen(body), batch, reason);

    if (result != WHATSAUTH_BATCH_OK) {
        fail_msg("%s: %s", body, reason);
    }
}


/* Reads a body of one change of field "messages" with these members. */
static void
read_value(whatsauth_message_batch_t *batch, const char *members)
{
    char  body[BODY_SIZE];

    snprintf(body, sizeof(body), "{\"object\":\"whatsapp_business_account\","
             "\"entry\":[{\"id\":\"1\",\"changes\":[{\"value\":{%s},"
             "\"field\":\"messages\"}]}]}", members);

    read_body(batch, body);
}


/* Reads one message, an object without its braces. */
static void
read_one(whatsauth_message_batch_t *batch, const char *message)
{
    char  members[BODY_SIZE / 2];

    snprintf(members, sizeof(members), METADATA ",\"messages\":[{%s}]",
             message);

    read_value(batch, members);
    assert_int_equal(batch->n, 1);
}


static void
assert_text(const whatsauth_text_t *text, const char *expected)
{
    if (text->len != strlen(expected)
        || memcmp(text->data, expected, text->len) != 0)
    {
        fail_msg("\"%.*s\" is not \"%s\"", (int) text->len, text->data,
                 expected);
    }
}


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
    assert_text(&message->number_id, "106540352242922");
    assert_text(&message->display_number, "15550783881");
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
        assert_text(&batch.messages[i].number_id, i == 2 ? "77" : "");
    }

    whatsauth_meta_free(&batch);
}


static void
contacts_are_matched_by_id_and_never_by_index(void **state)
{
    whatsauth_message_batch_t  batch;

    (void) state;

    read_value(&batch, METADATA ",\"contacts\":["
        "{\"profile\":{\"name\":\"Third\"},\"user_id\":\"US.3\"},"
        "{\"profile\":{\"name\":\"Second\"},\"wa_id\":\"16505550002\","
            "\"user_id\":\"US.2\"},"
        "{\"profile\":{\"name\":\"First\"},\"wa_id\":\"+16505550001\"}],"
        "\"messages\":["
        TEXT("16505550001", "1", "a") ","
        TEXT("16505550002", "2", "a") ","
        "{\"from_user_id\":\"US.3\",\"type\":\"text\","
            "\"text\":{\"body\":\"a\"}},"
        TEXT("16505550004", "4", "a") "]");

    assert_int_equal(batch.n, 4);
    assert_text(&batch.messages[0].profile_name, "First");
    assert_text(&batch.messages[0].user_id, "");
    assert_text(&batch.messages[1].profile_name, "Second");
    assert_text(&batch.messages[1].user_id, "US.2");
    assert_text(&batch.messages[2].profile_name, "Third");
    assert_text(&batch.messages[2].user_id, "US.3");
    assert_text(&batch.messages[2].sender, "");
    assert_text(&batch.messages[3].profile_name, "");

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
        { "16505551234",             "" },
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


static void
a_kind_tells_why_a_message_cannot_count(void **state)
{
    size_t                     i;
    whatsauth_message_batch_t  batch;
    static const struct {
        const char                *message;
        whatsauth_message_kind_t   kind;
        const char                *text;
    } cases[] = {
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
        { "\"type\":\"revoke\",\"revoke\":{\"original_message_id\":\"w\"}",
          WHATSAUTH_MESSAGE_OTHER_TYPE, "" },
        { "\"type\":\"type\"", WHATSAUTH_MESSAGE_OTHER_TYPE, "" },
        { "\"type\":\"unsupported\",\"text\":{\"body\":\"x\"}",
          WHATSAUTH_MESSAGE_OTHER_TYPE, "" }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        read_one(&batch, cases[i].message);

        if (batch.messages[0].kind != cases[i].kind) {
            fail_msg("%s", cases[i].message);
        }

        assert_text(&batch.messages[0].text, cases[i].text);
        whatsauth_meta_free(&batch);
    }
}


static void
a_timestamp_that_is_no_time_reads_as_none(void **state)
{
    size_t                     i;
    char                       message[128];
    whatsauth_message_batch_t  batch;
    static const struct {
        const char  *timestamp;
        uint64_t     ms;
    } cases[] = {
        { "\"1749416383\"", 1749416383000 },
        { "1749416383",     1749416383000 },
        { "\"\"",           0 },
        { "\"soon\"",       0 },
        { "\"-1\"",         0 },
        { "-1",             0 },
        { "1.5",            0 },
        { "null",           0 },
        { "[1749416383]",   0 },
        { "\"99999999999999999999999999\"", 0 },
        { "99999999999999999999999999",     0 },
        { "1e400",          0 }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(message, sizeof(message),
                 "\"type\":\"image\",\"timestamp\":%s", cases[i].timestamp);

        read_one(&batch, message);
        assert_true(batch.messages[0].sent_at == cases[i].ms);
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


static void
odd_strings_and_numbers_do_not_spoil_their_neighbours(void **state)
{
    size_t                     i;
    char                       members[1024];
    whatsauth_message_batch_t  batch;
    static const struct {
        const char  *sent;
        const char  *read;
    } cases[] = {
        { "a\\ud800b",            "a\xef\xbf\xbd" "b" },
        { "\\udc00",              "\xef\xbf\xbd" },
        { "\\ud83d\\ude00",       "\xf0\x9f\x98\x80" },
        { "\\uD83D\\uD83D\\uDE00", "\xef\xbf\xbd\xf0\x9f\x98\x80" },
        { "\\ude00\\ud83d",       "\xef\xbf\xbd\xef\xbf\xbd" },
        { "\\ud83d\\n",           "\xef\xbf\xbd\n" },
        { "\\ud83d\\u0041",       "\xef\xbf\xbd" "A" },
        { "\\u0000>>",            "\xef\xbf\xbd>>" },
        { "\xff\xc0\xaf",         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xed\xa0\x80",         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xe2\x82",             "\xef\xbf\xbd" },
        { "\\\\ud800 \\\" \\\\",  "\\ud800 \" \\" },
        { "123456789012345678901234567890", "123456789012345678901234567890" }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(members, sizeof(members), "\"n\":[18446744073709551616,"
                 "-99999999999999999999,1e999,1e-999,0.%0400d,"
                 "1E+0000000000000000000001],"
                 "\"messages\":[{\"type\":\"text\","
                 "\"text\":{\"body\":\"%s\"}},"
                 TEXT("16505551234", "1", "a") "]", 7, cases[i].sent);

        read_value(&batch, members);
        assert_int_equal(batch.n, 2);
        assert_text(&batch.messages[0].text, cases[i].read);
        assert_text(&batch.messages[1].text, "a");
        whatsauth_meta_free(&batch);
    }
}


static void
a_raw_nul_inside_a_string_becomes_a_replacement(void **state)
{
    char                       reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_batch_t  batch;
    static const char          body[] =
        "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":"
        "{\"messages\":[{\"type\":\"text\",\"text\":{\"body\":\"a\0b\"}}"
        "]}}]}]}";

    (void) state;

    assert_int_equal(read_bytes(body, sizeof(body) - 1, &batch, reason),
                     WHATSAUTH_BATCH_OK);
    assert_int_equal(batch.n, 1);
    assert_text(&batch.messages[0].text, "a\xef\xbf\xbd" "b");

    whatsauth_meta_free(&batch);
}


static void
what_is_not_the_json_of_a_webhook_is_invalid(void **state)
{
    size_t                     i;
    char                       reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_batch_t  batch;
    static const char *const   bodies[] = {
        "", " ", "null", "7", "\"entry\"", "[]", "{}", "{\"entry\":{}}",
        "{\"entry\":null}", "{\"Entry\":[]}", "{\"entry\":[]",
        "{\"entry\":[]}}", "{\"entry\":[]} x", "{\"entry\":[],}",
        "{\"entry\":[],\"entry\":[]}", "{\"entry\":[{\"a\":1,\"a\":2}]}",
        "{'entry':[]}", "{entry:[]}", "{\"entry\":[01]}",
        "{\"entry\":[1.]}", "{\"entry\":[-]}", "{\"entry\":[+1]}",
        "{\"entry\":[--11111111111111111111]}",
        "{\"entry\":[11111111111111111111.5.5]}",
        "{\"entry\":[1-11111111111111111111]}",
        "{\"entry\":[0x11111111111111111111]}",
        "{\"entry\":[NaN]}", "{\"entry\":[\"\n\"]}", "{\"entry\":[\"\\x\"]}",
        "{\"entry\":[\"\\u12\"]}", "{\"entry\":[\"\\u\"]}",
        "{\"entry\":[\"\\\"]}", "{\"entry\":[\"", "{\"entry\":[\"\\",
        "{\"entry\":[\"\\ud800", "{\"entry\":[\xff]}",
        "\xef\xbb\xbf{\"entry\":[]}", "entry=secret"
    };

    (void) state;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        memset(reason, 'x', sizeof(reason));

        if (read_bytes(bodies[i], strlen(bodies[i]), &batch, reason)
            != WHATSAUTH_BATCH_INVALID)
        {
            fail_msg("%s", bodies[i]);
        }

        assert_non_null(memchr(reason, '\0', sizeof(reason)));
        assert_true(strlen(reason) > 0);
    }
}


static void
the_reason_tells_the_position_and_no_content(void **state)
{
    char                       reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_batch_t  batch;
    static const char          body[] = "{\"entry\": secret}";

    (void) state;

    assert_int_equal(read_bytes(body, sizeof(body) - 1, &batch, reason),
                     WHATSAUTH_BATCH_INVALID);
    assert_null(strstr(reason, "secret"));
    assert_non_null(strstr(reason, "near byte 1"));
}


static void
a_body_nested_beyond_the_limit_is_invalid(void **state)
{
    char                       body[256], reason[WHATSAUTH_BATCH_REASON_MAX];
    size_t                     n;
    whatsauth_message_batch_t  batch;

    (void) state;

    for (n = WHATSAUTH_META_DEPTH_MAX; n <= WHATSAUTH_META_DEPTH_MAX + 1; n++)
    {
        strcpy(body, "{\"entry\":");
        memset(body + 9, '[', n - 1);
        memset(body + 9 + n - 1, ']', n - 1);
        strcpy(body + 9 + 2 * (n - 1), "}");

        if (n == WHATSAUTH_META_DEPTH_MAX) {
            read_body(&batch, body);
            whatsauth_meta_free(&batch);
            continue;
        }

        assert_int_equal(read_bytes(body, strlen(body), &batch, reason),
                         WHATSAUTH_BATCH_INVALID);
        assert_non_null(strstr(reason, "nested"));
    }

    /* Brackets inside strings nest nothing. */
    read_body(&batch, "{\"entry\":[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]}");
    whatsauth_meta_free(&batch);
}


static void
a_body_of_the_greatest_size_is_read_and_a_greater_one_refused(void **state)
{
    char                      *body, *p, reason[WHATSAUTH_BATCH_REASON_MAX];
    size_t                     n;
    clock_t                    start;
    whatsauth_message_batch_t  batch;
    static const char          head[] =
        "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{"
        "\"messages\":[";
    static const char          one[] =
        TEXT("16505551234", "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRB", "a")
        ",";
    static const char          tail[] =
        TEXT("16505551234", "1", "a") "]}}]}]}";

    (void) state;

    body = malloc(WHATSAUTH_META_BODY_MAX + 1);
    assert_non_null(body);

    memset(body, ' ', WHATSAUTH_META_BODY_MAX + 1);
    memcpy(body, head, sizeof(head) - 1);
    p = body + sizeof(head) - 1;

    for (n = 1; p + sizeof(one) + sizeof(tail)
                < body + WHATSAUTH_META_BODY_MAX; n++)
    {
        memcpy(p, one, sizeof(one) - 1);
        p += sizeof(one) - 1;
    }

    memcpy(p, tail, sizeof(tail) - 1);

    start = clock();
    assert_int_equal(whatsauth_meta_read(body, WHATSAUTH_META_BODY_MAX,
                                         &batch, reason), WHATSAUTH_BATCH_OK);
    assert_int_equal(batch.n, n);
    whatsauth_meta_free(&batch);
    assert_true(clock() - start < 2 * CLOCKS_PER_SEC);

    assert_int_equal(whatsauth_meta_read(body, WHATSAUTH_META_BODY_MAX + 1,
                                         &batch, reason),
                     WHATSAUTH_BATCH_INVALID);
    free(body);
}


static void
a_body_cut_short_anywhere_is_invalid(void **state)
{
    char                       reason[WHATSAUTH_BATCH_REASON_MAX];
    size_t                     len;
    whatsauth_message_batch_t  batch;
    static const char          body[] =
        "{\"entry\":[{\"changes\":[{\"value\":{" METADATA ",\"messages\":["
        TEXT("16505551234", "1", "\\ud83d\\ude00 \xf0\x9f\x98\x80 \\n")
        ",{\"n\":-12.5e+10}]},\"field\":\"messages\"}]}]}";

    (void) state;

    read_body(&batch, body);
    whatsauth_meta_free(&batch);

    for (len = 0; len < sizeof(body) - 1; len++) {
        assert_int_equal(read_bytes(body, len, &batch, reason),
                         WHATSAUTH_BATCH_INVALID);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_text_message_is_read_with_all_its_parts),
        cmocka_unit_test(every_entry_change_and_message_is_read_in_order),
        cmocka_unit_test(contacts_are_matched_by_id_and_never_by_index),
        cmocka_unit_test(only_a_phone_number_in_from_becomes_a_sender),
        cmocka_unit_test(a_kind_tells_why_a_message_cannot_count),
        cmocka_unit_test(a_timestamp_that_is_no_time_reads_as_none),
        cmocka_unit_test(statuses_and_errors_are_counted),
        cmocka_unit_test(other_fields_are_passed_over_in_silence),
        cmocka_unit_test(values_of_unknown_shape_are_skipped_one_by_one),
        cmocka_unit_test(odd_strings_and_numbers_do_not_spoil_their_neighbours),
        cmocka_unit_test(a_raw_nul_inside_a_string_becomes_a_replacement),
        cmocka_unit_test(what_is_not_the_json_of_a_webhook_is_invalid),
        cmocka_unit_test(the_reason_tells_the_position_and_no_content),
        cmocka_unit_test(a_body_nested_beyond_the_limit_is_invalid),
        cmocka_unit_test(
            a_body_of_the_greatest_size_is_read_and_a_greater_one_refused),
        cmocka_unit_test(a_body_cut_short_anywhere_is_invalid)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
