
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>

#include "text_help.h"
#include "protocol/meta.h"


#define USER   "\"from_user_id\":\"US.13491208655302741918\","
#define PHONE  "{\"phone\":\"+1 (650) 555-1234\",\"wa_id\":\"16505551234\"," \
               "\"type\":\"CELL\"}"
#define CARD   "{\"origin\":\"contact_request\",\"phones\":[" PHONE "]}"


/* Reads one message of type contacts: members of its own, then its cards. */
static const whatsauth_message_t *
read_contact(whatsauth_message_batch_t *batch, const char *members,
    const char *cards)
{
    char  body[4096], reason[WHATSAUTH_BATCH_REASON_MAX];
    int   len;

    len = snprintf(body, sizeof(body),
                   "{\"entry\":[{\"changes\":[{\"field\":\"messages\","
                   "\"value\":{\"metadata\":{\"display_phone_number\":"
                   "\"15550783881\",\"phone_number_id\":\"106540352242922\"},"
                   "\"messages\":[{%s\"id\":\"wamid.2\",\"timestamp\":"
                   "\"1749416383\",\"type\":\"contacts\",\"contacts\":%s}]}"
                   "}]}]}", members, cards);

    assert_true(len < (int) sizeof(body));

    if (whatsauth_meta_read(body, (size_t) len, batch, reason)
        != WHATSAUTH_BATCH_OK)
    {
        fail_msg("%s: %s", body, reason);
    }

    assert_int_equal(batch->n, 1);

    return &batch->messages[0];
}


static void
assert_contact(const char *members, const char *cards, const char *expected)
{
    whatsauth_text_t            phone;
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;

    message = read_contact(&batch, members, cards);

    phone = text_of(expected);

    if (!whatsauth_text_equal(&message->contact_phone, &phone)) {
        fail_msg("not \"%s\" of %s%s", expected, members, cards);
    }

    whatsauth_meta_free(&batch);
}


static void
the_answer_to_a_contact_request_gives_the_number(void **state)
{
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    message = read_contact(&batch, USER "\"context\":{\"from\":"
                           "\"15550783881\",\"id\":\"wamid.1\"},",
                           "[" CARD "]");

    assert_int_equal(message->kind, WHATSAUTH_MESSAGE_CONTACT);
    assert_int_equal(message->sender.len, 0);
    assert_string_equal(message->user_id.data, "US.13491208655302741918");
    assert_string_equal(message->contact_phone.data, "16505551234");
    assert_string_equal(message->in_reply_to.data, "wamid.1");

    whatsauth_meta_free(&batch);
}


static void
a_number_is_taken_in_the_spelling_of_wa_id(void **state)
{
    (void) state;

    assert_contact(USER, "[{\"origin\":\"contact_request\",\"phones\":[{"
                   "\"phone\":\"16505551234\",\"wa_id\":\"+16505551234\"}]}]",
                   "16505551234");
    assert_contact(USER, "[{\"origin\":\"contact_request\",\"phones\":[{"
                   "\"phone\":\"+55 11 98765-4321\","
                   "\"wa_id\":\"551187654321\"}]}]", "551187654321");
}


static void
a_card_that_was_not_asked_for_gives_no_number(void **state)
{
    (void) state;

    assert_contact(USER, "[{\"origin\":\"other\",\"phones\":[" PHONE "]}]",
                   "");
    assert_contact(USER, "[{\"origin\":\"Contact_Request\",\"phones\":["
                   PHONE "]}]", "");
    assert_contact(USER, "[{\"origin\":true,\"phones\":[" PHONE "]}]", "");
    assert_contact(USER, "[{\"phones\":[" PHONE "]}]", "");
    assert_contact(USER "\"origin\":\"contact_request\",",
                   "[{\"phones\":[" PHONE "]}]", "");
}


static void
anything_but_one_number_gives_none(void **state)
{
    (void) state;

    assert_contact(USER, "[" CARD "," CARD "]", "");
    assert_contact(USER, "[{\"origin\":\"contact_request\",\"phones\":["
                   PHONE "," PHONE "]}]", "");
    assert_contact(USER, "[{\"origin\":\"contact_request\",\"phones\":[]}]",
                   "");
    assert_contact(USER, "[{\"origin\":\"contact_request\"}]", "");
    assert_contact(USER, "[{\"origin\":\"contact_request\",\"phones\":"
                   PHONE "}]", "");
    assert_contact(USER, "[{\"origin\":\"contact_request\",\"phones\":["
                   "\"16505551234\"]}]", "");
    assert_contact(USER, "[]", "");
    assert_contact(USER, "{}", "");
    assert_contact(USER, "null", "");
}


