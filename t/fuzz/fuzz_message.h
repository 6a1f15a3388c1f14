
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The promises of a batch of messages, from any provider.
 */


#ifndef _FUZZ_MESSAGE_H_INCLUDED_
#define _FUZZ_MESSAGE_H_INCLUDED_


#include "fuzz.h"
#include "protocol/message.h"
#include "protocol/phone.h"


/* All of a message's texts stand side by side. */
#define FUZZ_MESSAGE_TEXTS  9

_Static_assert(offsetof(whatsauth_message_t, sent_at)
               - offsetof(whatsauth_message_t, account)
               == FUZZ_MESSAGE_TEXTS * sizeof(whatsauth_text_t),
               "a text was added or removed");


static inline const whatsauth_text_t *
fuzz_message_text(const whatsauth_message_t *message, unsigned i)
{
    return (const whatsauth_text_t *) &message->account + i;
}


static inline void
fuzz_check_number(const whatsauth_text_t *number)
{
    fuzz_check(number->len == 0 || whatsauth_phone_is_digits(number));
}


static inline void
fuzz_check_message(const whatsauth_message_t *message)
{
    int  own;

    fuzz_check_number(&message->sender);
    fuzz_check(message->to.len == 0 || whatsauth_phone_is_digits(&message->to)
               || message->channel == WHATSAUTH_CHANNEL_SMS);
    fuzz_check_number(&message->contact_phone);

    fuzz_check(message->kind <= WHATSAUTH_MESSAGE_CHANGED);
    fuzz_check(message->contact_phone.len == 0
               || message->kind == WHATSAUTH_MESSAGE_CONTACT);

    own = whatsauth_phone_same(&message->sender, &message->to);

    fuzz_check(own == (message->kind == WHATSAUTH_MESSAGE_OWN_NUMBER));
}


/* A reason goes into a log: one line, and all of it printable. */
static inline void
fuzz_check_reason(const char *reason)
{
    size_t  i, len;

    len = strnlen(reason, WHATSAUTH_BATCH_REASON_MAX);
    fuzz_check(len != 0 && len < WHATSAUTH_BATCH_REASON_MAX);

    for (i = 0; i < len; i++) {
        fuzz_check(reason[i] >= ' ' && reason[i] <= '~');
    }
}


static inline void
fuzz_check_same(const whatsauth_message_batch_t *a,
    const whatsauth_message_batch_t *b)
{
    size_t                      i;
    unsigned                    k;
    const whatsauth_message_t  *one, *two;

    fuzz_check(a->n == b->n && a->statuses == b->statuses
               && a->errors == b->errors && a->skipped == b->skipped);

    for (i = 0; i < a->n; i++) {
        one = &a->messages[i];
        two = &b->messages[i];

        fuzz_check(one->kind == two->kind && one->channel == two->channel
                   && one->sent_at == two->sent_at
                   && one->bad_timestamp == two->bad_timestamp);

        for (k = 0; k < FUZZ_MESSAGE_TEXTS; k++) {
            fuzz_check(whatsauth_text_equal(fuzz_message_text(one, k),
                                            fuzz_message_text(two, k)));
        }
    }
}


#endif /* _FUZZ_MESSAGE_H_INCLUDED_ */
