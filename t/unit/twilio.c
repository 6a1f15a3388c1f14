
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

#include "protocol/twilio.h"


#define ACCOUNT  "AC0123456789abcdef0123456789abcdef"

#define SIDS                                                                  \
    "SmsMessageSid=SM1f0e8ae6ade43cb3c0ce4525424e404f&NumMedia=0"             \
    "&SmsStatus=received&NumSegments=1&ApiVersion=2010-04-01"                 \
    "&MessageSid=SM1f0e8ae6ade43cb3c0ce4525424e404f&AccountSid=" ACCOUNT

#define TO    "&To=whatsapp%3A%2B56943426553"
#define FROM  "&From=whatsapp:%2B14155550100&WaId=14155550100"
#define BODY  "&Body=%3E%3E322c9a59dd%3C%3C%0AJust+tap%2C+please"
#define NAME  "&ProfileName=Jos%C3%A9+%2B"

#define WHATSAPP  SIDS TO FROM BODY NAME
#define SMS                                                                   \
    SIDS "&To=%2B56943426553&From=%2B14155550100&FromCity=&FromCountry=US" BODY


static whatsauth_batch_result_t
read_body(const char *body, whatsauth_message_batch_t *batch, char *reason)
{
    char                      *copy;
    size_t                     len;
    whatsauth_batch_result_t   result;

    /* Of exact size and gone afterwards: the batch must not need it. */
    len = strlen(body);
    copy = malloc(len == 0 ? 1 : len);
    assert_non_null(copy);
    memcpy(copy, body, len);

    result = whatsauth_twilio_read(copy, len, batch, reason);
    free(copy);

    return result;
}


static const whatsauth_message_t *
read_one(const char *body, whatsauth_message_batch_t *batch)
{
    char  reason[WHATSAUTH_BATCH_REASON_MAX];

    if (read_body(body, batch, reason) != WHATSAUTH_BATCH_OK) {
        fail_msg("%s: %s", body, reason);
    }

    assert_int_equal(batch->n, 1);
    assert_int_equal(batch->statuses, 0);
    assert_int_equal(batch->skipped, 0);

    return &batch->messages[0];
}


static void
assert_text(const whatsauth_text_t *text, const char *expected)
{
    assert_int_equal(text->len, strlen(expected));
    assert_memory_equal(text->data, expected, text->len);
}


static void
a_whatsapp_message_is_read(void **state)
{
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    message = read_one(WHATSAPP, &batch);

    assert_int_equal(message->kind, WHATSAUTH_MESSAGE_TEXT);
    assert_int_equal(message->channel, WHATSAUTH_CHANNEL_WHATSAPP);
    assert_text(&message->account, ACCOUNT);
    assert_text(&message->to, "56943426553");
    assert_text(&message->message_id, "SM1f0e8ae6ade43cb3c0ce4525424e404f");
    assert_text(&message->sender, "14155550100");
    assert_text(&message->user_id, "");
    assert_text(&message->profile_name, "Jos\xc3\xa9 +");
    assert_text(&message->text, ">>322c9a59dd<<\nJust tap, please");
    assert_text(&message->contact_phone, "");
    assert_int_equal(message->sent_at, 0);

    whatsauth_twilio_free(&batch);
}


static void
an_sms_is_told_by_its_addresses(void **state)
{
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    message = read_one(SMS, &batch);

    assert_int_equal(message->kind, WHATSAUTH_MESSAGE_TEXT);
    assert_int_equal(message->channel, WHATSAUTH_CHANNEL_SMS);
    assert_text(&message->to, "56943426553");
    assert_text(&message->sender, "14155550100");
    assert_text(&message->profile_name, "");

    whatsauth_twilio_free(&batch);
}


static void
assert_hidden(const char *sender, const char *user_id)
{
    char                        body[1024];
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;

    snprintf(body, sizeof(body), "%s%s", SIDS TO BODY, sender);
    message = read_one(body, &batch);

    assert_int_equal(message->kind, WHATSAUTH_MESSAGE_TEXT);
    assert_int_equal(message->channel, WHATSAUTH_CHANNEL_WHATSAPP);
    assert_text(&message->sender, "");
    assert_text(&message->user_id, user_id);

    whatsauth_twilio_free(&batch);
}


