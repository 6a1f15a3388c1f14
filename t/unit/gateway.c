
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>
#include <stdlib.h>

#include "text_help.h"
#include "protocol/gateway.h"


static const whatsauth_gateway_format_t  format = {
    whatsauth_text("/message/text"),
    whatsauth_text("/message/from"),
    whatsauth_text("/message/id"),
    whatsauth_text("/message/ts"),
    whatsauth_text("/contact/name"),
    whatsauth_text("/account")
};


static whatsauth_batch_result_t
read_with(const whatsauth_gateway_format_t *how, const char *body,
    whatsauth_message_batch_t *batch, char *reason)
{
    char                      *copy;
    size_t                     len;
    whatsauth_batch_result_t   result;

    /* Of exact size and gone afterwards: the batch must not need it. */
    len = strlen(body);
    copy = malloc(len == 0 ? 1 : len);
    assert_non_null(copy);
    memcpy(copy, body, len);

    result = whatsauth_gateway_read(how, copy, len, batch, reason);
    free(copy);

    return result;
}


/* Reads one message, of which only the members of "message" differ. */
static whatsauth_message_t *
read_message(whatsauth_message_batch_t *batch, const char *members)
{
    char  body[1024], reason[WHATSAUTH_BATCH_REASON_MAX];

    snprintf(body, sizeof(body), "{\"account\":\"+1 (555) 078-3881\","
             "\"message\":{%s}}", members);

    assert_int_equal(read_with(&format, body, batch, reason),
                     WHATSAUTH_BATCH_OK);
    assert_int_equal(batch->n, 1);

    return &batch->messages[0];
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
a_message_is_read_from_where_the_pointers_say(void **state)
{
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_t        *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    assert_int_equal(read_with(&format, "{\"account\":\"15550783881\","
        "\"contact\":{\"name\":\"Jos\\u00e9\"},"
        "\"message\":{\"from\":\"+16505551234\",\"id\":\"m-1\","
        "\"ts\":\"2025-06-08T20:59:43Z\",\"text\":\">>322c9a59dd\\u003C<\"}}",
        &batch, reason), WHATSAUTH_BATCH_OK);

    message = &batch.messages[0];

    assert_int_equal(batch.n, 1);
    assert_int_equal(message->kind, WHATSAUTH_MESSAGE_TEXT);
    assert_int_equal(message->channel, WHATSAUTH_CHANNEL_WHATSAPP);
    assert_int_equal(message->bad_timestamp, 0);
    assert_int_equal(message->sent_at, UINT64_C(1749416383000));
    assert_text(&message->text, ">>322c9a59dd<<");
    assert_text(&message->sender, "16505551234");
    assert_text(&message->message_id, "m-1");
    assert_text(&message->profile_name, "Jos\xc3\xa9");
    assert_text(&message->to, "15550783881");
    assert_text(&message->user_id, "");

    whatsauth_gateway_free(&batch);
    assert_null(batch.owner);
}


static void
what_has_no_pointer_is_absent(void **state)
{
    char                         reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_t         *message;
    whatsauth_message_batch_t    batch;
    whatsauth_gateway_format_t   few = format;

    (void) state;

    few.time.len = 0;
    few.profile.len = 0;
    few.to.len = 0;

    assert_int_equal(read_with(&few, "{\"account\":\"15550783881\","
        "\"contact\":{\"name\":\"x\"},\"message\":{\"from\":\"15550783881\","
        "\"id\":\"1\",\"ts\":\"never\",\"text\":\"x\"}}", &batch, reason),
        WHATSAUTH_BATCH_OK);

    message = &batch.messages[0];

    assert_int_equal(message->kind, WHATSAUTH_MESSAGE_TEXT);
    assert_int_equal(message->sent_at, 0);
    assert_int_equal(message->bad_timestamp, 0);
    assert_text(&message->profile_name, "");
    assert_text(&message->to, "");

    whatsauth_gateway_free(&batch);
}


static void
a_sender_is_a_number_or_hidden(void **state)
{
    size_t                      i;
    char                        members[256];
    whatsauth_message_t        *message;
    whatsauth_message_batch_t   batch;
    static const struct {
        const char                *from;
        const char                *sender;
        whatsauth_message_kind_t   kind;
    } cases[] = {
        { "\"16505551234\"",                "16505551234", 0 },
        { "\"+16505551234\"",               "16505551234", 0 },
        { "16505551234",                    "16505551234", 0 },
        { "\"whatsapp:+16505551234\"",      "16505551234", 0 },
        { "\"16505551234@c.us\"",           "16505551234", 0 },
        { "\"16505551234@s.whatsapp.net\"", "16505551234", 0 },
        { "\"++16505551234\"",              "", 0 },
        { "\"0016505551234\"",              "", 0 },
        { "\"1 650 555 1234\"",             "", 0 },
        { "\"16505551234@lid\"",            "", 0 },
        { "\"16505551234@c.us@c.us\"",      "", 0 },
        { "\"@c.us\"",                      "", 0 },
        { "\"US.13491208655302741918\"",    "", 0 },
        { "\"123456\"",                     "", 0 },
        { "\"1234567890123456\"",           "", 0 },
        { "1234567890123456",               "", 0 },
        { "-16505551234",                   "", 0 },
        { "16505551234.5",                  "", 0 },
        { "\"\"",                           "", 0 },
        { "null",                           "", 0 },
        { "[\"16505551234\"]",              "", 0 },
        { "\"16505551234-1@g.us\"",         "", WHATSAUTH_MESSAGE_GROUP },
        { "\"status@broadcast\"",           "", WHATSAUTH_MESSAGE_GROUP },
        { "\"15550783881\"",  "15550783881", WHATSAUTH_MESSAGE_OWN_NUMBER },
        { "15550783881",      "15550783881", WHATSAUTH_MESSAGE_OWN_NUMBER }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(members, sizeof(members),
                 "\"text\":\"x\",\"from\":%s", cases[i].from);
        message = read_message(&batch, members);

        assert_text(&message->sender, cases[i].sender);
        assert_text(&message->user_id, "");
        assert_int_equal(message->kind, cases[i].kind);

        whatsauth_gateway_free(&batch);
    }
}


static void
a_time_that_cannot_be_read_is_told(void **state)
{
    size_t                      i;
    char                        members[256];
    whatsauth_message_t        *message;
    whatsauth_message_batch_t   batch;
    static const struct {
        const char  *ts;
        uint64_t     sent_at;
        unsigned     bad;
    } cases[] = {
        { "1749416383",               UINT64_C(1749416383000), 0 },
        { "1749416383123",            UINT64_C(1749416383123), 0 },
        { "1749416383.25",            UINT64_C(1749416383250), 0 },
        { "\"1749416383\"",           UINT64_C(1749416383000), 0 },
        { "\"2025-06-08T20:59:43Z\"", UINT64_C(1749416383000), 0 },
        { "null",                     0, 0 },
        { "0",                        0, 1 },
        { "-1",                       0, 1 },
        { "99999999999999999999",     0, 1 },
        { "\"\"",                     0, 1 },
        { "\"2025-06-08T20:59:43\"",  0, 1 },
        { "\"yesterday\"",            0, 1 },
        { "true",                     0, 1 },
        { "{\"at\":1749416383}",      0, 1 }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(members, sizeof(members), "\"text\":\"x\",\"ts\":%s",
                 cases[i].ts);
        message = read_message(&batch, members);

        assert_int_equal(message->sent_at, cases[i].sent_at);
        assert_int_equal(message->bad_timestamp, cases[i].bad);

        whatsauth_gateway_free(&batch);
    }
}


static void
an_id_may_be_a_number_but_not_zero(void **state)
{
    size_t                      i;
    char                        members[256];
    whatsauth_message_batch_t   batch;
    static const char *const    cases[][2] = {
        { "\"a b\"",               "a b" },
        { "42",                    "42" },
        { "999999999999999999",    "999999999999999999" },
        { "9223372036854775808",   "" },
        { "0",                     "" },
        { "-1",                    "" },
        { "1.5",                   "" },
        { "null",                  "" },
        { "true",                  "" },
        { "{\"id\":\"x\"}",        "" }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(members, sizeof(members),
                 "\"text\":\"x\",\"from\":16505551234,\"id\":%s",
                 cases[i][0]);

        assert_text(&read_message(&batch, members)->message_id, cases[i][1]);
        whatsauth_gateway_free(&batch);
    }
}


static void
a_body_without_a_text_is_a_message_without_one(void **state)
{
    size_t                      i;
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_batch_t   batch;
    static const char *const    bodies[] = {
        "{}", "[]", "{\"message\":null}", "{\"message\":{\"text\":null}}",
        "{\"message\":{\"text\":1}}", "{\"message\":{\"text\":{\"a\":\"b\"}}}",
        "{\"message\":\"text\"}", "{\"account\":{\"x\":1}}"
    };

    (void) state;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        assert_int_equal(read_with(&format, bodies[i], &batch, reason),
                         WHATSAUTH_BATCH_OK);
        assert_int_equal(batch.n, 1);
        assert_int_equal(batch.messages[0].kind, WHATSAUTH_MESSAGE_NO_TEXT);
        assert_text(&batch.messages[0].text, "");

        whatsauth_gateway_free(&batch);
    }
}