static void
assert_phone(const char *phone, const char *expected)
{
    char  cards[512];

    snprintf(cards, sizeof(cards), "[{\"origin\":\"contact_request\","
             "\"phones\":[{%s}]}]", phone);

    assert_contact(USER, cards, expected);
}


static void
a_number_without_an_equal_wa_id_is_none(void **state)
{
    (void) state;

    assert_phone("\"phone\":\"+16505551234\",\"wa_id\":\"16505551234\"",
                 "16505551234");

    assert_phone("\"phone\":\"+16505551235\",\"wa_id\":\"16505551234\"", "");
    assert_phone("\"phone\":\"6505551234\",\"wa_id\":\"16505551234\"", "");
    assert_phone("\"phone\":\"+16505551234\"", "");
    assert_phone("\"wa_id\":\"16505551234\"", "");
    assert_phone("\"phone\":\"\",\"wa_id\":\"\"", "");
    assert_phone("\"phone\":16505551234,\"wa_id\":16505551234",
                 "16505551234");
    assert_phone("\"phone\":16505551235,\"wa_id\":16505551234", "");
    assert_phone("\"phone\":0,\"wa_id\":0", "");
    assert_phone("\"phone\":\"US.1349\",\"wa_id\":\"US.1349\"", "");
    assert_phone("\"phone\":\"123456\",\"wa_id\":\"123456\"", "");
    assert_phone("\"phone\":\"+16505551234\",\"wa_id\":\"1 6505551234\"", "");
}


static void
an_answer_without_a_user_id_gives_no_number(void **state)
{
    (void) state;

    assert_contact("", "[" CARD "]", "");
    assert_contact("\"from_user_id\":\"\",", "[" CARD "]", "");
    assert_contact("\"from\":\"16505551234\",", "[" CARD "]", "");
}


static void
the_number_of_a_known_sender_must_be_the_senders(void **state)
{
    (void) state;

    assert_contact(USER "\"from\":\"16505551234\",", "[" CARD "]",
                   "16505551234");
    assert_contact(USER "\"from\":\"16505551235\",", "[" CARD "]", "");
}


static void
a_forwarded_answer_or_one_in_a_group_gives_no_number(void **state)
{
    (void) state;

    assert_contact(USER "\"context\":{\"forwarded\":true},", "[" CARD "]",
                   "");
    assert_contact(USER "\"group_id\":\"G1\",", "[" CARD "]", "");
}


static void
a_text_never_gives_a_number(void **state)
{
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;
    static const char           body[] =
        "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{"
        "\"messages\":[{" USER "\"type\":\"text\",\"text\":{\"body\":\"x\"},"
        "\"context\":{\"id\":\"wamid.1\"},\"contacts\":[" CARD "]}]}}]}]}";

    (void) state;

    assert_int_equal(whatsauth_meta_read(body, sizeof(body) - 1, &batch,
                                         reason), WHATSAUTH_BATCH_OK);
    message = &batch.messages[0];
    assert_int_equal(message->kind, WHATSAUTH_MESSAGE_TEXT);
    assert_int_equal(message->contact_phone.len, 0);
    assert_string_equal(message->in_reply_to.data, "wamid.1");
    whatsauth_meta_free(&batch);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_answer_to_a_contact_request_gives_the_number),
        cmocka_unit_test(a_number_is_taken_in_the_spelling_of_wa_id),
        cmocka_unit_test(a_card_that_was_not_asked_for_gives_no_number),
        cmocka_unit_test(anything_but_one_number_gives_none),
        cmocka_unit_test(a_number_without_an_equal_wa_id_is_none),
        cmocka_unit_test(an_answer_without_a_user_id_gives_no_number),
        cmocka_unit_test(the_number_of_a_known_sender_must_be_the_senders),
        cmocka_unit_test(a_forwarded_answer_or_one_in_a_group_gives_no_number),
        cmocka_unit_test(a_text_never_gives_a_number)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
