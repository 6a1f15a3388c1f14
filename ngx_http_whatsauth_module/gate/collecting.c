
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/hold.h"
#include "gate/collecting.h"
#include "gate/navigation.h"
#include "kit/ctx.h"
#include "kit/lasting.h"
#include "kit/response.h"
#include "login/collected_cookies.h"
#include "login/cookie_jar.h"
#include "login/in_place.h"

#include "protocol/return_path.h"


typedef struct ngx_http_whatsauth_collecting_s  ngx_http_whatsauth_collecting_t;

struct ngx_http_whatsauth_collecting_s {
    ngx_http_whatsauth_hold_t        hold;
    ngx_http_whatsauth_collect_t     collect;
    ngx_http_whatsauth_wait_t       *read;       /* of the session */
    ngx_http_whatsauth_collected_t   collected;
    unsigned                         over:1;
};


static ngx_int_t ngx_http_whatsauth_collecting_begin(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_collecting_t **begun);
static void ngx_http_whatsauth_collecting_collected(void *data,
    ngx_http_whatsauth_collected_t *collected);
static void ngx_http_whatsauth_collecting_session(void *data,
    ledger_result_t result, const ledger_session_t *session);
static void ngx_http_whatsauth_collecting_end(
    ngx_http_whatsauth_collecting_t *collecting);
static void ngx_http_whatsauth_collecting_forget(void *data);
static ngx_int_t ngx_http_whatsauth_collecting_over(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    const ngx_http_whatsauth_collected_t *collected,
    ngx_http_whatsauth_result_t *result);
static ngx_int_t ngx_http_whatsauth_collecting_spoilt(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate, ngx_uint_t ended);
static ngx_int_t ngx_http_whatsauth_collecting_see(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_collected_t *collected);
static ngx_int_t ngx_http_whatsauth_collecting_location(ngx_http_request_t *r);


/* A location after an internal redirect may have the gate of another app. */

ngx_int_t
ngx_http_whatsauth_collecting(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_result_t *result)
{
    ngx_int_t                         rc;
    ngx_http_whatsauth_lasting_t     *lasting;
    ngx_http_whatsauth_collecting_t  *collecting;

    *result = NGX_HTTP_WHATSAUTH_NONE;

    if (!ngx_http_whatsauth_navigation(r)) {
        return NGX_OK;
    }

    lasting = ngx_http_whatsauth_lasting(r);
    collecting = lasting != NULL ? lasting->collecting : NULL;

    if (collecting == NULL || collecting->collect.app != gate->app) {

        rc = ngx_http_whatsauth_collecting_begin(r, gate, &collecting);

        if (rc != NGX_OK || collecting == NULL) {
            return rc;
        }
    }

    return ngx_http_whatsauth_collecting_over(r, gate, &collecting->collected,
                                              result);
}


/* *begun is NULL if the browser has no claim. */

static ngx_int_t
ngx_http_whatsauth_collecting_begin(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_collecting_t **begun)
{
    ngx_int_t                         rc;
    whatsauth_token_t                 claim;
    ngx_http_whatsauth_lasting_t     *lasting;
    ngx_http_whatsauth_collecting_t  *collecting;

    *begun = NULL;

    rc = ngx_http_whatsauth_cookie_jar_get(r, gate->app,
                                           NGX_HTTP_WHATSAUTH_COOKIE_CLAIM,
                                           &claim);
    if (rc != NGX_OK) {
        return rc == NGX_ABORT
               ? ngx_http_whatsauth_collecting_spoilt(r, gate, 0) : NGX_OK;
    }

    lasting = ngx_http_whatsauth_lasting_create(r);
    collecting = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_collecting_t));

    if (lasting == NULL || collecting == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    lasting->collecting = collecting;
    *begun = collecting;

    collecting->collect.app = gate->app;
    collecting->collect.claim = claim;
    collecting->collect.done = ngx_http_whatsauth_collecting_collected;
    collecting->collect.data = collecting;

    ngx_http_whatsauth_collect(&collecting->collect);

    if (collecting->over) {
        return NGX_OK;
    }

    rc = ngx_http_whatsauth_hold_phase(&collecting->hold, r,
                                       ngx_http_whatsauth_collecting_forget,
                                       collecting);
    if (rc != NGX_AGAIN) {
        /* The gate of an "error_page" would wait for it. */
        lasting->collecting = NULL;
    }

    return rc;
}


/*
 * A claim that was collected before leads to the same session.  If that has
 * ended, its cookie would lead here again, and so on without an end: the claim
 * is as good as none.
 */