static void
a_body_that_is_not_json_is_invalid(void **state)
{
    char                       *body;
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    size_t                      i;
    whatsauth_message_batch_t   batch;
    static const char *const    bodies[] = {
        "", " ", "x", "{", "\"text\"", "{\"a\":1,}", "{} {}", "{'a':1}"
    };

    (void) state;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        assert_int_equal(read_with(&format, bodies[i], &batch, reason),
                         WHATSAUTH_BATCH_INVALID);
        assert_true(strlen(reason) != 0);
    }

    body = malloc(WHATSAUTH_GATEWAY_BODY_MAX + 1);
    assert_non_null(body);
    memset(body, ' ', WHATSAUTH_GATEWAY_BODY_MAX + 1);
    body[0] = '{';
    body[1] = '}';

    assert_int_equal(whatsauth_gateway_read(&format, body,
                                            WHATSAUTH_GATEWAY_BODY_MAX, &batch,
                                            reason), WHATSAUTH_BATCH_OK);
    whatsauth_gateway_free(&batch);
    assert_int_equal(whatsauth_gateway_read(&format, body,
                                            WHATSAUTH_GATEWAY_BODY_MAX + 1,
                                            &batch, reason),
                     WHATSAUTH_BATCH_INVALID);
    free(body);
}


static void
odd_values_do_not_spoil_the_message(void **state)
{
    whatsauth_message_t        *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    message = read_message(&batch, "\"n\":[18446744073709551616,1e999],"
                           "\"x\":\"\xff\",\"text\":\"a\\u0000b\\ud800\","
                           "\"id\":\"1\",\"id\":\"2\"");

    assert_text(&message->text, "a\xef\xbf\xbd" "b\xef\xbf\xbd");
    assert_text(&message->message_id, "2");

    whatsauth_gateway_free(&batch);
}


