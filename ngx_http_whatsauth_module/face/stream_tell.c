
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/claimed.h"
#include "face/stream_flow.h"
#include "face/stream_tell.h"
#include "journey/status_json.h"
#include "kit/response.h"


static ngx_uint_t ngx_http_whatsauth_stream_tell_is_news(
    ngx_http_whatsauth_stream_told_t *told, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_stream_tell_part(
    ngx_http_whatsauth_stream_told_t *told, const ledger_record_t *record,
    ngx_uint_t occasions);


ngx_int_t
ngx_http_whatsauth_stream_tell(ngx_http_whatsauth_stream_told_t *told,
    const ledger_record_t *record)
{
    uint64_t    now, state;
    ngx_uint_t  occasions;

    now = ngx_http_whatsauth_door_now();
    state = ngx_http_whatsauth_status_state(record, now);
    occasions = 0;

    if (!told->begun) {
        occasions |= NGX_HTTP_WHATSAUTH_STREAM_FIRST;

        if (ngx_http_whatsauth_stream_tell_is_news(told, record)) {
            occasions |= NGX_HTTP_WHATSAUTH_STREAM_CHANGED;
        }

    } else if (state != told->state) {
        occasions |= NGX_HTTP_WHATSAUTH_STREAM_CHANGED;
    }

    if (told->ending
        || ledger_status(record, now) != LEDGER_STATUS_REQUESTED)
    {
        occasions |= NGX_HTTP_WHATSAUTH_STREAM_LAST;
    }

    told->state = state;

    if (told->format->response == NULL) {
        return ngx_http_whatsauth_stream_tell_part(told, record, occasions);
    }

    told->begun = 1;

    return occasions & ~NGX_HTTP_WHATSAUTH_STREAM_FIRST
           ? told->format->response(told->request, record) : NGX_DONE;
}


/* The state may have changed between two requests that wait for a change. */

static ngx_uint_t
ngx_http_whatsauth_stream_tell_is_news(ngx_http_whatsauth_stream_told_t *told,
    const ledger_record_t *record)
{
    return told->format->is_news != NULL
           && told->format->is_news(told->request, record);
}


static ngx_int_t
ngx_http_whatsauth_stream_tell_part(ngx_http_whatsauth_stream_told_t *told,
    const ledger_record_t *record, ngx_uint_t occasions)
{
    ngx_int_t            rc;
    ngx_str_t            text;
    ngx_uint_t           last;
    ngx_http_request_t  *r;

    if (occasions == 0) {
        return NGX_DONE;
    }

    r = told->request;
    ngx_str_null(&text);

    if (!told->begun) {
        told->begun = 1;

        if (ngx_http_whatsauth_response_start(r, NGX_HTTP_WHATSAUTH_FOUND,
                                              told->format->type)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (told->format->part(r, record, occasions, &text) != NGX_OK) {
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


ngx_int_t
ngx_http_whatsauth_stream_tell_lost(ngx_http_whatsauth_stream_told_t *told,
    ngx_http_whatsauth_result_t result)
{
    ngx_str_t  none;

    if (!told->begun || told->format->response != NULL) {
        return ngx_http_whatsauth_stream_tell_refuse(told, result);
    }

    ngx_str_null(&none);

    return ngx_http_whatsauth_response_part(told->request, &none, 1);
}


ngx_int_t
ngx_http_whatsauth_stream_tell_refuse(ngx_http_whatsauth_stream_told_t *told,
    ngx_http_whatsauth_result_t result)
{
    return told->format->refused != NULL
           ? told->format->refused(told->request, result)
           : ngx_http_whatsauth_claimed_problem(told->request, result);
}
