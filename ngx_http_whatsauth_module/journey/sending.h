
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One request to a provider's API, on its way.  A sending without a permit
 * waits for a few seconds; once it has gone out it is not repeated, because
 * nobody knows whether the user has it.
 *
 * A worker that is to exit sends, too.  An attacker could hold his request
 * back until nginx is reloaded, and a user would not be told of the session
 * that it brings.
 */


#ifndef _NGX_HTTP_WHATSAUTH_SENDING_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SENDING_H_INCLUDED_


#include "journey/permit.h"
#include "kit/limit.h"
#include "provider/reply_request.h"
#include "wire/outgoing.h"


typedef struct ngx_http_whatsauth_sending_s  ngx_http_whatsauth_sending_t;

struct ngx_http_whatsauth_sending_s {
    ngx_pool_t                            *pool;
    ngx_http_whatsauth_app_t              *app;
    const ngx_http_whatsauth_provider_t   *provider;

    /*
     * The login hangs on it, and its owner decides what a refusal means, of
     * which NGX_HTTP_WHATSAUTH_REFUSED_* are told: NGX_DONE if another sending
     * takes its place, NGX_AGAIN if this one is kept, NGX_DECLINED if it ends.
     * NULL: it ends.
     */
    ngx_int_t                            (*refused)(
                                         ngx_http_whatsauth_sending_t *sending,
                                         ngx_uint_t refused);
    /* It ends, and was not accepted.  NULL: nobody wants to know. */
    void                                 (*dropped)(
                                         ngx_http_whatsauth_sending_t *sending);
    void                                  *data;

    /* Its own; the timer is free once the request has ended. */
    ngx_http_whatsauth_permit_t            permit;
    ngx_http_whatsauth_outgoing_t          outgoing;
    whatsauth_url_t                        url;
    ngx_uint_t                             waits;    /* for a permit, so far */
    ngx_event_t                            timer;
};


/* 1 if the budget of the app or of the destination's user is used up. */
ngx_uint_t ngx_http_whatsauth_sending_is_limited(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_quota_t *quota,
    const ngx_http_whatsauth_destination_t *destination);

/*
 * Prepares it.  NULL where the worker is stopped at once, memory is out, or no
 * account of the app can reply.  All texts may go when it returns.
 */
ngx_http_whatsauth_sending_t *ngx_http_whatsauth_sending_create(
    ngx_http_whatsauth_app_t *app, ledger_channel_t channel,
    const whatsauth_text_t *text, const char *question,
    const ngx_http_whatsauth_destination_t *destination);

/* Sends it, and destroys it when it has ended. */
void ngx_http_whatsauth_sending_start(ngx_http_whatsauth_sending_t *sending);

void ngx_http_whatsauth_sending_destroy(ngx_http_whatsauth_sending_t *sending);


#endif /* _NGX_HTTP_WHATSAUTH_SENDING_H_INCLUDED_ */
