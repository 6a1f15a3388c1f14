
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Verifies a provider's POST and reads it.  Anybody may post bodies that take
 * long to hash, so a thread inspects all but small ones, on a copy that
 * outlives the request.
 */


#ifndef _NGX_HTTP_WHATSAUTH_INSPECTION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_INSPECTION_H_INCLUDED_


#include "kit/client.h"
#include "provider/provider.h"


typedef struct ngx_http_whatsauth_inspection_s
    ngx_http_whatsauth_inspection_t;

typedef void (*ngx_http_whatsauth_inspection_pt)(
    ngx_http_whatsauth_inspection_t *inspection);

struct ngx_http_whatsauth_inspection_s {
    /* Given, but its body; what is found is in it, too. */
    ngx_http_whatsauth_webhook_t       webhook;
    unsigned                           unreadable:1;  /* the body was lost */

    /* Given. */
    ngx_http_whatsauth_inspection_pt   handler;       /* NULL: forgotten */
    void                              *data;

    /* Its own. */
    ngx_queue_t                        queue;
    ngx_queue_t                        unverified;
    ngx_http_whatsauth_client_t        client;
    ngx_thread_task_t                 *task;
    u_char                            *copy;          /* holds webhook.url */
    ngx_fd_t                           fd;
    off_t                              file_pos;
    size_t                             in_file;
};


/*
 * 1 if a body of that length must be refused, because too many unverified
 * ones, of all clients or of this one, wait for a thread.
 */
ngx_uint_t ngx_http_whatsauth_inspection_is_full(ngx_http_request_t *r,
    const ngx_http_whatsauth_provider_t *provider, size_t len);

/*
 * Takes over a copy of the webhook and the request's body, which has been
 * read.  Returns NULL when memory is out.
 */
ngx_http_whatsauth_inspection_t *ngx_http_whatsauth_inspection_create(
    ngx_http_request_t *r, const ngx_http_whatsauth_webhook_t *webhook);

/*
 * Looks at it, at once or in a thread, and calls handler: at once, too, if
 * the body is small.
 */
void ngx_http_whatsauth_inspection_start(
    ngx_http_whatsauth_inspection_t *inspection, ngx_thread_pool_t *pool);

/*
 * Frees all, batch included.  While a thread works on it the inspection is
 * only forgotten, and frees itself later.
 */
void ngx_http_whatsauth_inspection_destroy(
    ngx_http_whatsauth_inspection_t *inspection);


#endif /* _NGX_HTTP_WHATSAUTH_INSPECTION_H_INCLUDED_ */
