
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A gateway of any vendor: JSON pointers say where its webhook has what is
 * needed, and a template says what its API wants to be posted.
 */


#ifndef _WHATSAUTH_GATEWAY_H_INCLUDED_
#define _WHATSAUTH_GATEWAY_H_INCLUDED_


#include "message.h"
#include "reply.h"


#define WHATSAUTH_GATEWAY_BODY_MAX      1048576   /* bytes */
#define WHATSAUTH_GATEWAY_TEMPLATE_MAX  1024


/* Valid JSON pointers; an empty one: the vendor does not tell. */
typedef struct {
    whatsauth_text_t   text;
    whatsauth_text_t   sender;
    whatsauth_text_t   id;
    whatsauth_text_t   time;
    whatsauth_text_t   profile;
    whatsauth_text_t   to;
} whatsauth_gateway_format_t;


/*
 * Reads a webhook body, JSON as in json_body.h, which is one message.  It is
 * NO_TEXT if no string is where its text should be: vendors post reports and
 * pictures to the same URL.
 *
 * A sender is a number in digits, with or without "+"; "whatsapp:" may stand
 * before it, "@c.us" or "@s.whatsapp.net" after it.  An address that ends in
 * "@g.us" or "@broadcast" makes the message a GROUP.  Any other sender counts
 * as one who hides the phone number, and has no user id.  Numbers and ids may
 * be positive integers.
 *
 * A time as in timestamp.h; one that is absent or null means now.
 *
 * *batch is filled only for OK and then freed with whatsauth_gateway_free();
 * its texts live as long.  reason (REASON_MAX bytes) is filled for INVALID.
 * Safe in any thread, as whatsauth_meta_read() is.
 */
whatsauth_batch_result_t whatsauth_gateway_read(
    const whatsauth_gateway_format_t *format, const char *body, size_t len,
    whatsauth_message_batch_t *batch, char *reason);
void whatsauth_gateway_free(whatsauth_message_batch_t *batch);


/*
 * A template is JSON with $to and $text inside of strings; it writes a dollar
 * as \u0024.  Returns what is wrong with it, as "is not JSON", or NULL.
 */
const char *whatsauth_gateway_template_problem(
    const whatsauth_text_t *template);

/*
 * A template without a problem, $to and $text replaced by the digits and the
 * text of the reply, which cannot end the string that they are put into.
 * Returns a zero-terminated string to be freed with free(), or NULL when
 * memory is out; *len is its length.
 */
char *whatsauth_gateway_reply(const whatsauth_text_t *template,
    const whatsauth_reply_t *reply, size_t *len);


#endif /* _WHATSAUTH_GATEWAY_H_INCLUDED_ */
