
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_outgoing.h"
#include "ngx_http_whatsauth_outgoing_answer.h"


/* Bytes of an error answer's body that are looked at. */
#define NGX_HTTP_WHATSAUTH_BODY_MAX  1024


static ngx_int_t ngx_http_whatsauth_outgoing_process_header(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_outgoing_process_body(
    ngx_http_request_t *r);
static void ngx_http_whatsauth_outgoing_header(
    ngx_http_whatsauth_outgoing_t *out, ngx_http_request_t *r);
static time_t ngx_http_whatsauth_outgoing_retry_after(u_char *p,
    u_char *last);


ngx_int_t
ngx_http_whatsauth_outgoing_reinit_request(ngx_http_request_t *r)
{
    ngx_http_whatsauth_outgoing_t  *out;

    out = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    ngx_memzero(&out->status_line, sizeof(ngx_http_status_t));
    out->status = 0;
    out->json = 0;
    out->retry_after = 0;

    r->upstream->process_header =
                              ngx_http_whatsauth_outgoing_process_status_line;
    r->state = 0;

    return NGX_OK;
}


/* Unlike proxy_pass, an answer without a status line is no answer. */

ngx_int_t
ngx_http_whatsauth_outgoing_process_status_line(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    ngx_http_upstream_t            *u;
    ngx_http_whatsauth_outgoing_t  *out;

    u = r->upstream;
    out = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    rc = ngx_http_parse_status_line(r, &u->buffer, &out->status_line);

    if (rc == NGX_AGAIN) {
        return rc;
    }

    if (rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "whatsauth: %V sent no valid HTTP/1.x header",
                      &out->host);
        return NGX_HTTP_UPSTREAM_INVALID_HEADER;
    }

    u->process_header = ngx_http_whatsauth_outgoing_process_header;

    return ngx_http_whatsauth_outgoing_process_header(r);
}


/*
 * No header is given to nginx's own handlers: those make an X-Accel-Redirect
 * of the answer act.
 */

static ngx_int_t
ngx_http_whatsauth_outgoing_process_header(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    ngx_http_upstream_t            *u;
    ngx_http_whatsauth_outgoing_t  *out;

    u = r->upstream;
    out = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    for ( ;; ) {
        rc = ngx_http_parse_header_line(r, &u->buffer, 1);

        if (rc != NGX_OK) {
            break;
        }

        ngx_http_whatsauth_outgoing_header(out, r);
    }

    if (rc == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    if (rc != NGX_HTTP_PARSE_HEADER_DONE) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "whatsauth: %V sent an invalid header", &out->host);
        return NGX_HTTP_UPSTREAM_INVALID_HEADER;
    }

    if (out->status_line.code < 200 && out->status_line.code != 101) {

        /* 100 and 103 only announce the answer. */

        (void) ngx_http_whatsauth_outgoing_reinit_request(r);
        return ngx_http_whatsauth_outgoing_process_status_line(r);
    }

    out->status = out->status_line.code;
    u->headers_in.status_n = out->status;

    if (out->want_body && out->status >= NGX_HTTP_SPECIAL_RESPONSE) {
        u->process_header = ngx_http_whatsauth_outgoing_process_body;
        return ngx_http_whatsauth_outgoing_process_body(r);
    }

    return NGX_OK;
}


/*
 * The first bytes of the body, as far as they fit behind the header, up to
 * the end of a JSON object.  If the answer ends before, what came is kept.
 */

static ngx_int_t
ngx_http_whatsauth_outgoing_process_body(ngx_http_request_t *r)
{
    size_t                          len;
    ngx_buf_t                      *b;
    ngx_http_whatsauth_outgoing_t  *out;

    b = &r->upstream->buffer;
    out = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    len = b->last - b->pos;

    if (len > out->body.len) {
        out->body.data = ngx_pnalloc(out->pool, len);
        if (out->body.data == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(out->body.data, b->pos, len);
        out->body.len = len;
    }

    if (b->last == b->end || (len && b->last[-1] == '}')
        || len >= NGX_HTTP_WHATSAUTH_BODY_MAX)
    {
        return NGX_OK;
    }

    return NGX_AGAIN;
}


static void
ngx_http_whatsauth_outgoing_header(ngx_http_whatsauth_outgoing_t *out,
    ngx_http_request_t *r)
{
    size_t  len;
    u_char  *name, *p, *last;

    name = r->header_name_start;
    len = r->header_name_end - name;
    p = r->header_start;
    last = r->header_end;

    if (len == sizeof("Content-Type") - 1
        && ngx_strncasecmp(name, (u_char *) "Content-Type", len) == 0)
    {
        len = sizeof("application/json") - 1;

        out->json = (size_t) (last - p) >= len
                    && ngx_strncasecmp(p, (u_char *) "application/json", len)
                       == 0
                    && (p + len == last || p[len] == ';' || p[len] == ' ');

    } else if (len == sizeof("Retry-After") - 1
               && ngx_strncasecmp(name, (u_char *) "Retry-After", len) == 0)
    {
        out->retry_after = ngx_http_whatsauth_outgoing_retry_after(p, last);
    }
}


/* Seconds or a date (RFC 9110, 10.2.3); 0 for anything else. */

static time_t
ngx_http_whatsauth_outgoing_retry_after(u_char *p, u_char *last)
{
    time_t  seconds;

    seconds = ngx_atotm(p, last - p);

    if (seconds == (time_t) NGX_ERROR) {
        seconds = ngx_parse_http_time(p, last - p);

        if (seconds == (time_t) NGX_ERROR) {
            return 0;
        }

        seconds -= ngx_time();
    }

    return ngx_max(seconds, 0);
}
