
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Issues a code: checks its parameters, stores its record, and hands out code
 * and links.  The caller, be it an endpoint, a page or a gate, fills in an
 * issue and gets what is issued; nothing here knows of HTTP.
 */


#ifndef _NGX_HTTP_WHATSAUTH_ISSUE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ISSUE_H_INCLUDED_


#include "door/door.h"
#include "journey/parameters.h"

#include "protocol/token.h"


/*
 * The claim that is issued with a code.  place and device are told to the user
 * who sends the code; both may be empty.
 */
typedef struct {
    whatsauth_token_kind_t             kind;    /* CLAIM or PAGE_CLAIM; 0:
                                                   no claim, ignore the rest */
    unsigned                           pin;     /* LEDGER_CLAIM_PIN*, or 0 */
    const u_char                      *known;   /* digest of the known mark
                                                   that the browser has shown,
                                                   or NULL */
    unsigned                           language;
    whatsauth_text_t                   place;   /* <= LEDGER_PLACE_MAX */
    whatsauth_text_t                   device;  /* <= LEDGER_DEVICE_MAX */
} ngx_http_whatsauth_issue_claim_t;

/* The texts of a refusal are static or in the pool of the parameters. */
typedef struct {
    ngx_http_whatsauth_result_t        result;      /* ISSUED, or why not: */
    const char                        *detail;

    uint64_t                           expires_at;  /* unix milliseconds */
    char                               code[WHATSAUTH_CODE_LEN];
    char                               id[WHATSAUTH_ID_LEN];
    ngx_str_t                          link;        /* in the pool, too */
    ngx_str_t                          deep_link;
    ngx_str_t                          claim;       /* the token, or empty */
} ngx_http_whatsauth_issued_t;

typedef void (*ngx_http_whatsauth_issued_pt)(void *data,
    ngx_http_whatsauth_issued_t *issued);

typedef struct {
    /* Given; see parameters.h for how they are filled in. */
    ngx_http_whatsauth_parameters_t    parameters;
    ngx_http_whatsauth_issue_claim_t   claim;
    ngx_log_t                         *log;
    ngx_http_whatsauth_issued_pt       done;
    void                              *data;

    whatsauth_token_t                  token;   /* of the claim */
} ngx_http_whatsauth_issue_t;


/*
 * Calls done once: within this call, and then returns NULL, or later on the
 * event loop, unless what is returned is forgotten before; the code is stored
 * all the same.  issued is valid during the call of done, issue until then.
 * Parameters that have not been checked are checked here.
 */
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_issue(
    ngx_http_whatsauth_issue_t *issue);


#endif /* _NGX_HTTP_WHATSAUTH_ISSUE_H_INCLUDED_ */
