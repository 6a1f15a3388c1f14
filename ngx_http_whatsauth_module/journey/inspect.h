
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Verifies a provider's POST and reads it.  Anybody may post bodies that take
 * long to hash, so a thread inspects all but small ones, on a copy that
 * outlives the request.
 */


#ifndef _NGX_HTTP_WHATSAUTH_INSPECT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_INSPECT_H_INCLUDED_


#include "kit/client.h"
#include "kit/secret.h"

#include "protocol/message.h"
#include "protocol/twilio.h"


typedef struct ngx_http_whatsauth_provider_s  ngx_http_whatsauth_provider_t;

typedef struct ngx_http_whatsauth_inspection_s
    ngx_http_whatsauth_inspection_t;

typedef void (*ngx_http_whatsauth_inspected_pt)(
    ngx_http_whatsauth_inspection_t *inspection);

struct ngx_http_whatsauth_inspection_s {
    /* Given. */
    const ngx_http_whatsauth_provider_t  *provider;

    u_char                           mac[WHATSAUTH_SHA256_LEN];
    ngx_http_whatsauth_secret_mask_t     candidates;
    ngx_array_t                     *secrets;
                                     /* ngx_http_whatsauth_secret_t */
    ngx_uint_t                       tries;        /* so many at least */
    ngx_http_whatsauth_inspected_pt  handler;      /* NULL: forgotten */
    void                            *data;

    /* Points into the request, or for a thread to a copy. */
    whatsauth_twilio_request_t       url;

    /* Found; those of headers are given. */
    ngx_http_whatsauth_secret_mask_t     verified;     /* 0: not genuine */

    whatsauth_batch_result_t         result;       /* if it is genuine */
    whatsauth_message_batch_t        batch;
    char                             reason[WHATSAUTH_BATCH_REASON_MAX];
    unsigned                         unreadable:1; /* the body was lost */
    unsigned                         bad_reading:1;
                                     /* signed, but see reason */

    /* Its own. */
    ngx_queue_t                      queue;
    ngx_queue_t                      unproven;
    ngx_http_whatsauth_client_t      client;
    ngx_thread_task_t               *task;
    u_char                          *body;
    u_char                          *copy;         /* url points into it */
    size_t                           len;
    ngx_fd_t                         fd;
    off_t                            file_pos;
    size_t                           in_file;
};


/*
 * 1 if a body of that length must be refused, because too many unverified
 * ones, of all clients or of this one, wait for a thread.
 */
ngx_uint_t ngx_http_whatsauth_inspect_is_full(ngx_http_request_t *r,
    const ngx_http_whatsauth_provider_t *provider, size_t len);

/*
 * Takes over the request's body, which has been read.  Returns NULL when
 * memory is out.
 */
ngx_http_whatsauth_inspection_t *ngx_http_whatsauth_inspection_create(
    ngx_http_request_t *r);

/*
 * Looks at it, at once or in a thread, and calls handler: at once, too, if
 * the body is small.
 */
void ngx_http_whatsauth_inspect(ngx_http_whatsauth_inspection_t *inspection,
    ngx_thread_pool_t *pool);

/*
 * Frees all, batch included.  While a thread works on it the inspection is
 * only forgotten, and frees itself later.
 */
void ngx_http_whatsauth_inspection_destroy(
    ngx_http_whatsauth_inspection_t *inspection);


#endif /* _NGX_HTTP_WHATSAUTH_INSPECT_H_INCLUDED_ */
