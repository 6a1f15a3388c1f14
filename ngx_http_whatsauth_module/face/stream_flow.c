
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/stream_flow.h"


void
ngx_http_whatsauth_stream_flow(ngx_http_request_t *r)
{
    ngx_connection_t  *c;

    c = r->connection;

    if (c->write->timedout) {
        c->timedout = 1;
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    if (ngx_http_output_filter(r, NULL) == NGX_ERROR
        || ngx_http_whatsauth_stream_flow_flush(r) != NGX_OK)
    {
        ngx_http_finalize_request(r, NGX_ERROR);
    }
}


ngx_int_t
ngx_http_whatsauth_stream_flow_flush(ngx_http_request_t *r)
{
    ngx_event_t               *wev;
    ngx_http_core_loc_conf_t  *clcf;

    wev = r->connection->write;

    if (wev->delayed) {
        return NGX_OK;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!r->buffered && !r->connection->buffered) {

        if (wev->timer_set) {
            ngx_del_timer(wev);
        }

    } else if (!wev->timer_set) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    return ngx_handle_write_event(wev, clcf->send_lowat);
}


ngx_int_t
ngx_http_whatsauth_stream_flow_beat(ngx_http_request_t *r, ngx_buf_t *b,
    const ngx_str_t *text)
{
    ngx_chain_t  out;

    if (r->buffered || r->connection->buffered) {
        return NGX_OK;
    }

    ngx_memzero(b, sizeof(ngx_buf_t));

    b->pos = text->data;
    b->last = b->pos + text->len;
    b->memory = 1;
    b->flush = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out) == NGX_ERROR
           ? NGX_ERROR : ngx_http_whatsauth_stream_flow_flush(r);
}
