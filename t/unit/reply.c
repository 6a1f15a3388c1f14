
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

#include "protocol/reply.h"


static const whatsauth_reply_t  to_phone = {
    WHATSAUTH_CHANNEL_WHATSAPP,
    whatsauth_text("+56943426553"),
    whatsauth_text("16505551234"),
    whatsauth_text("US.13491208655302741918"),
    whatsauth_text("wamid.HBgLMTY1"),
    whatsauth_text("You \"just\" logged in,\n\xc3\xa4 + 5 & 50%")
};


static whatsauth_reply_t
to_user_id(void)
{
    whatsauth_reply_t  reply = to_phone;

    reply.phone.len = 0;

    return reply;
}


static void
assert_body(char *body, size_t len, const char *expected)
{
    assert_non_null(body);
    assert_string_equal(body, expected);
    assert_int_equal(len, strlen(expected));
    free(body);
}


static void
a_text_of_meta_answers_a_message(void **state)
{
    char    *body;
    size_t   len;

    (void) state;

    body = whatsauth_reply_meta_text(&to_phone, &len);

    assert_body(body, len,
                "{\"messaging_product\":\"whatsapp\","
                "\"recipient_type\":\"individual\",\"to\":\"+16505551234\","
                "\"context\":{\"message_id\":\"wamid.HBgLMTY1\"},"
                "\"type\":\"text\",\"text\":{\"preview_url\":false,"
                "\"body\":\"You \\\"just\\\" logged in,\\n\xc3\xa4 + 5 & "
                "50%\"}}");
}


static void
a_text_of_meta_goes_to_a_user_id_where_there_is_no_phone(void **state)
{
    char               *body;
    size_t              len;
    whatsauth_reply_t   reply = to_user_id();

    (void) state;

    reply.message_id.len = 0;
    reply.text.len = 3;
    body = whatsauth_reply_meta_text(&reply, &len);

    assert_body(body, len,
                "{\"messaging_product\":\"whatsapp\","
                "\"recipient_type\":\"individual\","
                "\"recipient\":\"US.13491208655302741918\","
                "\"type\":\"text\",\"text\":{\"preview_url\":false,"
                "\"body\":\"You\"}}");
}


static void
a_contact_request_names_its_type_twice(void **state)
{
    char               *body;
    size_t              len;
    whatsauth_reply_t   reply = to_user_id();

    (void) state;

    reply.text.len = 3;
    body = whatsauth_reply_meta_contact_request(&reply,
                                  WHATSAUTH_REPLY_REQUEST_CONTACT_INFO, &len);

    assert_body(body, len,
                "{\"messaging_product\":\"whatsapp\","
                "\"recipient_type\":\"individual\","
                "\"recipient\":\"US.13491208655302741918\","
                "\"context\":{\"message_id\":\"wamid.HBgLMTY1\"},"
                "\"type\":\"interactive\",\"interactive\":{"
                "\"type\":\"request_contact_info\",\"body\":{\"text\":"
                "\"You\"},\"action\":{\"name\":\"request_contact_info\"}}}");

    reply.message_id.len = 0;
    body = whatsauth_reply_meta_contact_request(&reply,
                                       WHATSAUTH_REPLY_CONTACT_REQUEST, &len);

    assert_body(body, len,
                "{\"messaging_product\":\"whatsapp\","
                "\"recipient_type\":\"individual\","
                "\"recipient\":\"US.13491208655302741918\","
                "\"type\":\"interactive\",\"interactive\":{"
                "\"type\":\"contact_request\",\"body\":{\"text\":"
                "\"You\"},\"action\":{\"name\":\"contact_request\"}}}");
}


static void
a_text_of_twilio_is_a_form(void **state)
{
    char               *body;
    size_t              len;
    whatsauth_text_t    short_code = whatsauth_text("12345");
    whatsauth_reply_t   reply = to_phone;

    (void) state;

    body = whatsauth_reply_twilio_text(&reply, &len);

    assert_body(body, len,
                "From=whatsapp%3A%2B56943426553&To=whatsapp%3A%2B16505551234"
                "&Body=You+%22just%22+logged+in%2C%0A%C3%A4+%2B+5+%26+50%25");

    reply.channel = WHATSAUTH_CHANNEL_SMS;
    reply.text.len = 3;
    body = whatsauth_reply_twilio_text(&reply, &len);

    assert_body(body, len, "From=%2B56943426553&To=%2B16505551234&Body=You");

    reply.from = short_code;
    body = whatsauth_reply_twilio_text(&reply, &len);

    assert_body(body, len, "From=12345&To=%2B16505551234&Body=You");

    reply = to_user_id();
    reply.text.len = 0;
    body = whatsauth_reply_twilio_text(&reply, &len);

    assert_body(body, len, "From=whatsapp%3A%2B56943426553"
                "&To=whatsapp%3AUS.13491208655302741918&Body=");
}


