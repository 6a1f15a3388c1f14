
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A response behind a gate is one person's.  Without a word of the site a
 * shared cache could give it to the next one, and the browser's to whoever
 * goes back after a logout.  One that stays open ends with the session.  So it
 * is also where a gate has let the request in and "try_files" or the like has
 * led it to a location without one.
 *
 * This runs when nginx's filter "headers" has set what "expires" and
 * "add_header" say.
 */


#include "gate/identity.h"
#include "gate/session_end.h"
#include "kit/conf.h"
#include "kit/header.h"
#include "kit/response.h"


static ngx_int_t ngx_http_whatsauth_filter_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_whatsauth_filter_header(ngx_http_request_t *r);
static ngx_uint_t ngx_http_whatsauth_filter_stays_open(ngx_http_request_t *r);
static ngx_uint_t ngx_http_whatsauth_filter_has_cache_control(
    ngx_http_request_t *r);


static ngx_http_module_t  ngx_http_whatsauth_filter_module_ctx = {
    NULL,                                   /* preconfiguration */
    ngx_http_whatsauth_filter_init,         /* postconfiguration */

    NULL,                                   /* create main configuration */
    NULL,                                   /* init main configuration */

    NULL,                                   /* create server configuration */
    NULL,                                   /* merge server configuration */

    NULL,                                   /* create location configuration */
    NULL                                    /* merge location configuration */
};


ngx_module_t  ngx_http_whatsauth_filter_module = {
    NGX_MODULE_V1,
    &ngx_http_whatsauth_filter_module_ctx,  /* module context */
    NULL,                                   /* module directives */
    NGX_HTTP_MODULE,                        /* module type */
    NULL,                                   /* init master */
    NULL,                                   /* init module */
    NULL,                                   /* init process */
    NULL,                                   /* init thread */
    NULL,                                   /* exit thread */
    NULL,                                   /* exit process */
    NULL,                                   /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_output_header_filter_pt  ngx_http_whatsauth_filter_next;


static ngx_int_t
ngx_http_whatsauth_filter_init(ngx_conf_t *cf)
{
    ngx_http_whatsauth_filter_next = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_whatsauth_filter_header;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_filter_header(ngx_http_request_t *r)
{
    ngx_http_whatsauth_identity_t  *identity;
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    if (r != r->main) {
        return ngx_http_whatsauth_filter_next(r);
    }

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_whatsauth_module);
    identity = ngx_http_whatsauth_identity_found(r);

    if (wlcf->gate == NULL && identity == NULL) {
        return ngx_http_whatsauth_filter_next(r);
    }

    if (identity != NULL
        && ngx_http_whatsauth_filter_stays_open(r)
        && ngx_http_whatsauth_session_end(r, identity->key) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ngx_http_whatsauth_filter_has_cache_control(r)
        && ngx_http_whatsauth_response_literal(r, "Cache-Control",
                                               "private, no-cache")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_filter_next(r);
}


/* A WebSocket or what else has been upgraded, and events for a page. */

static ngx_uint_t
ngx_http_whatsauth_filter_stays_open(ngx_http_request_t *r)
{
    static ngx_str_t  events = ngx_string("text/event-stream");

    return r->headers_out.status == NGX_HTTP_SWITCHING_PROTOCOLS
           || (r->headers_out.content_type.len >= events.len
               && ngx_strncasecmp(r->headers_out.content_type.data,
                                  events.data, events.len) == 0);
}


static ngx_uint_t
ngx_http_whatsauth_filter_has_cache_control(ngx_http_request_t *r)
{
    ngx_table_elt_t               *h;
    ngx_http_whatsauth_headers_t   headers;

    static const ngx_str_t  name = ngx_string("Cache-Control");

    ngx_http_whatsauth_headers(&headers, &r->headers_out.headers);

    do {
        h = ngx_http_whatsauth_headers_next(&headers, &name);
    } while (h != NULL && h->hash == 0);

    return h != NULL;
}
