
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/watch.h"
#include "face/claimed.h"
#include "face/hold.h"
#include "face/stream.h"
#include "face/stream_client.h"
#include "face/stream_flow.h"
#include "face/wheel.h"
#include "journey/status_json.h"
#include "kit/ctx.h"
#include "kit/response.h"


/* The seconds between two beats. */
#define NGX_HTTP_WHATSAUTH_STREAM_BEAT  25


typedef struct {
    ngx_queue_t                                queue;    /* in the wheel */
    ngx_http_whatsauth_hold_t                  hold;
    ngx_http_whatsauth_watch_t                 watch;
    ngx_http_whatsauth_wait_t                 *wait;     /* a read, or NULL */
    const ngx_http_whatsauth_stream_format_t  *format;
    ngx_http_whatsauth_app_t                  *app;
    ngx_http_whatsauth_stream_client_t        *client;
    whatsauth_token_t                          claim;
    uint64_t                                   state;    /* as it was told */
    ngx_buf_t                                  beat;
    unsigned                                   begun:1;
    unsigned                                   again:1;  /* it changes while it
                                                            is read */
    unsigned                                   ending:1; /* whatever is read */
    unsigned                                   queued:1;
    unsigned                                   over:1;
} ngx_http_whatsauth_stream_t;


static ngx_int_t ngx_http_whatsauth_stream_open(
    ngx_http_whatsauth_stream_t *stream);
static void ngx_http_whatsauth_stream_read(
    ngx_http_whatsauth_stream_t *stream);
