
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/callback_outcome.h"
#include "kit/log.h"
#include "kit/trouble.h"
#include "wire/outgoing_log.h"


/* Milliseconds until an attempt that could not be made is due again. */
#define NGX_HTTP_WHATSAUTH_UNTRIED_WAIT   1000

/* nginx has no name for 410: the site wants no more attempts. */
#define NGX_HTTP_WHATSAUTH_GONE           410


static ngx_uint_t ngx_http_whatsauth_callback_outcome_delivered(
    ngx_http_whatsauth_outgoing_t *out, ngx_http_whatsauth_app_t *app);
static void ngx_http_whatsauth_callback_outcome_failed(
    ngx_http_whatsauth_outgoing_t *out, ngx_http_whatsauth_app_t *app,
    ngx_uint_t n, ledger_op_t *op);
static uint64_t ngx_http_whatsauth_callback_outcome_wait(
    ngx_http_whatsauth_app_t *app, ngx_uint_t n, time_t retry_after);
static uint64_t ngx_http_whatsauth_callback_outcome_jitter(ngx_msec_t wait);


void
ngx_http_whatsauth_callback_outcome(ngx_http_whatsauth_outgoing_t *out,
    ngx_http_whatsauth_app_t *app, ngx_uint_t n, ledger_op_t *op)
{
    if (out->untried) {

        /* worker_connections are used up: not a failure of the site. */

        op->u.complete.outcome = LEDGER_RELEASE;
        op->u.complete.next_at = ngx_http_whatsauth_door_now()
                                 + NGX_HTTP_WHATSAUTH_UNTRIED_WAIT;

    } else if (ngx_http_whatsauth_callback_outcome_delivered(out, app)) {
        op->u.complete.outcome = LEDGER_DELIVERED;
        ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_CALLBACK,
                                        app, &out->host);

    } else {
        ngx_http_whatsauth_callback_outcome_failed(out, app, n, op);
    }
}


/* `callback_success strict` takes only what the hosted service takes. */

static ngx_uint_t
ngx_http_whatsauth_callback_outcome_delivered(
    ngx_http_whatsauth_outgoing_t *out, ngx_http_whatsauth_app_t *app)
{
    if (!app->callback.strict) {
        return out->status >= 200 && out->status < 300;
    }

    return out->status == NGX_HTTP_NO_CONTENT
           || (out->status == NGX_HTTP_OK && out->json);
}


static void
ngx_http_whatsauth_callback_outcome_failed(ngx_http_whatsauth_outgoing_t *out,
    ngx_http_whatsauth_app_t *app, ngx_uint_t n, ledger_op_t *op)
{
    ngx_str_t                           url;
    ngx_uint_t                          waits;
    ngx_http_whatsauth_outgoing_name_t  name;

    url = ngx_http_whatsauth_outgoing_url(out, name);
    waits = app->callback.retry.nelts;

    if (ngx_http_whatsauth_log_wanted(NGX_LOG_WARN, ngx_cycle->log,
                                      "callback to %V failed, status %ui, "
                                      "app=%V", &out->host, out->status,
                                      &app->name))
    {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "whatsauth: callback to %V failed, status %ui, "
                      "attempt %ui of %ui, app=%V", &url, out->status, n,
                      waits + 1, &app->name);
    }

    if (n > waits || out->status == NGX_HTTP_WHATSAUTH_GONE) {
        op->u.complete.outcome = LEDGER_GIVE_UP;
        op->u.complete.error = LEDGER_ERROR_CALLBACK_FAILED;

        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_CALLBACK, app,
                                   &out->host, ngx_cycle->log,
                                   "callback to %V given up, status %ui, "
                                   "attempts %ui", &url, out->status, n);
        return;
    }

    op->u.complete.outcome = LEDGER_RETRY;
    op->u.complete.next_at = ngx_http_whatsauth_door_now()
                             + ngx_http_whatsauth_callback_outcome_wait(app, n,
                                                            out->retry_after);
}


/* A Retry-After may lengthen the wait, up to the longest of the schedule. */

static uint64_t
ngx_http_whatsauth_callback_outcome_wait(ngx_http_whatsauth_app_t *app,
    ngx_uint_t n, time_t retry_after)
{
    uint64_t     next, longest;
    ngx_uint_t   i;
    ngx_msec_t  *wait;

    wait = app->callback.retry.elts;
    next = ngx_http_whatsauth_callback_outcome_jitter(wait[n - 1]);

    if (retry_after == 0) {
        return next;
    }

    longest = 0;

    for (i = 0; i < app->callback.retry.nelts; i++) {
        longest = ngx_max(longest, wait[i]);
    }

    if ((uint64_t) retry_after >= longest / 1000) {
        return ngx_max(next, longest);
    }

    return ngx_max(next, (uint64_t) retry_after * 1000);
}


/* Callbacks that failed together must not be repeated together. */

static uint64_t
ngx_http_whatsauth_callback_outcome_jitter(ngx_msec_t wait)
{
    ngx_msec_t  fifth;

    fifth = wait / 5;

    return wait - fifth + (ngx_msec_t) ngx_random() % (2 * fifth + 1);
}
