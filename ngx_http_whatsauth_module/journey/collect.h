
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Takes what a claim has won, once: with a claim of the login page a session,
 * with any other the result.  Nothing here knows of HTTP.
 */


#ifndef _NGX_HTTP_WHATSAUTH_COLLECT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_COLLECT_H_INCLUDED_


#include "journey/by_claim.h"

#include "protocol/phone.h"


/* All of it is valid during the call of done. */
typedef struct {
    ngx_http_whatsauth_result_t        result;   /* COLLECTED, or why not: */
    const char                        *detail;
    const char                        *error;    /* of FAILED: the record's
                                                    word, or NULL */

    /* With COLLECTED; also the same, when it is collected again. */
    const ledger_record_t             *record;
    uint64_t                           collected_at;

    /* With COLLECTED and a claim of the page. */
    whatsauth_token_t                  session;
    whatsauth_token_t                  known;    /* for the browser, if: */
    unsigned                           marked:1; /* it is known from now on */
    unsigned                           repeated:1;
                                                 /* collected before: the
                                                    session may have ended */
} ngx_http_whatsauth_collected_t;

typedef void (*ngx_http_whatsauth_collected_pt)(void *data,
    ngx_http_whatsauth_collected_t *collected);

typedef struct {
    /* Given. */
    ngx_http_whatsauth_app_t          *app;
    whatsauth_token_t                  claim;    /* as it was parsed; its kind
                                                    decides */
    u_char                             key[LEDGER_DIGEST_LEN];
                                                 /* who brings the same key
                                                    within a minute gets the
                                                    same answer */
    ngx_http_whatsauth_collected_pt    done;
    void                              *data;

    ngx_http_whatsauth_by_claim_t      by_claim;
    whatsauth_token_t                  session;
    whatsauth_token_t                  known;
    char                               subject[WHATSAUTH_PHONE_DIGITS_MAX];
} ngx_http_whatsauth_collect_t;


/* Calls done as ngx_http_whatsauth_by_claim() calls end. */
void ngx_http_whatsauth_collect(ngx_http_whatsauth_collect_t *collect);
void ngx_http_whatsauth_collect_forget(void *collect);


#endif /* _NGX_HTTP_WHATSAUTH_COLLECT_H_INCLUDED_ */