static void
a_user_who_hides_the_phone_has_a_user_id_and_no_sender(void **state)
{
    (void) state;

    assert_hidden("&From=whatsapp:US.13491208655302741918"
                  "&ExternalUserId=whatsapp:US.13491208655302741918",
                  "US.13491208655302741918");
    assert_hidden("&From=whatsapp:US.1349&ExternalUserId=whatsapp:US.1350",
                  "US.1349");
    assert_hidden("&From=whatsapp:US.13491208655302741918",
                  "US.13491208655302741918");
    assert_hidden("&From=&ExternalUserId=whatsapp%3AUS.13491208655302741918",
                  "US.13491208655302741918");
    assert_hidden("&ExternalUserId=US.13491208655302741918",
                  "US.13491208655302741918");

    /* WaId may hold any id. */
    assert_hidden("&From=whatsapp:US.1349&WaId=14155550100", "US.1349");
}


/* The end of a Body could pretend to be one. */
static void
a_user_id_beside_a_number_is_left_out(void **state)
{
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    message = read_one(WHATSAPP "&ExternalUserId=whatsapp:US.1349", &batch);
    assert_text(&message->sender, "14155550100");
    assert_text(&message->user_id, "");
    whatsauth_twilio_free(&batch);
}


static void
a_short_code_is_no_phone(void **state)
{
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    /* Eight digits, which with a plus would be a number. */
    message = read_one(SIDS "&To=22395&From=12345678" BODY, &batch);
    assert_int_equal(message->channel, WHATSAUTH_CHANNEL_SMS);
    assert_text(&message->sender, "");
    assert_text(&message->user_id, "");
    assert_text(&message->to, "22395");
    whatsauth_twilio_free(&batch);
}


static void
an_sms_may_come_to_a_short_code(void **state)
{
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    message = read_one(SIDS "&To=12345&From=%2B14155550100" BODY, &batch);
    assert_int_equal(message->channel, WHATSAUTH_CHANNEL_SMS);
    assert_text(&message->to, "12345");
    assert_text(&message->sender, "14155550100");
    whatsauth_twilio_free(&batch);

    message = read_one(SIDS "&To=%2B12345&From=%2B14155550100" BODY, &batch);
    assert_text(&message->to, "");
    whatsauth_twilio_free(&batch);

    message = read_one(SIDS "&To=whatsapp:12345" FROM BODY, &batch);
    assert_text(&message->to, "");
    whatsauth_twilio_free(&batch);
}


static whatsauth_message_kind_t
kind_of(const char *body)
{
    whatsauth_message_kind_t   kind;
    whatsauth_message_batch_t  batch;

    kind = read_one(body, &batch)->kind;
    whatsauth_twilio_free(&batch);

    return kind;
}


static void
a_forwarded_message_is_told(void **state)
{
    (void) state;

    assert_int_equal(kind_of(WHATSAPP "&Forwarded=true"),
                     WHATSAUTH_MESSAGE_FORWARDED);
    assert_int_equal(kind_of(WHATSAPP "&FrequentlyForwarded=true"),
                     WHATSAUTH_MESSAGE_FORWARDED);
    assert_int_equal(kind_of(WHATSAPP "&Forwarded=1"),
                     WHATSAUTH_MESSAGE_FORWARDED);

    assert_int_equal(kind_of(WHATSAPP "&Forwarded=false"
                             "&FrequentlyForwarded=false"),
                     WHATSAUTH_MESSAGE_TEXT);
    assert_int_equal(kind_of(WHATSAPP "&Forwarded="), WHATSAUTH_MESSAGE_TEXT);
}