static void
assert_problem(const char *template, const char *expected)
{
    const char        *problem;
    whatsauth_text_t   t;

    t = text_of(template);

    problem = whatsauth_gateway_template_problem(&t);

    if (expected == NULL) {
        assert_null(problem);

    } else {
        assert_non_null(problem);
        assert_string_equal(problem, expected);
    }
}


static void
a_template_is_json_with_both_names(void **state)
{
    static const char  dollar[] = "has a \"$\" that begins neither $to nor "
                                  "$text: write \\u0024 for a dollar";

    (void) state;

    assert_problem("{\"to\":\"$to\",\"text\":\"$text\"}", NULL);
    assert_problem("[\"+$to@c.us\", \"- $text -\\n$text\"]", NULL);
    assert_problem("{\"$to\":{\"$text\":1}}", NULL);
    assert_problem("{\"a\":\"\\u0024to $to\\\\$text\"}", NULL);

    assert_problem("", "is not JSON");
    assert_problem("{\"to\":$to,\"text\":\"$text\"}", "is not JSON");
    assert_problem("{\"to\":\"$to\",\"text\":\"$text\"", "is not JSON");
    assert_problem("{\"to\":\"$to\\$text\"}", "is not JSON");
    assert_problem("{\"to\":\"$to\\u00$text\"}", "is not JSON");
    assert_problem("\"$to $text\"", "is not JSON");

    assert_problem("{\"text\":\"$text\"}", "has no $to");
    assert_problem("{\"to\":\"$to\"}", "has no $text");
    assert_problem("{\"to\":\"\\u0024to\",\"text\":\"$text\"}", "has no $to");

    assert_problem("{\"to\":\"$to\",\"text\":\"$text $5\"}", dollar);
    assert_problem("{\"to\":\"$to\",\"text\":\"$text $\"}", dollar);
    assert_problem("{\"to\":\"$total\",\"text\":\"$text\"}", dollar);
    assert_problem("{\"to\":\"$to_\",\"text\":\"$text\"}", dollar);
    assert_problem("{\"to\":\"${to}\",\"text\":\"$text\"}", dollar);
    assert_problem("{\"to\":\"$$to\",\"text\":\"$text\"}", dollar);
    assert_problem("{\"to\":\"$To\",\"text\":\"$text\"}", dollar);
}


