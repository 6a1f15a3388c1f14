
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/claimed.h"
#include "face/hold.h"
#include "face/status.h"
#include "face/stream.h"
#include "journey/status_json.h"
#include "kit/ctx.h"
#include "kit/header.h"
#include "kit/response.h"

#include "protocol/etag.h"
#include "protocol/prefer.h"


/* Clients that lost their streams together come back one after the other. */
#define NGX_HTTP_WHATSAUTH_STATUS_RETRY_MIN  1000
#define NGX_HTTP_WHATSAUTH_STATUS_RETRY_MAX  4000

#define NGX_HTTP_WHATSAUTH_STATUS_EVENT_LEN                                   \
    (sizeof("retry: 0000\n\nevent: status\ndata: \n\n")                       \
     + NGX_HTTP_WHATSAUTH_STATUS_JSON_MAX)


/* One request that is responded to at once, while it is read. */

typedef struct {
    ngx_http_whatsauth_hold_t    hold;
    ngx_http_whatsauth_app_t    *app;
    whatsauth_token_t            claim;
} ngx_http_whatsauth_status_t;


static ngx_int_t ngx_http_whatsauth_status_events(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim);
static ngx_int_t ngx_http_whatsauth_status_later(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim,
    ngx_uint_t seconds);
static ngx_int_t ngx_http_whatsauth_status_now(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim);
static ngx_uint_t ngx_http_whatsauth_status_seconds(ngx_http_request_t *r);
static void ngx_http_whatsauth_status_read(void *data, ledger_result_t result,
    const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_status_event(ngx_http_request_t *r,
    const ledger_record_t *record, ngx_uint_t occasions, ngx_str_t *text);
static ngx_int_t ngx_http_whatsauth_status_response(ngx_http_request_t *r,
    const ledger_record_t *record);
static ngx_uint_t ngx_http_whatsauth_status_is_news(ngx_http_request_t *r,
    const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_status_body(ngx_http_request_t *r,
    const ledger_record_t *record, ngx_str_t *body);
static ngx_int_t ngx_http_whatsauth_status_etag(ngx_http_request_t *r,
    const ngx_str_t *body, ngx_str_t *etag);


static const ngx_http_whatsauth_stream_format_t
    ngx_http_whatsauth_status_format =
{
    "text/event-stream",
    ngx_string(": \n\n"),
    ngx_http_whatsauth_status_event,
    NULL,
    NULL,
    NULL
};

static const ngx_http_whatsauth_stream_format_t
    ngx_http_whatsauth_status_format_later =
{
    NULL,
    ngx_null_string,
    NULL,
    ngx_http_whatsauth_status_response,
    ngx_http_whatsauth_status_is_news,
    NULL
};


static const ngx_str_t  ngx_http_whatsauth_status_prefer =
    ngx_string("Prefer");


ngx_int_t
ngx_http_whatsauth_status(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim)
{
    ngx_uint_t  seconds;

    if (ngx_http_whatsauth_response_literal(r, "Vary", "Accept, Prefer")
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (claim == NULL) {
        return ngx_http_whatsauth_claimed_problem(r,
                                            NGX_HTTP_WHATSAUTH_INVALID_CLAIM);
    }

    if (r->method == NGX_HTTP_HEAD) {
        return ngx_http_whatsauth_status_now(r, app, claim);
    }

    if (ngx_http_whatsauth_header_accepts(r, "text/event-stream")) {
        return ngx_http_whatsauth_status_events(r, app, claim);
    }

    seconds = ngx_http_whatsauth_status_seconds(r);

    return seconds ? ngx_http_whatsauth_status_later(r, app, claim, seconds)
                   : ngx_http_whatsauth_status_now(r, app, claim);
}


/* A proxy in front would keep the events until the response ends. */

static ngx_int_t
ngx_http_whatsauth_status_events(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim)
{
    if (ngx_http_whatsauth_response_literal(r, "X-Accel-Buffering", "no")
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_stream(r, &ngx_http_whatsauth_status_format,
                                     app, claim, 0);
}


static ngx_int_t
ngx_http_whatsauth_status_later(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim,
    ngx_uint_t seconds)
{
    return ngx_http_whatsauth_stream(r,
                                     &ngx_http_whatsauth_status_format_later,
                                     app, claim, seconds);
}


static ngx_int_t
ngx_http_whatsauth_status_now(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim)
{
    ngx_http_whatsauth_wait_t    *wait;
    ngx_http_whatsauth_status_t  *status;

    status = ngx_palloc(r->pool, sizeof(ngx_http_whatsauth_status_t));

    if (status == NULL || ngx_http_whatsauth_hold(&status->hold, r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    status->app = app;
    status->claim = *claim;

    wait = ngx_http_whatsauth_door_read(claim->key,
                                        ngx_http_whatsauth_status_read,
                                        status);

    return ngx_http_whatsauth_hold_wait(&status->hold, wait);
}


/* A wish to wait longer is one to wait as long as it goes. */

static ngx_uint_t
ngx_http_whatsauth_status_seconds(ngx_http_request_t *r)
{
    ngx_str_t         value;
    whatsauth_text_t  text;

    if (ngx_http_arg(r, (u_char *) "wait", sizeof("wait") - 1, &value)
        == NGX_OK)
    {
        text = ngx_http_whatsauth_text(&value);

        return whatsauth_prefer_seconds(&text,
                                        NGX_HTTP_WHATSAUTH_STREAM_WAIT_MAX);
    }

    if (ngx_http_whatsauth_header_joined(r, &ngx_http_whatsauth_status_prefer,
                                         &value)
        > 0)
    {
        text = ngx_http_whatsauth_text(&value);

        return whatsauth_prefer_wait(&text,
                                     NGX_HTTP_WHATSAUTH_STREAM_WAIT_MAX);
    }

    return 0;
}


static void
ngx_http_whatsauth_status_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_status_t *status = data;

    ngx_int_t                     rc;
    ngx_http_request_t           *r;
    ngx_http_whatsauth_result_t   refused;

    r = ngx_http_whatsauth_hold_request(&status->hold);

    refused = ngx_http_whatsauth_claimed(r, status->app, &status->claim,
                                         result, record);

    rc = refused == NGX_HTTP_WHATSAUTH_NONE
         ? ngx_http_whatsauth_status_response(r, record)
         : ngx_http_whatsauth_claimed_problem(r, refused);

    ngx_http_whatsauth_hold_end(&status->hold, rc);
}


/* nginx makes it a 304 if the client has this very state (RFC 9110, 13.1.2). */

static ngx_int_t
ngx_http_whatsauth_status_response(ngx_http_request_t *r,
    const ledger_record_t *record)
{
    ngx_str_t  body, etag;

    if (ngx_http_whatsauth_status_body(r, record, &body) != NGX_OK
        || ngx_http_whatsauth_status_etag(r, &body, &etag) != NGX_OK
        || ngx_http_whatsauth_response_etag(r, &etag) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_response(r, NGX_HTTP_WHATSAUTH_FOUND,
                                       "application/json", &body);
}


static ngx_uint_t
ngx_http_whatsauth_status_is_news(ngx_http_request_t *r,
    const ledger_record_t *record)
{
    ngx_str_t         body, etag;
    ngx_table_elt_t  *h;
    whatsauth_text_t  header, tag;

    h = r->headers_in.if_none_match;

    if (h == NULL
        || ngx_http_whatsauth_status_body(r, record, &body) != NGX_OK
        || ngx_http_whatsauth_status_etag(r, &body, &etag) != NGX_OK)
    {
        return 0;
    }

    header = ngx_http_whatsauth_text(&h->value);
    tag = ngx_http_whatsauth_text(&etag);

    return !whatsauth_etag_is_named(&header, &tag);
}


static ngx_int_t
ngx_http_whatsauth_status_body(ngx_http_request_t *r,
    const ledger_record_t *record, ngx_str_t *body)
{
    body->data = ngx_pnalloc(r->pool, NGX_HTTP_WHATSAUTH_STATUS_JSON_MAX);
    if (body->data == NULL) {
        return NGX_ERROR;
    }

    body->len = ngx_http_whatsauth_status_json(record,
                                               ngx_http_whatsauth_door_now(),
                                               body->data);

    return body->len ? NGX_OK : NGX_ERROR;
}


/* Nobody is let in by it, so any hash of the JSON does. */

static ngx_int_t
ngx_http_whatsauth_status_etag(ngx_http_request_t *r, const ngx_str_t *body,
    ngx_str_t *etag)
{
    etag->data = ngx_pnalloc(r->pool, sizeof("\"0123456789abcdef\""));
    if (etag->data == NULL) {
        return NGX_ERROR;
    }

    etag->len = ngx_sprintf(etag->data, "\"%016xL\"",
                            ledger_hash(body->data, body->len))
                - etag->data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_status_event(ngx_http_request_t *r,
    const ledger_record_t *record, ngx_uint_t occasions, ngx_str_t *text)
{
    size_t      len;
    u_char     *p;
    u_char      json[NGX_HTTP_WHATSAUTH_STATUS_JSON_MAX];
    ngx_uint_t  retry;

    if (occasions == NGX_HTTP_WHATSAUTH_STREAM_LAST) {
        return NGX_OK;
    }

    len = ngx_http_whatsauth_status_json(record, ngx_http_whatsauth_door_now(),
                                         json);
    text->data = ngx_pnalloc(r->pool, NGX_HTTP_WHATSAUTH_STATUS_EVENT_LEN);

    if (len == 0 || text->data == NULL) {
        return NGX_ERROR;
    }

    p = text->data;

    if (occasions & NGX_HTTP_WHATSAUTH_STREAM_FIRST) {
        retry = NGX_HTTP_WHATSAUTH_STATUS_RETRY_MIN
                + ngx_random() % (NGX_HTTP_WHATSAUTH_STATUS_RETRY_MAX
                                  - NGX_HTTP_WHATSAUTH_STATUS_RETRY_MIN + 1);

        p = ngx_sprintf(p, "retry: %ui\n\n", retry);
    }

    p = ngx_sprintf(p, "event: status\ndata: %*s\n\n", len, json);
    text->len = p - text->data;

    return NGX_OK;
}
