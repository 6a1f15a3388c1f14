
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One attempt to call the site about a record.  It takes a permit before the
 * store counts it, is made when the store has counted it, and ends with a
 * completion.
 *
 *     reserve -> VALIDATE or TAKE --counted--> start -> completion
 *                       |                         |
 *                       +--not counted--> cancel  +--cannot begin--> nothing
 *
 * After nothing, as after the death of a worker, the lease ends, and any
 * worker takes the record again.
 */


#ifndef _NGX_HTTP_WHATSAUTH_ATTEMPT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ATTEMPT_H_INCLUDED_


#include "kit/conf.h"

#include "ledger/ledger.h"


typedef struct ngx_http_whatsauth_attempt_s  ngx_http_whatsauth_attempt_t;


/* The lease of a take: an attempt and a margin, in milliseconds. */
uint64_t ngx_http_whatsauth_attempt_lease(
    const ngx_http_whatsauth_main_conf_t *mcf);

/*
 * Takes a permit for an attempt at the record.  Returns NULL if there is none
 * (journey/permit.h), if memory is out, or if the worker is shutting down: the
 * record then stays due for any worker.
 */
ngx_http_whatsauth_attempt_t *ngx_http_whatsauth_attempt_reserve(
    const ledger_record_t *record);

/* Gives the permit back, unused. */
void ngx_http_whatsauth_attempt_cancel(ngx_http_whatsauth_attempt_t *attempt);

/*
 * Makes the attempt that the store has counted as the record's number n.
 * record is the one that the store has handed over, or NULL to read it.
 */
void ngx_http_whatsauth_attempt_start(ngx_http_whatsauth_attempt_t *attempt,
    ngx_uint_t n, const ledger_record_t *record);


#endif /* _NGX_HTTP_WHATSAUTH_ATTEMPT_H_INCLUDED_ */
