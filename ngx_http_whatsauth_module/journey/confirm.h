
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A PIN that is typed into the page, or asked for again.  Nothing here knows of
 * HTTP.
 */


#ifndef _NGX_HTTP_WHATSAUTH_CONFIRM_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CONFIRM_H_INCLUDED_


#include "journey/by_claim.h"
#include "kit/conf.h"

#include "protocol/phone.h"


typedef struct {
    ngx_http_whatsauth_result_t         result;  /* NONE: as was asked */
    const char                         *detail;  /* of any other */
    ngx_uint_t                          tries_left;  /* with PIN_WRONG */
    time_t                              wait;    /* seconds until the number
                                                    may try again, or 0 */
} ngx_http_whatsauth_confirmed_t;

typedef void (*ngx_http_whatsauth_confirmed_pt)(void *data,
    const ngx_http_whatsauth_confirmed_t *confirmed);

typedef struct {
    /* Given. */
    ngx_http_whatsauth_main_conf_t     *conf;
    ngx_http_whatsauth_app_t           *app;
    whatsauth_token_t                   claim;
    whatsauth_text_t                    pin;     /* as it was typed */
    unsigned                            resend:1;   /* or: to be sent again */
    ngx_http_whatsauth_confirmed_pt     done;
    void                               *data;

    ngx_http_whatsauth_by_claim_t       by_claim;
    char                                typed[WHATSAUTH_PIN_LEN];
    char                                subject[WHATSAUTH_PHONE_DIGITS_MAX];
    time_t                              wait;
} ngx_http_whatsauth_confirm_t;


/* Calls done as ngx_http_whatsauth_by_claim() calls end. */
void ngx_http_whatsauth_confirm(ngx_http_whatsauth_confirm_t *confirm);
void ngx_http_whatsauth_confirm_forget(void *confirm);


#endif /* _NGX_HTTP_WHATSAUTH_CONFIRM_H_INCLUDED_ */
