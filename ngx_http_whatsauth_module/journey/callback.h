
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Delivers the result of a code to the site: reserves a place for an attempt,
 * lets the store count it, makes it, and stores its end.  journey/due.h finds
 * the records that are due, wire/outgoing.h makes the request.
 */


#ifndef _NGX_HTTP_WHATSAUTH_CALLBACK_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CALLBACK_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"


/* The lane of a host is a hash modulo this prime, 2^31 - 1. */
#define NGX_HTTP_WHATSAUTH_LANE_PRIME  2147483647u


typedef struct ngx_http_whatsauth_attempt_s  ngx_http_whatsauth_attempt_t;


/* The lane of the due index for this app's callbacks to this host. */
unsigned ngx_http_whatsauth_callback_lane(const ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url);

/* The lease of a claim, in milliseconds. */
uint64_t ngx_http_whatsauth_callback_lease(void);

/*
 * Reserves a place among the attempts under way.  Returns NULL when this
 * worker, or the record's host in this worker, has as many as it may, or when
 * the worker is shutting down: the work then stays due for others.
 */
ngx_http_whatsauth_attempt_t *ngx_http_whatsauth_attempt_reserve(
    const ledger_record_t *record);

/* Gives the place back, unused. */
void ngx_http_whatsauth_attempt_release(ngx_http_whatsauth_attempt_t *attempt);

/*
 * Makes the attempt that the store has counted as the record's number n.
 * record is what the store has handed over, or NULL: then it is read.
 */
void ngx_http_whatsauth_attempt_start(ngx_http_whatsauth_attempt_t *attempt,
    ngx_uint_t n, const ledger_record_t *record);


#endif /* _NGX_HTTP_WHATSAUTH_CALLBACK_H_INCLUDED_ */