/* Jansson skips a zero byte after a number or a name. */
static void
a_template_has_no_zero_byte(void **state)
{
    size_t                         i;
    static const whatsauth_text_t  templates[] = {
        whatsauth_text("[\"$to$text\",1\0]"),
        whatsauth_text("[\"$to$text\",true\0]"),
        whatsauth_text("[\"$to$text\0\"]"),
        whatsauth_text("[\"$to$text\"]\0")
    };

    (void) state;

    for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
        assert_string_equal(whatsauth_gateway_template_problem(&templates[i]),
                            "is not JSON");
    }
}


static void
a_template_has_at_most_1024_bytes(void **state)
{
    char  template[WHATSAUTH_GATEWAY_TEMPLATE_MAX + 2];

    (void) state;

    memset(template, ' ', sizeof(template));
    memcpy(template, "[\"$to$text\"]", 12);
    template[WHATSAUTH_GATEWAY_TEMPLATE_MAX] = '\0';
    assert_problem(template, NULL);

    template[WHATSAUTH_GATEWAY_TEMPLATE_MAX] = ' ';
    template[WHATSAUTH_GATEWAY_TEMPLATE_MAX + 1] = '\0';
    assert_problem(template, "has more than 1024 bytes");
}


static void
a_reply_is_put_into_its_strings(void **state)
{
    char              *body;
    size_t             len;
    whatsauth_text_t   template = whatsauth_text(
        "{\"chatId\":\"$to@c.us\",\"text\":\"<$text>\",\"n\":\"\\u0024to\"}");
    whatsauth_reply_t  reply;

    (void) state;

    memset(&reply, 0, sizeof(reply));
    reply.phone.data = "16505551234";
    reply.phone.len = 11;
    reply.text.data = "\"$to\" \\ \n\t\x7f \xc3\xa4\"}";
    reply.text.len = strlen(reply.text.data);

    body = whatsauth_gateway_reply(&template, &reply, &len);

    assert_non_null(body);
    assert_int_equal(len, strlen(body));
    assert_string_equal(body, "{\"chatId\":\"16505551234@c.us\",\"text\":\"<"
                        "\\u0022$to\\u0022 \\u005c \\u000a\\u0009\x7f "
                        "\xc3\xa4\\u0022}>\",\"n\":\"\\u0024to\"}");
    free(body);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_message_is_read_from_where_the_pointers_say),
        cmocka_unit_test(what_has_no_pointer_is_absent),
        cmocka_unit_test(a_sender_is_a_number_or_hidden),
        cmocka_unit_test(a_time_that_cannot_be_read_is_told),
        cmocka_unit_test(an_id_may_be_a_number_but_not_zero),
        cmocka_unit_test(a_body_without_a_text_is_a_message_without_one),
        cmocka_unit_test(a_body_that_is_not_json_is_invalid),
        cmocka_unit_test(odd_values_do_not_spoil_the_message),
        cmocka_unit_test(a_template_is_json_with_both_names),
        cmocka_unit_test(a_template_has_no_zero_byte),
        cmocka_unit_test(a_template_has_at_most_1024_bytes),
        cmocka_unit_test(a_reply_is_put_into_its_strings)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
