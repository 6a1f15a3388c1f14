
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_PARAMETERS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PARAMETERS_H_INCLUDED_


#include "kit/app.h"
#include "kit/result.h"

#include "ledger/ledger.h"
#include "protocol/phone.h"


#define NGX_HTTP_WHATSAUTH_MESSAGE_MAX  512      /* bytes of UTF-8 */


/* What a request for a code asks for; an empty text was not given. */
typedef struct {
    ngx_uint_t               page;         /* by a page's token: given */

    whatsauth_text_t         callback_url;
    whatsauth_text_t         expires_at;
    whatsauth_text_t         link_message;
    whatsauth_text_t         response_message;
    whatsauth_text_t         expiration_message;
    whatsauth_text_t         failure_message;
    whatsauth_text_t         qr;
    whatsauth_text_t         channel;
    whatsauth_phone_list_t   authorized_numbers;

    /* What follows from it and from the app's defaults. */
    whatsauth_url_t          callback;
    uint64_t                 lifetime;     /* milliseconds */
    ledger_channel_t     sent_by;
    ngx_uint_t               qr_wanted;
} ngx_http_whatsauth_parameters_t;


/*
 * Reads a query or form.  Returns NONE, or what to answer with *detail, which
 * names the parameter.
 */
ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters(
    ngx_http_request_t *r, ngx_http_whatsauth_app_t *app,
    const whatsauth_text_t *form, ngx_http_whatsauth_parameters_t *parameters,
    const char **detail);

/* NULL if text may be sent to users, else what is wrong with it. */
const char *ngx_http_whatsauth_message_problem(const whatsauth_text_t *text);
const char *ngx_http_whatsauth_link_message_problem(
    const whatsauth_text_t *text);


#endif /* _NGX_HTTP_WHATSAUTH_PARAMETERS_H_INCLUDED_ */
