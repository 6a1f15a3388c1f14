
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The content of a provider's POST in words that are of no provider: a batch
 * of messages to one or several of our numbers.
 */


#ifndef _WHATSAUTH_MESSAGE_H_INCLUDED_
#define _WHATSAUTH_MESSAGE_H_INCLUDED_


#include "text.h"


/* Kinds of messages; only TEXT and CONTACT can validate a code. */
typedef enum {
    WHATSAUTH_MESSAGE_TEXT = 0,     /* a 1:1 text by a user: the good case */
    WHATSAUTH_MESSAGE_OTHER_TYPE,   /* image, button, reaction, system, ... */
    WHATSAUTH_MESSAGE_FORWARDED,
    WHATSAUTH_MESSAGE_GROUP,
    WHATSAUTH_MESSAGE_EDIT,
    WHATSAUTH_MESSAGE_OWN_NUMBER,   /* the sender is our own number */
    WHATSAUTH_MESSAGE_NO_TEXT,      /* no text where a gateway must have it */
    WHATSAUTH_MESSAGE_CONTACT,      /* a card, sent for our contact request */
    WHATSAUTH_MESSAGE_CHANGED       /* the provider's own: the sender's number
                                       or device may be another's now */
} whatsauth_message_kind_t;


typedef enum {
    WHATSAUTH_CHANNEL_WHATSAPP = 0,
    WHATSAUTH_CHANNEL_SMS
} whatsauth_channel_t;


/* Absent members are empty texts. */
typedef struct {
    whatsauth_message_kind_t  kind;
    whatsauth_channel_t       channel;
    unsigned                  bad_timestamp:1;  /* there, but cannot be read */

    whatsauth_text_t   account;         /* whose message it is, as the provider
                                           calls it: Meta's phone_number_id,
                                           Twilio's AccountSid */
    whatsauth_text_t   to;              /* digits of our number */

    whatsauth_text_t   message_id;
    whatsauth_text_t   sender;          /* digits; empty: phone hidden */
    whatsauth_text_t   user_id;         /* business-scoped user id */
    whatsauth_text_t   profile_name;    /* UTF-8 as sent, not yet cleaned */
    whatsauth_text_t   text;            /* as the user wrote it; also that of
                                           an edit or a caption, so that the
                                           log can report an ignored code */
    whatsauth_text_t   in_reply_to;     /* id of the message it answers */
    whatsauth_text_t   contact_phone;   /* digits; of a CONTACT that holds the
                                           sender's own number */
    uint64_t           sent_at;         /* unix milliseconds; 0: none */
} whatsauth_message_t;


/* Names of unknown fields, at most so many. */
#define WHATSAUTH_BATCH_UNKNOWN_MAX  8

typedef struct {
    whatsauth_message_t  *messages;
    size_t                n;

    unsigned              statuses;     /* delivery reports, only counted */
    unsigned              errors;       /* provider error objects */
    unsigned              skipped;      /* values of a shape we do not know */
    whatsauth_text_t      unknown[WHATSAUTH_BATCH_UNKNOWN_MAX];
    unsigned              unknown_n;    /* fields that the provider added */
    void                 *owner;        /* of the memory of the texts */
} whatsauth_message_batch_t;


/* The result of reading a body. */
typedef enum {
    WHATSAUTH_BATCH_OK = 0,
    WHATSAUTH_BATCH_INVALID,            /* not JSON, too deep, wrong shape */
    WHATSAUTH_BATCH_NO_MEMORY
} whatsauth_batch_result_t;

/* Bytes of the sentence about an INVALID body: position, reason, no content. */
#define WHATSAUTH_BATCH_REASON_MAX  160


#endif /* _WHATSAUTH_MESSAGE_H_INCLUDED_ */