static uint32_t
error_of(const char *body)
{
    char              *copy;
    uint32_t           code;
    whatsauth_text_t   text;

    /* Of exact size, so that a read beyond the end is noticed. */
    text.len = strlen(body);
    copy = malloc(text.len == 0 ? 1 : text.len);
    assert_non_null(copy);
    memcpy(copy, body, text.len);

    text.data = copy;
    code = whatsauth_reply_error(&text);
    free(copy);

    return code;
}


static const char  meta_error[] =
    "{\"error\":{\"message\":\"(#131047) Re-engagement \\\"code\\\":7\","
    "\"type\":\"OAuthException\",\"code\":131047,\"error_data\":{"
    "\"messaging_product\":\"whatsapp\",\"details\":\"\",\"code\":5},"
    "\"error_subcode\":2494010,\"fbtrace_id\":\"A\"}}";

static const char  twilio_error[] =
    "{\"code\": 63016, \"message\": \"Failed \\\"code\\\": 1\", "
    "\"more_info\": \"https://www.twilio.com/docs/errors/63016\", "
    "\"status\": 400}";


static void
the_code_of_an_error_is_read(void **state)
{
    (void) state;

    assert_int_equal(error_of(meta_error), 131047);
    assert_int_equal(error_of(twilio_error), 63016);

    assert_int_equal(error_of("{\"status\":401,\"code\":20003}"), 20003);
    assert_int_equal(error_of("\r\n{ \"error\" :\n{ \"code\" :\t190\n} }"),
                     190);
    assert_int_equal(error_of("{\"error_data\":{\"a\":[{\"code\":1}]},"
                              "\"error\":{\"x\":{\"code\":2},\"code\":3}}"),
                     3);
    assert_int_equal(error_of("{\"message\":\"a\\\\\",\"code\":4}"), 4);
    assert_int_equal(error_of("{\"message\":\"a\\\"\",\"code\":4}"), 4);
}


static void
other_members_and_strings_are_no_code(void **state)
{
    size_t                    i;
    static const char *const  bodies[] = {
        "", "{}", "[]", "code", "<html>code: 5</html>", "\"code\"",
        "{\"code\":null}", "{\"code\":\"5\"}", "{\"code\":-5}",
        "{\"code\":1.5}", "{\"code\":1e3}", "{\"code\":5x}", "{\"code\":}",
        "{\"code\":1234567890}", "{\"code\":{\"code\":5}}",
        "{\"error_code\":5}", "{\"codes\":5}", "{\"Code\":5}",
        "{\"message\":\"\\\"code\\\":5\"}", "{\"message\":\"code\",5:6}",
        "{\"errors\":{\"code\":5}}", "{\"a\":{\"error\":{\"code\":5}}}",
        "{\"error\":[{\"code\":5}]}", "{\"error\":{\"a\":{\"code\":5}}}",
        "{\"error\":1,\"b\":{\"code\":5}}", "{\"error\":{},\"b\":{\"code\":5}}"
    };

    (void) state;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        if (error_of(bodies[i]) != 0) {
            fail_msg("%u of %s", error_of(bodies[i]), bodies[i]);
        }
    }
}


static void
an_error_that_is_cut_off_gives_its_code_or_none(void **state)
{
    char    body[sizeof(meta_error)];
    size_t  len, whole;

    (void) state;

    whole = (size_t) (strstr(meta_error, "131047,") - meta_error) + 7;

    for (len = 0; len < sizeof(meta_error) - 1; len++) {
        memcpy(body, meta_error, len);
        body[len] = '\0';

        assert_int_equal(error_of(body), len < whole ? 0 : 131047);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_text_of_meta_answers_a_message),
        cmocka_unit_test(
            a_text_of_meta_goes_to_a_user_id_where_there_is_no_phone),
        cmocka_unit_test(a_contact_request_names_its_type_twice),
        cmocka_unit_test(a_text_of_twilio_is_a_form),
        cmocka_unit_test(the_code_of_an_error_is_read),
        cmocka_unit_test(other_members_and_strings_are_no_code),
        cmocka_unit_test(an_error_that_is_cut_off_gives_its_code_or_none)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
