
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_OFFER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OFFER_H_INCLUDED_


#include "journey/issue.h"
#include "login/render.h"


/* All that a person needs to send a code; it lives in the request's pool. */
typedef struct {
    ngx_str_t          id;
    ngx_str_t          link;
    ngx_str_t          deep_link;
    ngx_str_t          number;       /* that is written to */
    ngx_str_t          text;         /* that is to be sent */
    ngx_str_t          qr;           /* URL of the image */
    uint64_t           expires_at;
    ledger_step_t      step;
    unsigned           sms:1;
} ngx_http_whatsauth_offer_t;


/* That of a code that is issued now, or of one that waits. */
ngx_int_t ngx_http_whatsauth_offer_issued(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const ngx_http_whatsauth_issued_t *issued,
    ledger_channel_t channel, ngx_http_whatsauth_offer_t *offer);
ngx_int_t ngx_http_whatsauth_offer_waiting(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const ledger_record_t *record,
    ngx_http_whatsauth_offer_t *offer);

/*
 * Adds the image, below base: the path of the login page, or its whole URL for
 * pages of other origins.
 */
ngx_int_t ngx_http_whatsauth_offer_qr(ngx_http_request_t *r,
    ngx_http_whatsauth_offer_t *offer, const ngx_str_t *base);

/* As the page shows it. */
void ngx_http_whatsauth_offer_show(const ngx_http_whatsauth_offer_t *offer,
    ngx_http_whatsauth_page_t *page);

/* As scripts take it: to be freed with free(), or NULL. */
char *ngx_http_whatsauth_offer_json(const ngx_http_whatsauth_offer_t *offer,
    size_t *len);


#endif /* _NGX_HTTP_WHATSAUTH_OFFER_H_INCLUDED_ */
