
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Replies to users through a provider's API, and the API's answers.
 * Sources: developers.facebook.com/docs/whatsapp/cloud-api/reference/messages,
 * twilio.com/docs/messaging/api/message-resource
 */


#ifndef _WHATSAUTH_REPLY_H_INCLUDED_
#define _WHATSAUTH_REPLY_H_INCLUDED_


#include "message.h"


typedef struct {
    whatsauth_channel_t   channel;      /* Meta's is always WhatsApp */
    whatsauth_text_t      from;         /* our number as in whatsauth_app, with
                                        its plus: Twilio only */
    whatsauth_text_t      phone;        /* digits of the user's, or empty */
    whatsauth_text_t      user_id;      /* looked at if phone is empty */
    whatsauth_text_t      message_id;   /* the user's message: Meta only */
    whatsauth_text_t      text;         /* well-formed UTF-8, as all here */
} whatsauth_reply_t;


/* Meta's reference shows one name, Meta's partners use the other. */
#define WHATSAUTH_REPLY_REQUEST_CONTACT_INFO  "request_contact_info"
#define WHATSAUTH_REPLY_CONTACT_REQUEST       "contact_request"


/*
 * Bodies for POST: JSON for .../PHONE_NUMBER_ID/messages of Meta, a form for
 * .../Messages.json of Twilio.  Each returns a zero-terminated string to be
 * freed with free(), or NULL when memory is out; *len is its length.
 */
char *whatsauth_reply_meta_text(const whatsauth_reply_t *reply, size_t *len);
char *whatsauth_reply_twilio_text(const whatsauth_reply_t *reply,
    size_t *len);

/*
 * The same for a message with a button by which the user sends us the phone
 * number.  type is one of the two words above.
 */
char *whatsauth_reply_meta_contact_request(const whatsauth_reply_t *reply,
    const char *type, size_t *len);

/*
 * The code in an API's error answer, even if only its first bytes are there:
 * {"error":{"code":N of Meta or {"code":N of Twilio.  0 if there is none.  The
 * words beside it may hold numbers or texts and must not appear in logs.
 */
uint32_t whatsauth_reply_error(const whatsauth_text_t *body);


#endif /* _WHATSAUTH_REPLY_H_INCLUDED_ */