static void
what_is_more_than_a_text_is_told(void **state)
{
    (void) state;

    assert_int_equal(kind_of(WHATSAPP "&MessageType=text"),
                     WHATSAUTH_MESSAGE_TEXT);
    assert_int_equal(kind_of(SMS "&MessageType=sms"), WHATSAUTH_MESSAGE_TEXT);

    assert_int_equal(kind_of(WHATSAPP "&MessageType=image"),
                     WHATSAUTH_MESSAGE_OTHER_TYPE);
    assert_int_equal(kind_of(WHATSAPP "&ButtonText=Yes&ButtonPayload=y"),
                     WHATSAUTH_MESSAGE_OTHER_TYPE);
    assert_int_equal(kind_of(WHATSAPP "&ButtonPayload=y"),
                     WHATSAUTH_MESSAGE_OTHER_TYPE);
    assert_int_equal(kind_of("AccountSid=AC1&MessageSid=SM1" TO FROM BODY
                             "&NumMedia=1&MediaUrl0=https://a.example"),
                     WHATSAUTH_MESSAGE_OTHER_TYPE);
    assert_int_equal(kind_of("AccountSid=AC1&MessageSid=SM1" TO FROM BODY),
                     WHATSAUTH_MESSAGE_TEXT);
}


static void
a_message_from_our_own_number_is_told(void **state)
{
    (void) state;

    assert_int_equal(kind_of(SIDS TO "&From=whatsapp:%2B56943426553" BODY),
                     WHATSAUTH_MESSAGE_OWN_NUMBER);
}


static void
a_replied_message_is_told(void **state)
{
    const whatsauth_message_t  *message;
    whatsauth_message_batch_t   batch;

    (void) state;

    message = read_one(WHATSAPP "&OriginalRepliedMessageSid=SM9", &batch);
    assert_text(&message->in_reply_to, "SM9");
    whatsauth_twilio_free(&batch);
}


static void
assert_no_message(const char *body, unsigned statuses, unsigned skipped)
{
    char                       reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_batch_t  batch;

    assert_int_equal(read_body(body, &batch, reason), WHATSAUTH_BATCH_OK);
    assert_int_equal(batch.n, 0);
    assert_int_equal(batch.statuses, statuses);
    assert_int_equal(batch.skipped, skipped);
    whatsauth_twilio_free(&batch);
}


static void
a_delivery_report_is_counted(void **state)
{
    (void) state;

    assert_no_message("SmsSid=SM1&SmsStatus=sent&MessageStatus=sent"
                      "&MessageSid=SM1&AccountSid=AC1" TO FROM, 1, 0);
}


/* A picture, a place, a reaction, a call. */
static void
whatever_has_no_text_is_passed_over(void **state)
{
    (void) state;

    assert_no_message("", 0, 1);
    assert_no_message("{\"entry\":[]}", 0, 1);
    assert_no_message(SIDS TO FROM "&MessageType=image&NumMedia=1"
                      "&MediaUrl0=https://a.example/", 0, 1);
    assert_no_message(SIDS TO FROM "&MessageType=location&Latitude=1.5"
                      "&Longitude=-2&Address=x&Label=y", 0, 1);
    assert_no_message("CallSid=CA1&From=client:x&To=client:y", 0, 1);
}


static void
names_that_are_not_known_are_told_once(void **state)
{
    unsigned                   i;
    const char                *names[] = { "Brandnew", "MediaUrlX" };
    whatsauth_message_batch_t  batch;

    (void) state;

    (void) read_one(WHATSAPP "&Brandnew=1&MediaUrlX=&MediaUrl0=a&MediaUrl10=b"
                    "&Brandnew=2&ChannelMetadata={}", &batch);

    assert_int_equal(batch.unknown_n, 2);

    for (i = 0; i < 2; i++) {
        assert_text(&batch.unknown[i], names[i]);
    }

    whatsauth_twilio_free(&batch);

    (void) read_one(WHATSAPP "&A=&B=&C=&D=&E=&F=&G=&H=&I=&J=", &batch);
    assert_int_equal(batch.unknown_n, WHATSAUTH_BATCH_UNKNOWN_MAX);
    whatsauth_twilio_free(&batch);
}


