
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "wire/outgoing_answer.h"
#include "wire/outgoing_log.h"


/* Bytes of an error answer's body that are read. */
#define NGX_HTTP_WHATSAUTH_ANSWER_BODY_MAX  1024


static void ngx_http_whatsauth_outgoing_answer_recycle(ngx_buf_t *b);
static ngx_int_t ngx_http_whatsauth_outgoing_answer_body(
    ngx_http_request_t *r);
static time_t ngx_http_whatsauth_outgoing_answer_retry_after(
    whatsauth_answer_t *answer);


ngx_int_t
ngx_http_whatsauth_outgoing_answer_reinit(ngx_http_request_t *r)
{
    ngx_http_whatsauth_outgoing_t  *out;

    out = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    ngx_memzero(&out->header, sizeof(whatsauth_answer_t));
    out->status = 0;
    out->json = 0;
    out->retry_after = 0;

    r->upstream->process_header = ngx_http_whatsauth_outgoing_answer_header;

    return NGX_OK;
}


/*
 * Replaces nginx's own parser and header handlers, in which an
 * X-Accel-Redirect of a site would act.  Read bytes are dropped at once: nginx
 * takes a full buffer for a header that is too big.
 */

ngx_int_t
ngx_http_whatsauth_outgoing_answer_header(ngx_http_request_t *r)
{
    ngx_str_t                           url;
    const char                         *p;
    ngx_http_upstream_t                *u;
    whatsauth_answer_result_t           rc;
    ngx_http_whatsauth_outgoing_t      *out;
    ngx_http_whatsauth_outgoing_name_t  name;

    u = r->upstream;
    out = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    p = (const char *) u->buffer.pos;
    rc = whatsauth_answer_read(&out->header, &p, (char *) u->buffer.last);
    u->buffer.pos = (u_char *) p;

    switch (rc) {

    case WHATSAUTH_ANSWER_AGAIN:
        ngx_http_whatsauth_outgoing_answer_recycle(&u->buffer);
        return NGX_AGAIN;

    case WHATSAUTH_ANSWER_NO_STATUS_LINE:
        url = ngx_http_whatsauth_outgoing_url(out, name);
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "whatsauth: %V sent no valid HTTP/1.x header",
                      &url);
        return NGX_HTTP_UPSTREAM_INVALID_HEADER;

    case WHATSAUTH_ANSWER_TOO_LONG:
    case WHATSAUTH_ANSWER_DONE:
        break;
    }

    ngx_http_whatsauth_outgoing_answer_take(out);
    u->headers_in.status_n = out->status;

    if (out->want_body && out->status >= NGX_HTTP_SPECIAL_RESPONSE
        && rc == WHATSAUTH_ANSWER_DONE)
    {
        ngx_http_whatsauth_outgoing_answer_recycle(&u->buffer);
        u->process_header = ngx_http_whatsauth_outgoing_answer_body;
        return ngx_http_whatsauth_outgoing_answer_body(r);
    }

    return NGX_OK;
}


void
ngx_http_whatsauth_outgoing_answer_take(ngx_http_whatsauth_outgoing_t *out)
{
    out->status = whatsauth_answer_status(&out->header);

    if (out->status) {
        out->json = out->header.json;
        out->retry_after =
                  ngx_http_whatsauth_outgoing_answer_retry_after(&out->header);
    }
}


/* Moves the unread bytes to the front, so that the whole rest is free. */

static void
ngx_http_whatsauth_outgoing_answer_recycle(ngx_buf_t *b)
{
    size_t  len;

    len = b->last - b->pos;
    ngx_memmove(b->start, b->pos, len);

    b->pos = b->start;
    b->last = b->start + len;
}


/*
 * Keeps the first bytes of the body, up to the end of a JSON object, or all of
 * it if the answer ends sooner.
 */

static ngx_int_t
ngx_http_whatsauth_outgoing_answer_body(ngx_http_request_t *r)
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
        || len >= NGX_HTTP_WHATSAUTH_ANSWER_BODY_MAX)
    {
        return NGX_OK;
    }

    return NGX_AGAIN;
}


/* Seconds or a date (RFC 9110, 10.2.3); 0 for anything else. */

static time_t
ngx_http_whatsauth_outgoing_answer_retry_after(whatsauth_answer_t *answer)
{
    size_t   len;
    time_t   seconds;
    u_char  *p;

    p = (u_char *) answer->retry_after;
    len = answer->retry_after_len;

    if (len == 0) {
        return 0;
    }

    seconds = ngx_atotm(p, len);

    if (seconds == (time_t) NGX_ERROR) {
        seconds = ngx_parse_http_time(p, len);

        if (seconds == (time_t) NGX_ERROR) {
            return 0;
        }

        seconds -= ngx_time();
    }

    return ngx_max(seconds, 0);
}
