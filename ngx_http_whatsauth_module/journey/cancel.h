
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Ends the login of a claim before a message has validated it.  The site's
 * callback, if it gets one, is due at once for any worker.
 */


#ifndef _NGX_HTTP_WHATSAUTH_CANCEL_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CANCEL_H_INCLUDED_


#include "journey/by_claim.h"
#include "kit/conf.h"


/*
 * end->result is NONE if the login is over, which it may have been before:
 * end->stored is LEDGER_USED if it has been validated instead, and stays so.
 */
typedef void (*ngx_http_whatsauth_cancelled_pt)(void *data,
    const ngx_http_whatsauth_by_claim_end_t *end);

typedef struct {
    /* Given. */
    ngx_http_whatsauth_main_conf_t    *conf;
    ngx_http_whatsauth_app_t          *app;
    whatsauth_token_t                  claim;
    ngx_http_whatsauth_cancelled_pt    done;
    void                              *data;

    ngx_http_whatsauth_by_claim_t      by_claim;
} ngx_http_whatsauth_cancel_t;


/* Calls done as ngx_http_whatsauth_by_claim() calls end. */
void ngx_http_whatsauth_cancel(ngx_http_whatsauth_cancel_t *cancel);
void ngx_http_whatsauth_cancel_forget(void *cancel);


#endif /* _NGX_HTTP_WHATSAUTH_CANCEL_H_INCLUDED_ */