static void
a_message_of_another_channel_is_passed_over(void **state)
{
    (void) state;

    assert_no_message(SIDS "&To=messenger:1&From=messenger:2" BODY, 0, 1);
    assert_no_message(SIDS "&To=rcs:a&From=rcs:%2B14155550100" BODY, 0, 1);
    assert_no_message(SIDS "&To=Whatsapp:%2B56943426553"
                      "&From=Whatsapp:%2B14155550100" BODY, 0, 1);
    assert_no_message(SIDS "&To=%2B56943426553&From=MYBANK" BODY, 0, 1);
}


static void
assert_invalid(const char *body, const char *expected)
{
    char                       reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_batch_t  batch;

    assert_int_equal(read_body(body, &batch, reason),
                     WHATSAUTH_BATCH_INVALID);
    assert_string_equal(reason, expected);
}


static void
a_body_that_lacks_a_field_is_invalid(void **state)
{
    (void) state;

    assert_invalid("Body=", "no field \"AccountSid\"");
    assert_invalid("MessageSid=SM1" TO FROM BODY, "no field \"AccountSid\"");
    assert_invalid("AccountSid=AC1" TO FROM BODY, "no field \"MessageSid\"");
    assert_invalid("AccountSid=AC1&MessageSid=" TO FROM BODY,
                   "no field \"MessageSid\"");
    assert_invalid(SIDS FROM BODY, "no field \"To\"");
    assert_invalid(SIDS TO BODY, "no field \"From\"");
    assert_invalid(SIDS TO "&From=" BODY, "no field \"From\"");
}


static void
an_empty_text_is_a_message(void **state)
{
    (void) state;

    assert_int_equal(kind_of(SIDS TO FROM "&Body="), WHATSAUTH_MESSAGE_TEXT);
}


static void
both_addresses_are_of_one_channel(void **state)
{
    (void) state;

    assert_invalid(SIDS TO "&From=%2B14155550100" BODY,
                   "From and To are of different channels");
    assert_invalid(SIDS "&To=%2B56943426553" FROM BODY,
                   "From and To are of different channels");
}


static void
a_body_beyond_the_limit_is_invalid(void **state)
{
    char                       *body;
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_batch_t   batch;

    (void) state;

    body = malloc(WHATSAUTH_TWILIO_BODY_MAX + 1);
    assert_non_null(body);
    memset(body, 'a', WHATSAUTH_TWILIO_BODY_MAX + 1);
    memcpy(body, WHATSAPP "&x=", sizeof(WHATSAPP "&x=") - 1);

    assert_int_equal(whatsauth_twilio_read(body, WHATSAUTH_TWILIO_BODY_MAX,
                                           &batch, reason),
                     WHATSAUTH_BATCH_OK);
    assert_int_equal(batch.n, 1);
    whatsauth_twilio_free(&batch);

    assert_int_equal(whatsauth_twilio_read(body, WHATSAUTH_TWILIO_BODY_MAX + 1,
                                           &batch, reason),
                     WHATSAUTH_BATCH_INVALID);
    assert_string_equal(reason, "too long");

    free(body);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_whatsapp_message_is_read),
        cmocka_unit_test(an_sms_is_told_by_its_addresses),
        cmocka_unit_test(
            a_user_who_hides_the_phone_has_a_user_id_and_no_sender),
        cmocka_unit_test(a_user_id_beside_a_number_is_left_out),
        cmocka_unit_test(an_sms_may_come_to_a_short_code),
        cmocka_unit_test(a_short_code_is_no_phone),
        cmocka_unit_test(a_forwarded_message_is_told),
        cmocka_unit_test(what_is_more_than_a_text_is_told),
        cmocka_unit_test(a_message_from_our_own_number_is_told),
        cmocka_unit_test(a_replied_message_is_told),
        cmocka_unit_test(a_delivery_report_is_counted),
        cmocka_unit_test(whatever_has_no_text_is_passed_over),
        cmocka_unit_test(names_that_are_not_known_are_told_once),
        cmocka_unit_test(a_message_of_another_channel_is_passed_over),
        cmocka_unit_test(a_body_that_lacks_a_field_is_invalid),
        cmocka_unit_test(an_empty_text_is_a_message),
        cmocka_unit_test(both_addresses_are_of_one_channel),
        cmocka_unit_test(a_body_beyond_the_limit_is_invalid)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
