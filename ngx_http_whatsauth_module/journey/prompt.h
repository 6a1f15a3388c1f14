
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A text that a login hangs on: the question for a hidden phone number, or a
 * PIN.  While the provider's API is busy it is sent again; to have it twice
 * does no harm.
 */


#ifndef _NGX_HTTP_WHATSAUTH_PROMPT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PROMPT_H_INCLUDED_


#include "journey/sending.h"


typedef struct ngx_http_whatsauth_prompt_s  ngx_http_whatsauth_prompt_t;

struct ngx_http_whatsauth_prompt_s {
    ngx_http_whatsauth_app_t          *app;
    ledger_channel_t                   channel;
    whatsauth_text_t                   text;
    ngx_http_whatsauth_destination_t   destination;

    /*
     * For a text with a button that asks for the number: the provider's word
     * for it, then the words to be tried after it, then NULL.  NULL: the text
     * alone.
     */
    const char *const                 *words;

    /* Called if it was not sent and will not be; NULL: nobody wants to know. */
    void                             (*unsent)(
                                       const ngx_http_whatsauth_prompt_t *p);

    /* The owner's. */
    uint64_t                           key;
    unsigned                           pin;

    ngx_uint_t                         attempt;    /* its own */
};


/*
 * Counts it against the budget of its kind.  NGX_DECLINED: that is used up,
 * and unsent is not called.
 */
ngx_int_t ngx_http_whatsauth_prompt_budget(
    const ngx_http_whatsauth_prompt_t *prompt,
    ngx_http_whatsauth_limited_t what);

/* Sends a copy of it. */
void ngx_http_whatsauth_prompt_send(const ngx_http_whatsauth_prompt_t *prompt);


#endif /* _NGX_HTTP_WHATSAUTH_PROMPT_H_INCLUDED_ */
