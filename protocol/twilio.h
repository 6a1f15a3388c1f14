
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Twilio's webhook for incoming messages, WhatsApp and SMS.
 * Sources: twilio.com/docs/messaging/guides/webhook-request,
 * twilio.com/docs/usage/security (X-Twilio-Signature)
 */


#ifndef _WHATSAUTH_TWILIO_H_INCLUDED_
#define _WHATSAUTH_TWILIO_H_INCLUDED_


#include "form.h"
#include "message.h"


/*
 * Twilio sends a text of 1600 characters and about forty short fields, and
 * adds fields over time.  The limits bound the time for sorting the fields of
 * an unverified request.
 */
#define WHATSAUTH_TWILIO_BODY_MAX    65536
#define WHATSAUTH_TWILIO_FIELDS_MAX  1000

#define WHATSAUTH_TWILIO_MAC_LEN     20      /* HMAC-SHA1 */

/* URLs with and without the port, with and without the user. */
#define WHATSAUTH_TWILIO_URLS_MAX    4


/* The URL that Twilio called, in parts, and the body. */
typedef struct {
    whatsauth_text_t   scheme;     /* "https" or "http" */
    whatsauth_text_t   host;       /* with its port or not; not the client's */
    whatsauth_text_t   userinfo;   /* "user:password" of HTTP Basic, decoded;
                                      usually empty */
    whatsauth_text_t   target;     /* raw: path and query as on the wire */
    whatsauth_text_t   body;       /* raw, application/x-www-form-urlencoded */
} whatsauth_twilio_request_t;


/* The texts that the signature may cover; their memory is in owner. */
typedef struct {
    whatsauth_text_t    contents[WHATSAUTH_TWILIO_URLS_MAX];
    size_t              n;

    whatsauth_field_t  *fields;    /* sorted, in contents[0] */
    size_t              fields_n;
    void               *owner;
} whatsauth_twilio_signed_t;


/*
 * 1 if a raw request target is path, followed by nothing or by "?" and app,
 * api_token and auth_token, each at most once, of letters, digits and "._~-".
 */
int whatsauth_twilio_is_target(const whatsauth_text_t *target,
    const whatsauth_text_t *path);

/* Reads X-Twilio-Signature. Returns 0, or -1 if it is none. */
int whatsauth_twilio_signature_parse(const whatsauth_text_t *header,
    uint8_t mac[WHATSAUTH_TWILIO_MAC_LEN]);

/*
 * Lays out the signed text once for all tokens: the URL, then every distinct
 * pair of a field's name and value, sorted, decoded.  Twilio is not consistent
 * about default ports, so each URL that it may mean becomes one of the
 * contents.  A client cannot choose how they differ: a userinfo counts only if
 * user and password are letters, digits and "._~-".
 * A body over BODY_MAX or FIELDS_MAX has no contents, and no token verifies.
 * Returns 0, or -1 when memory is out.  After 0 free with
 * whatsauth_twilio_signed_free().
 */
int whatsauth_twilio_signed(const whatsauth_twilio_request_t *request,
    whatsauth_twilio_signed_t *content);
void whatsauth_twilio_signed_free(whatsauth_twilio_signed_t *content);

/*
 * 1 if mac was made with this auth token, which must not be empty; 0 if not;
 * -1 if the crypto library failed.  Takes the same time for every mac.
 */
int whatsauth_twilio_verify(const whatsauth_twilio_signed_t *content,
    const whatsauth_text_t *token,
    const uint8_t mac[WHATSAUTH_TWILIO_MAC_LEN]);


/*
 * 1 if the signed text, URL and fields without separators, cannot be cut into
 * another message, see twilio_reading.c; else 0, and reason (REASON_MAX bytes)
 * says why.  Danger: a signature alone proves nothing.
 */
int whatsauth_twilio_is_one_reading(const whatsauth_twilio_signed_t *content,
    char *reason);


/*
 * Reads a form body: one message, or none if it is a delivery report (counted
 * in statuses), has no text, or is of a channel that is neither WhatsApp nor
 * SMS (skipped).  A text without MessageSid, AccountSid, To or any sender is
 * INVALID.  Twilio vouches for From and replies to it; the batch has a user id
 * only where From has no number.  It lists the names of unknown fields.
 *
 * *batch is filled only for OK and then freed with whatsauth_twilio_free();
 * its texts live as long and do not point into body.  reason (REASON_MAX
 * bytes) is filled for INVALID.
 */
whatsauth_batch_result_t whatsauth_twilio_read(const char *body, size_t len,
    whatsauth_message_batch_t *batch, char *reason);
void whatsauth_twilio_free(whatsauth_message_batch_t *batch);


#endif /* _WHATSAUTH_TWILIO_H_INCLUDED_ */
