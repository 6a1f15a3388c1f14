
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/sending.h"
#include "kit/log.h"
#include "kit/trouble.h"
#include "wire/outgoing_log.h"


/* Without a permit it waits for 1, 4 and 16 seconds; at most so many do. */
#define NGX_HTTP_WHATSAUTH_SENDING_WAITS        3
#define NGX_HTTP_WHATSAUTH_SENDING_WAITING_MAX  4096


static void ngx_http_whatsauth_sending_drop(
    ngx_http_whatsauth_sending_t *sending);
static ngx_int_t ngx_http_whatsauth_sending_try(
    ngx_http_whatsauth_sending_t *sending);
static ngx_int_t ngx_http_whatsauth_sending_wait(
    ngx_http_whatsauth_sending_t *sending);
static void ngx_http_whatsauth_sending_waited(ngx_event_t *ev);
static void ngx_http_whatsauth_sending_answered(
    ngx_http_whatsauth_outgoing_t *outgoing);
static ngx_int_t ngx_http_whatsauth_sending_refused(
    ngx_http_whatsauth_sending_t *sending);


/* Of this worker. */
static ngx_uint_t  ngx_http_whatsauth_sending_waiting;


ngx_uint_t
ngx_http_whatsauth_sending_is_limited(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_quota_t *quota,
    const ngx_http_whatsauth_destination_t *destination)
{
    const ledger_text_t  *user;

    user = destination->sender.len ? &destination->sender
                                   : &destination->user_id;

    quota->key = user->data;
    quota->len = user->len;

    return ngx_http_whatsauth_limit(app, quota, 1) != 0;
}


ngx_http_whatsauth_sending_t *
ngx_http_whatsauth_sending_create(ngx_http_whatsauth_app_t *app,
    ledger_channel_t channel, const whatsauth_text_t *text,
    const char *question, const ngx_http_whatsauth_destination_t *destination)
{
    ngx_pool_t                    *pool;
    ngx_http_whatsauth_sending_t  *sending;

    if (ngx_terminate) {
        return NULL;
    }

    pool = ngx_create_pool(2048, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    sending = ngx_pcalloc(pool, sizeof(ngx_http_whatsauth_sending_t));

    if (sending != NULL) {
        sending->pool = pool;
        sending->app = app;
        sending->provider = ngx_http_whatsauth_provider(destination->provider);
        sending->outgoing.request = ngx_http_whatsauth_reply_request(pool, app,
                                               channel, text, question,
                                               destination, &sending->url);
    }

    if (sending == NULL || sending->outgoing.request == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    return sending;
}


void
ngx_http_whatsauth_sending_start(ngx_http_whatsauth_sending_t *sending)
{
    if (ngx_http_whatsauth_sending_try(sending) != NGX_OK) {
        ngx_http_whatsauth_sending_drop(sending);
    }
}


static void
ngx_http_whatsauth_sending_drop(ngx_http_whatsauth_sending_t *sending)
{
    if (sending->dropped != NULL) {
        sending->dropped(sending);
    }

    ngx_http_whatsauth_sending_destroy(sending);
}


void
ngx_http_whatsauth_sending_destroy(ngx_http_whatsauth_sending_t *sending)
{
    ngx_destroy_pool(sending->pool);
}


static ngx_int_t
ngx_http_whatsauth_sending_try(ngx_http_whatsauth_sending_t *sending)
{
    ngx_http_whatsauth_outgoing_t   *out;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);

    if (ngx_http_whatsauth_permit_take(&sending->permit, mcf, sending->app,
                                       &sending->url, 0)
        != NGX_OK)
    {
        return ngx_http_whatsauth_sending_wait(sending);
    }

    out = &sending->outgoing;

    out->pool = sending->pool;
    out->want_body = 1;
    out->handler = ngx_http_whatsauth_sending_answered;
    out->data = sending;

    ngx_http_whatsauth_outgoing_target(out, &sending->url);
    ngx_http_whatsauth_outgoing_send(out, mcf->outgoing);

    return NGX_OK;
}


/*
 * Nothing of it has gone out, so it cannot come twice.  A worker that is to
 * exit stays for it.
 */

static ngx_int_t
ngx_http_whatsauth_sending_wait(ngx_http_whatsauth_sending_t *sending)
{
    if (sending->waits == NGX_HTTP_WHATSAUTH_SENDING_WAITS
        || ngx_http_whatsauth_sending_waiting
           == NGX_HTTP_WHATSAUTH_SENDING_WAITING_MAX)
    {
        ngx_http_whatsauth_log(NGX_LOG_NOTICE, ngx_cycle->log,
                               "reply suppressed, reason=inflight, app=%V",
                               &sending->app->name);
        return NGX_ERROR;
    }

    sending->timer.handler = ngx_http_whatsauth_sending_waited;
    sending->timer.data = sending;
    sending->timer.log = ngx_cycle->log;
    sending->timer.cancelable = 0;

    ngx_add_timer(&sending->timer, (ngx_msec_t) 1000 << 2 * sending->waits);

    sending->waits++;
    ngx_http_whatsauth_sending_waiting++;

    return NGX_OK;
}


static void
ngx_http_whatsauth_sending_waited(ngx_event_t *ev)
{
    ngx_http_whatsauth_sending_waiting--;

    ngx_http_whatsauth_sending_start(ev->data);
}


static void
ngx_http_whatsauth_sending_answered(ngx_http_whatsauth_outgoing_t *outgoing)
{
    ngx_http_whatsauth_sending_t  *sending;

    sending = outgoing->data;
    ngx_http_whatsauth_permit_give(&sending->permit);

    if (outgoing->status >= 200 && outgoing->status < 300) {
        ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_REPLY,
                                        sending->app, NULL);
        ngx_http_whatsauth_sending_destroy(sending);
        return;
    }

    switch (ngx_http_whatsauth_sending_refused(sending)) {

    case NGX_AGAIN:
        break;

    case NGX_DONE:
        ngx_http_whatsauth_sending_destroy(sending);
        break;

    default: /* NGX_DECLINED */
        ngx_http_whatsauth_sending_drop(sending);
    }
}


static ngx_int_t
ngx_http_whatsauth_sending_refused(ngx_http_whatsauth_sending_t *sending)
{
    uint32_t                             code;
    ngx_int_t                            rc;
    ngx_str_t                            url;
    ngx_uint_t                           status, refused;
    whatsauth_text_t                     body;
    ngx_http_whatsauth_outgoing_name_t   name;

    body = ngx_http_whatsauth_text(&sending->outgoing.body);
    code = whatsauth_reply_error(&body);
    status = sending->outgoing.status;
    refused = ngx_http_whatsauth_provider_refused(sending->provider, status,
                                                  code);

    rc = sending->refused == NULL ? NGX_DECLINED
                                  : sending->refused(sending, refused);
    if (rc == NGX_DONE) {
        return rc;
    }

    url = ngx_http_whatsauth_outgoing_url(&sending->outgoing, name);

    ngx_http_whatsauth_log(NGX_LOG_WARN, ngx_cycle->log,
                           "a reply was not accepted by %V, status %ui, "
                           "error %uD, app=%V", &url, status, code,
                           &sending->app->name);

    if (rc == NGX_DECLINED
        && (sending->refused != NULL
            || (refused & NGX_HTTP_WHATSAUTH_REFUSED_FORBIDDEN)))
    {
        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_REPLY,
                                   sending->app, NULL, ngx_cycle->log,
                                   "replies refused by %V, status %ui, "
                                   "error %uD", &url, status, code);
    }

    return rc;
}
