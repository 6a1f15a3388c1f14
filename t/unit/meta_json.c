
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Odd and broken JSON: what is mended, and what is refused. */


#include "meta_help.h"
#include "protocol/json_body.h"

#include <time.h>


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
        "\xef\xbb\xbf", "\xef\xbb\xbf\xef\xbb\xbf{\"entry\":[]}",
        "\xef\xbb{\"entry\":[]}", " \xef\xbb\xbf{\"entry\":[]}", "entry=secret"
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
a_byte_order_mark_may_come_first(void **state)
{
    whatsauth_message_batch_t  batch;

    (void) state;

    read_body(&batch, "\xef\xbb\xbf{\"entry\":[{\"changes\":[{\"field\":"
        "\"messages\",\"value\":{\"messages\":["
        TEXT("16505551234", "wamid.1", "\xef\xbb\xbf" "a") "]}}]}]}");

    assert_int_equal(batch.n, 1);
    assert_text(&batch.messages[0].text, "\xef\xbb\xbf" "a");

    whatsauth_meta_free(&batch);
}


static void
of_a_key_that_comes_twice_the_last_counts(void **state)
{
    whatsauth_message_batch_t  batch;

    (void) state;

    read_body(&batch, "{\"entry\":[7],\"entry\":[{\"a\":1,\"a\":2,"
        "\"changes\":[{\"field\":\"x\",\"field\":\"messages\",\"value\":{"
        "\"metadata\":{\"phone_number_id\":\"1\","
            "\"phone_number_id\":\"2\"},"
        "\"messages\":[{\"from\":\"16505550001\",\"from\":\"16505550002\","
            "\"id\":\"a\",\"id\":\"b\",\"type\":\"image\","
            "\"type\":\"text\",\"text\":{\"body\":\"x\",\"body\":\"y\"}},"
        TEXT("16505550003", "c", "z") "]}}]}]}");

    assert_int_equal(batch.n, 2);
    assert_int_equal(batch.skipped, 0);
    assert_text(&batch.messages[0].account, "2");
    assert_text(&batch.messages[0].sender, "16505550002");
    assert_text(&batch.messages[0].message_id, "b");
    assert_text(&batch.messages[0].text, "y");
    assert_text(&batch.messages[1].text, "z");

    whatsauth_meta_free(&batch);
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

    for (n = WHATSAUTH_JSON_BODY_DEPTH_MAX;
         n <= WHATSAUTH_JSON_BODY_DEPTH_MAX + 1; n++)
    {
        strcpy(body, "{\"entry\":");
        memset(body + 9, '[', n - 1);
        memset(body + 9 + n - 1, ']', n - 1);
        strcpy(body + 9 + 2 * (n - 1), "}");

        if (n == WHATSAUTH_JSON_BODY_DEPTH_MAX) {
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
        cmocka_unit_test(
            odd_strings_and_numbers_do_not_spoil_their_neighbours),
        cmocka_unit_test(a_raw_nul_inside_a_string_becomes_a_replacement),
        cmocka_unit_test(what_is_not_the_json_of_a_webhook_is_invalid),
        cmocka_unit_test(a_byte_order_mark_may_come_first),
        cmocka_unit_test(of_a_key_that_comes_twice_the_last_counts),
        cmocka_unit_test(the_reason_tells_the_position_and_no_content),
        cmocka_unit_test(a_body_nested_beyond_the_limit_is_invalid),
        cmocka_unit_test(
            a_body_of_the_greatest_size_is_read_and_a_greater_one_refused),
        cmocka_unit_test(a_body_cut_short_anywhere_is_invalid)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
