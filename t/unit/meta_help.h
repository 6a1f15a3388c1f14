
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Tools of the tests of Meta's payload: a body around a message. */


#ifndef _META_HELP_H_INCLUDED_
#define _META_HELP_H_INCLUDED_


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "protocol/meta.h"


#define BODY_SIZE  8192

#define METADATA                                                              \
    "\"metadata\":{\"display_phone_number\":\"+1 (555) 078-3881\","           \
    "\"phone_number_id\":\"106540352242922\"}"

#define TEXT(from, id, body)                                                  \
    "{\"from\":\"" from "\",\"id\":\"" id "\",\"timestamp\":\"1749416383\","  \
    "\"type\":\"text\",\"text\":{\"body\":\"" body "\"}}"


static inline whatsauth_batch_result_t
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


static inline void
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
static inline void
read_value(whatsauth_message_batch_t *batch, const char *members)
{
    char  body[BODY_SIZE];

    snprintf(body, sizeof(body), "{\"object\":\"whatsapp_business_account\","
             "\"entry\":[{\"id\":\"1\",\"changes\":[{\"value\":{%s},"
             "\"field\":\"messages\"}]}]}", members);

    read_body(batch, body);
}


/* Reads one message, an object without its braces. */
static inline void
read_one(whatsauth_message_batch_t *batch, const char *message)
{
    char  members[BODY_SIZE / 2];

    snprintf(members, sizeof(members), METADATA ",\"messages\":[{%s}]",
             message);

    read_value(batch, members);
    assert_int_equal(batch->n, 1);
}


static inline void
assert_text(const whatsauth_text_t *text, const char *expected)
{
    if (text->len != strlen(expected)
        || memcmp(text->data, expected, text->len) != 0)
    {
        fail_msg("\"%.*s\" is not \"%s\"", (int) text->len, text->data,
                 expected);
    }
}


#endif /* _META_HELP_H_INCLUDED_ */