static void ngx_http_whatsauth_stream_changed(void *data);
static void ngx_http_whatsauth_stream_record(void *data,
    ledger_result_t result, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_stream_tell(
    ngx_http_whatsauth_stream_t *stream, const ledger_record_t *record);
static ngx_uint_t ngx_http_whatsauth_stream_is_news(
    ngx_http_whatsauth_stream_t *stream, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_stream_part(
    ngx_http_whatsauth_stream_t *stream, const ledger_record_t *record,
    ngx_uint_t occasions);
static ngx_int_t ngx_http_whatsauth_stream_lost(
    ngx_http_whatsauth_stream_t *stream, ngx_http_whatsauth_result_t result);
static ngx_int_t ngx_http_whatsauth_stream_refuse(
    ngx_http_whatsauth_stream_t *stream, ngx_http_whatsauth_result_t result);
static void ngx_http_whatsauth_stream_due(ngx_queue_t *entry);
static void ngx_http_whatsauth_stream_exiting(ngx_queue_t *entry);
static void ngx_http_whatsauth_stream_beat(
    ngx_http_whatsauth_stream_t *stream);
static void ngx_http_whatsauth_stream_end(
    ngx_http_whatsauth_stream_t *stream, ngx_int_t rc);
static void ngx_http_whatsauth_stream_close(void *data);


ngx_int_t
ngx_http_whatsauth_stream(ngx_http_request_t *r,
    const ngx_http_whatsauth_stream_format_t *format,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim,
    ngx_uint_t seconds)
{
    ngx_int_t                     rc;
    ngx_http_whatsauth_stream_t  *stream;

    stream = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_stream_t));

    if (stream == NULL || ngx_http_whatsauth_hold(&stream->hold, r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    stream->format = format;
    stream->app = app;
    stream->claim = *claim;
    stream->ending = ngx_exiting ? 1 : 0;

    if (ngx_http_whatsauth_stream_open(stream) != NGX_OK) {
        return ngx_http_whatsauth_stream_refuse(stream,
                                         NGX_HTTP_WHATSAUTH_TOO_MANY_STREAMS);
    }

    /* The first beats of clients that come back together lie apart. */

    if (seconds == 0) {
        seconds = 1 + ngx_random() % NGX_HTTP_WHATSAUTH_STREAM_BEAT;
    }

    ngx_http_whatsauth_wheel_add(&stream->queue, seconds);
    stream->queued = 1;

    ngx_http_whatsauth_stream_read(stream);

    rc = ngx_http_whatsauth_hold_until(&stream->hold,
                                       ngx_http_whatsauth_stream_close,
                                       stream);

    if (rc == NGX_DONE && !stream->over) {
        r->write_event_handler = ngx_http_whatsauth_stream_flow;

        if (!r->discard_body) {
            r->read_event_handler = ngx_http_test_reading;
        }
    }

    return rc;
}


/* Watches before it reads: the two together miss nothing. */

static ngx_int_t
ngx_http_whatsauth_stream_open(ngx_http_whatsauth_stream_t *stream)
{
    if (ngx_http_whatsauth_wheel_start(ngx_http_whatsauth_stream_due,
                                       ngx_http_whatsauth_stream_exiting)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    stream->client = ngx_http_whatsauth_stream_client(stream->hold.request);
    if (stream->client == NULL) {
        return NGX_ERROR;
    }

    stream->watch.key = stream->claim.key;
    stream->watch.changed = ngx_http_whatsauth_stream_changed;
    stream->watch.data = stream;

    if (ngx_http_whatsauth_watch(&stream->watch) != NGX_OK) {
        ngx_http_whatsauth_stream_client_end(stream->client);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_http_whatsauth_stream_read(ngx_http_whatsauth_stream_t *stream)
{
    ngx_http_whatsauth_wait_t  *wait;

    if (stream->wait != NULL) {
        stream->again = 1;
        return;
    }

    wait = ngx_http_whatsauth_door_read(stream->claim.key,
                                        ngx_http_whatsauth_stream_record,
                                        stream);

    /* NULL: it has been read, and the request may be gone. */

    if (wait != NULL) {
        stream->wait = wait;
    }
}


static void
ngx_http_whatsauth_stream_changed(void *data)
{
    ngx_http_whatsauth_stream_read(data);
}


static void
ngx_http_whatsauth_stream_record(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_stream_t *stream = data;

    ngx_int_t                     rc;
    ngx_http_request_t           *r;
    ngx_http_whatsauth_result_t   refused;

    stream->wait = NULL;
    r = ngx_http_whatsauth_hold_request(&stream->hold);

    refused = ngx_http_whatsauth_claimed(r, stream->app, &stream->claim,
                                         result, record);

    if (refused == NGX_HTTP_WHATSAUTH_NONE) {
        stream->app = ngx_http_whatsauth_ctx(r)->app;
        rc = ngx_http_whatsauth_stream_tell(stream, record);

    } else {
        rc = ngx_http_whatsauth_stream_lost(stream, refused);
    }

    if (rc != NGX_DONE) {
        ngx_http_whatsauth_stream_end(stream, rc);
        return;
    }

    if (stream->again) {
        stream->again = 0;
        ngx_http_whatsauth_stream_read(stream);
    }
}


/* Returns NGX_DONE if the stream goes on, else what it ends with. */

static ngx_int_t
ngx_http_whatsauth_stream_tell(ngx_http_whatsauth_stream_t *stream,
    const ledger_record_t *record)
{
    uint64_t    now, state;
    ngx_uint_t  occasions;

    now = ngx_http_whatsauth_door_now();
    state = ngx_http_whatsauth_status_state(record, now);
    occasions = 0;

    if (!stream->begun) {
        occasions |= NGX_HTTP_WHATSAUTH_STREAM_FIRST;

        if (ngx_http_whatsauth_stream_is_news(stream, record)) {
            occasions |= NGX_HTTP_WHATSAUTH_STREAM_CHANGED;
        }

    } else if (state != stream->state) {
        occasions |= NGX_HTTP_WHATSAUTH_STREAM_CHANGED;
    }

    if (stream->ending
        || ledger_status(record, now) != LEDGER_STATUS_REQUESTED)
    {
        occasions |= NGX_HTTP_WHATSAUTH_STREAM_LAST;
    }

    stream->state = state;

    if (stream->format->response == NULL) {
        return ngx_http_whatsauth_stream_part(stream, record, occasions);
    }

    stream->begun = 1;

    return occasions & ~NGX_HTTP_WHATSAUTH_STREAM_FIRST
           ? stream->format->response(stream->hold.request, record) : NGX_DONE;
}


/* The state may have changed between two requests that wait for a change. */

static ngx_uint_t
ngx_http_whatsauth_stream_is_news(ngx_http_whatsauth_stream_t *stream,
    const ledger_record_t *record)
{
    return stream->format->is_news != NULL
           && stream->format->is_news(stream->hold.request, record);
}


static ngx_int_t
ngx_http_whatsauth_stream_part(ngx_http_whatsauth_stream_t *stream,
    const ledger_record_t *record, ngx_uint_t occasions)
{
    ngx_int_t            rc;
    ngx_str_t            text;
    ngx_uint_t           last;
    ngx_http_request_t  *r;

    if (occasions == 0) {
        return NGX_DONE;
    }

    r = stream->hold.request;
    ngx_str_null(&text);

    if (!stream->begun) {
        stream->begun = 1;

        if (ngx_http_whatsauth_response_start(r, NGX_HTTP_WHATSAUTH_FOUND,
                                              stream->format->type)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (stream->format->part(r, record, occasions, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    last = occasions & NGX_HTTP_WHATSAUTH_STREAM_LAST;

    if (text.len == 0 && !last) {
        return NGX_DONE;
    }

    rc = ngx_http_whatsauth_response_part(r, &text, last);

    if (rc == NGX_ERROR || last) {
        return rc;
    }

    return ngx_http_whatsauth_stream_flow_flush(r) == NGX_OK ? NGX_DONE
                                                             : NGX_ERROR;
}


/*
 * The record is gone, its claim is dead, or the store cannot be read.  The
 * first response says which; one that has begun ends, and the client asks.
 */

static ngx_int_t
ngx_http_whatsauth_stream_lost(ngx_http_whatsauth_stream_t *stream,
    ngx_http_whatsauth_result_t result)
{
    ngx_str_t            none;
    ngx_http_request_t  *r;

    r = stream->hold.request;

    if (!stream->begun || stream->format->response != NULL) {
        return ngx_http_whatsauth_stream_refuse(stream, result);
    }

    ngx_str_null(&none);

    return ngx_http_whatsauth_response_part(r, &none, 1);
}


static ngx_int_t
ngx_http_whatsauth_stream_refuse(ngx_http_whatsauth_stream_t *stream,
    ngx_http_whatsauth_result_t result)
{
    ngx_http_request_t  *r;

    r = stream->hold.request;

    return stream->format->refused != NULL
           ? stream->format->refused(r, result)
           : ngx_http_whatsauth_claimed_problem(r, result);
}


static void
ngx_http_whatsauth_stream_due(ngx_queue_t *entry)
{
    ngx_http_whatsauth_stream_t  *stream;

    stream = ngx_queue_data(entry, ngx_http_whatsauth_stream_t, queue);

    ngx_http_whatsauth_wheel_add(entry, NGX_HTTP_WHATSAUTH_STREAM_BEAT);

    if (stream->format->response != NULL) {
        stream->ending = 1;
        ngx_http_whatsauth_stream_read(stream);
        return;
    }

    ngx_http_whatsauth_stream_beat(stream);
}


static void
ngx_http_whatsauth_stream_exiting(ngx_queue_t *entry)
{
    ngx_http_whatsauth_stream_t  *stream;

    stream = ngx_queue_data(entry, ngx_http_whatsauth_stream_t, queue);

    stream->queued = 0;
    stream->ending = 1;

    ngx_http_whatsauth_stream_read(stream);
}


static void
ngx_http_whatsauth_stream_beat(ngx_http_whatsauth_stream_t *stream)
{
    ngx_http_request_t  *r;

    r = ngx_http_whatsauth_hold_request(&stream->hold);

    if (stream->begun
        && ngx_http_whatsauth_stream_flow_beat(r, &stream->beat,
                                               &stream->format->beat)
           != NGX_OK)
    {
        ngx_http_whatsauth_stream_end(stream, NGX_ERROR);
    }
}


static void
ngx_http_whatsauth_stream_end(ngx_http_whatsauth_stream_t *stream,
    ngx_int_t rc)
{
    ngx_http_whatsauth_stream_close(stream);
    ngx_http_whatsauth_hold_end(&stream->hold, rc);
}


static void
ngx_http_whatsauth_stream_close(void *data)
{
    ngx_http_whatsauth_stream_t *stream = data;

    if (stream->over) {
        return;
    }

    stream->over = 1;

    if (stream->queued) {
        ngx_http_whatsauth_wheel_remove(&stream->queue);
    }

    if (stream->wait != NULL) {
        ngx_http_whatsauth_door_forget(stream->wait);
    }

    ngx_http_whatsauth_watch_end(&stream->watch);
    ngx_http_whatsauth_stream_client_end(stream->client);
}


void
ngx_http_whatsauth_stream_exit_process(void)
{
    ngx_http_whatsauth_wheel_exit_process();
}
