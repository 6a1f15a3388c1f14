
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The parameters of a code, as a query or form names them, checked against the
 * app.  Each step returns NONE, or the result to refuse the code with, and then
 * detail says why and names the parameter:
 *
 *    ngx_http_whatsauth_parameters_start()    whose code it is to be
 *    ngx_http_whatsauth_parameters_read()     what is given
 *    ngx_http_whatsauth_parameters_check()    what follows for this app
 */


#ifndef _NGX_HTTP_WHATSAUTH_PARAMETERS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PARAMETERS_H_INCLUDED_


#include "kit/app.h"
#include "kit/result.h"

#include "ledger/ledger.h"
#include "protocol/phone.h"


#define NGX_HTTP_WHATSAUTH_REPLY_TEXT_MAX  512   /* bytes of UTF-8 */


/* As they are given; an empty text is not given. */
typedef struct {
    whatsauth_text_t           callback_url;
    whatsauth_text_t           expires_at;
    whatsauth_text_t           link_message;
    whatsauth_text_t           response_message;
    whatsauth_text_t           expiration_message;
    whatsauth_text_t           failure_message;
    whatsauth_text_t           qr;
    whatsauth_text_t           claim;
    whatsauth_text_t           channel;
    whatsauth_phone_list_t     authorized_numbers;
} ngx_http_whatsauth_parameters_given_t;


typedef struct {
    ngx_pool_t                *pool;        /* holds the texts */
    ngx_http_whatsauth_app_t  *app;
    const char                *detail;      /* of a refusal */

    ngx_http_whatsauth_parameters_given_t   given;

    /* Set by check(), from what is given and the app's defaults. */
    whatsauth_url_t            callback;
    uint64_t                   lifetime;    /* milliseconds */
    ledger_channel_t           channel;

    unsigned                   page:1;      /* a page asks: it may set less */
    unsigned                   qr:1;        /* an image of the link */
    unsigned                   claim:1;     /* a claim besides the code */
    unsigned                   checked:1;
} ngx_http_whatsauth_parameters_t;


/* pool and app must live as long as the parameters. */
ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_start(
    ngx_http_whatsauth_parameters_t *p, ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ngx_uint_t page);

ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_read(
    ngx_http_whatsauth_parameters_t *p, const whatsauth_text_t *form);

ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_check(
    ngx_http_whatsauth_parameters_t *p);

/* NULL if text may be sent to users, else what is wrong with it. */
const char *ngx_http_whatsauth_parameters_reply_text_problem(
    const whatsauth_text_t *text);
const char *ngx_http_whatsauth_parameters_link_message_problem(
    const whatsauth_text_t *text);


#endif /* _NGX_HTTP_WHATSAUTH_PARAMETERS_H_INCLUDED_ */
