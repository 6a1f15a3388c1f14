
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * An operation that a claim allows, on the record of the claim: collect,
 * confirm, resend, cancel.  Each reads first, compares the claim, and applies
 * the rules to what was read: guesses, and whatever would change nothing, cost
 * no commit.  Nothing here knows of HTTP.
 */


#ifndef _NGX_HTTP_WHATSAUTH_BY_CLAIM_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_BY_CLAIM_H_INCLUDED_


#include "door/door.h"
#include "kit/app.h"
#include "kit/result.h"

#include "protocol/token.h"


typedef struct ngx_http_whatsauth_by_claim_s  ngx_http_whatsauth_by_claim_t;

/* A result of the ledger, in the words of a response. */
typedef struct {
    ledger_result_t                stored;
    ngx_http_whatsauth_result_t    result;
    const char                    *detail;
} ngx_http_whatsauth_by_claim_row_t;

/* The end of an operation; valid during the call of end. */
typedef struct {
    ledger_result_t                stored;
    ngx_http_whatsauth_result_t    result;   /* of the row */
    const char                    *detail;
    ledger_status_t                status;   /* of the record, 0: not known */
    ledger_error_t                 error;
    const ledger_op_t             *op;       /* its "out" members; NULL: the
                                                rules were not asked */
} ngx_http_whatsauth_by_claim_end_t;

/* A kind of operation. */
typedef struct {
    /* The last row stands for all other results. */
    const ngx_http_whatsauth_by_claim_row_t  *rows;

    /* Fills op, which has app, key and digest, for the record of the claim. */
    ngx_int_t  (*make)(void *data, const ledger_record_t *record,
                       ledger_op_t *op);

    /* Acts on a commit, also if nobody waits for it any more. */
    void       (*committed)(ngx_http_whatsauth_app_t *app,
                            const ledger_op_t *op);

    void       (*end)(void *data, ngx_http_whatsauth_by_claim_end_t *end);
} ngx_http_whatsauth_by_claim_kind_t;

struct ngx_http_whatsauth_by_claim_s {
    /* Given. */
    const ngx_http_whatsauth_by_claim_kind_t  *kind;
    ledger_kind_t                              op;
    ngx_http_whatsauth_app_t                  *app;
    const whatsauth_token_t                   *claim;
    void                                      *data;

    /* Its own; at most one of them. */
    ngx_http_whatsauth_wait_t                 *read;
    void                                      *commit;
};


/*
 * Calls the kind's end once, within this call or later on the event loop,
 * unless forgotten before: a commit that is under way takes place all the same,
 * and so does what follows from it.  by_claim may go when end is called or it
 * is forgotten.
 */
void ngx_http_whatsauth_by_claim(ngx_http_whatsauth_by_claim_t *by_claim);
void ngx_http_whatsauth_by_claim_forget(
    ngx_http_whatsauth_by_claim_t *by_claim);


#endif /* _NGX_HTTP_WHATSAUTH_BY_CLAIM_H_INCLUDED_ */
