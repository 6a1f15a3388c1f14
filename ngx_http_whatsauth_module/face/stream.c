
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/watch.h"
#include "face/claimed.h"
#include "face/hold.h"
#include "face/stream_client.h"
#include "face/stream_flow.h"
#include "face/stream_tell.h"
#include "face/wheel.h"
#include "kit/ctx.h"


/* The seconds between two beats. */
#define NGX_HTTP_WHATSAUTH_STREAM_BEAT  25


typedef struct {
    ngx_queue_t                          queue;      /* in the wheel */
    ngx_http_whatsauth_hold_t            hold;
    ngx_http_whatsauth_watch_t           watch;
    ngx_http_whatsauth_wait_t           *wait;       /* a read, or NULL */
    ngx_http_whatsauth_stream_told_t     told;
    ngx_http_whatsauth_app_t            *app;
    ngx_http_whatsauth_stream_client_t  *client;
    whatsauth_token_t                    claim;
    ngx_buf_t                            beat;
    unsigned                             again:1;    /* it changes while it is
                                                        read */
    unsigned                             queued:1;
    unsigned                             over:1;
} ngx_http_whatsauth_stream_t;


static ngx_int_t ngx_http_whatsauth_stream_open(
    ngx_http_whatsauth_stream_t *stream);
static void ngx_http_whatsauth_stream_read(
    ngx_http_whatsauth_stream_t *stream);
static void ngx_http_whatsauth_stream_changed(void *data);
static void ngx_http_whatsauth_stream_record(void *data,
    ledger_result_t result, const ledger_record_t *record);
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

    stream->told.request = r;
    stream->told.format = format;
    stream->told.ending = ngx_exiting ? 1 : 0;
    stream->app = app;
    stream->claim = *claim;

    if (ngx_http_whatsauth_stream_open(stream) != NGX_OK) {
        return ngx_http_whatsauth_stream_tell_refuse(&stream->told,
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
        rc = ngx_http_whatsauth_stream_tell(&stream->told, record);

    } else {
        rc = ngx_http_whatsauth_stream_tell_lost(&stream->told, refused);
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


static void
ngx_http_whatsauth_stream_due(ngx_queue_t *entry)
{
    ngx_http_whatsauth_stream_t  *stream;

    stream = ngx_queue_data(entry, ngx_http_whatsauth_stream_t, queue);

    ngx_http_whatsauth_wheel_add(entry, NGX_HTTP_WHATSAUTH_STREAM_BEAT);

    if (stream->told.format->response != NULL) {
        stream->told.ending = 1;
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
    stream->told.ending = 1;

    ngx_http_whatsauth_stream_read(stream);
}


static void
ngx_http_whatsauth_stream_beat(ngx_http_whatsauth_stream_t *stream)
{
    ngx_http_request_t  *r;

    r = ngx_http_whatsauth_hold_request(&stream->hold);

    if (stream->told.begun
        && ngx_http_whatsauth_stream_flow_beat(r, &stream->beat,
                                               &stream->told.format->beat)
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