static void
ngx_http_whatsauth_collecting_collected(void *data,
    ngx_http_whatsauth_collected_t *collected)
{
    ngx_http_whatsauth_collecting_t *collecting = data;

    ngx_http_whatsauth_wait_t  *wait;

    collecting->collected = *collected;
    collecting->collected.record = NULL;

    if (collected->result != NGX_HTTP_WHATSAUTH_COLLECTED
        || !collected->repeated)
    {
        ngx_http_whatsauth_collecting_end(collecting);
        return;
    }

    wait = ngx_http_whatsauth_door_read_session(collected->session.key,
                                        ngx_http_whatsauth_collecting_session,
                                        collecting);

    /* NULL: the request may have gone already. */

    if (wait != NULL) {
        collecting->read = wait;
    }
}


static void
ngx_http_whatsauth_collecting_session(void *data, ledger_result_t result,
    const ledger_session_t *session)
{
    ngx_http_whatsauth_collecting_t *collecting = data;

    collecting->read = NULL;

    if (session == NULL) {
        collecting->collected.result = result == LEDGER_FAILED
                                       ? NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE
                                       : NGX_HTTP_WHATSAUTH_INVALID_CLAIM;
    }

    ngx_http_whatsauth_collecting_end(collecting);
}


static void
ngx_http_whatsauth_collecting_end(ngx_http_whatsauth_collecting_t *collecting)
{
    collecting->over = 1;

    if (collecting->hold.forget != NULL) {
        ngx_http_whatsauth_hold_resume(&collecting->hold);
    }
}


static void
ngx_http_whatsauth_collecting_forget(void *data)
{
    ngx_http_whatsauth_collecting_t *collecting = data;

    if (collecting->read != NULL) {
        ngx_http_whatsauth_door_forget(collecting->read);
        return;
    }

    ngx_http_whatsauth_collect_forget(&collecting->collect);
}


/* A login that goes on, or has failed, is shown by the page. */

static ngx_int_t
ngx_http_whatsauth_collecting_over(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    const ngx_http_whatsauth_collected_t *collected,
    ngx_http_whatsauth_result_t *result)
{
    switch (collected->result) {

    case NGX_HTTP_WHATSAUTH_COLLECTED:
        return ngx_http_whatsauth_collecting_see(r, gate->app, collected);

    case NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE:
    case NGX_HTTP_WHATSAUTH_STORE_SHARE_EXCEEDED:
        *result = collected->result;
        return NGX_OK;

    case NGX_HTTP_WHATSAUTH_INVALID_CLAIM:
        return ngx_http_whatsauth_collecting_spoilt(r, gate,
                                                    collected->repeated);

    default:
        return NGX_OK;
    }
}


/*
 * The login page in place clears a claim that leads to no login, but not that
 * of a session which has ended.
 */

static ngx_int_t
ngx_http_whatsauth_collecting_spoilt(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate, ngx_uint_t ended)
{
    if (!gate->optional && !ended) {
        return NGX_OK;
    }

    return ngx_http_whatsauth_cookie_jar_clear(r, gate->app,
                                               NGX_HTTP_WHATSAUTH_COOKIE_CLAIM)
           == NGX_OK ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_collecting_see(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_collected_t *collected)
{
    ngx_str_t                  empty;
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_whatsauth_ctx(r);

    if (ctx == NULL
        || ngx_http_whatsauth_collected_cookies(r, app, collected) != NGX_OK
        || ngx_http_whatsauth_collecting_location(r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->app = app;
    ngx_str_null(&empty);

    ngx_http_finalize_request(r, ngx_http_whatsauth_response(r,
                                            NGX_HTTP_WHATSAUTH_SEE_OTHER,
                                            "text/plain", &empty));
    return NGX_DONE;
}


/* Relative: behind a front proxy we do not know our own origin for sure. */

static ngx_int_t
ngx_http_whatsauth_collecting_location(ngx_http_request_t *r)
{
    ngx_str_t         path, value;
    whatsauth_text_t  text;

    if (ngx_http_whatsauth_in_place_path(r, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    text = ngx_http_whatsauth_text(&path);

    value.len = whatsauth_return_path_write(&text, NULL);
    value.data = ngx_pnalloc(r->pool, value.len);

    if (value.data == NULL) {
        return NGX_ERROR;
    }

    whatsauth_return_path_write(&text, (char *) value.data);

    return ngx_http_whatsauth_response_header(r, "Location", &value);
}
