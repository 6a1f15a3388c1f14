
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/ctx.h"
#include "kit/problem.h"
#include "kit/response.h"
#include "login/login.h"
#include "login/template.h"


static ngx_int_t ngx_http_whatsauth_file_face_css(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_file_face_js(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_file_face_widget_js(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_file_face_image(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_file_face_send(ngx_http_request_t *r,
    ngx_http_whatsauth_file_number_t number);
static ngx_int_t ngx_http_whatsauth_file_face_headers(ngx_http_request_t *r,
    const ngx_http_whatsauth_file_t *file);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_page_css_face = {
    ngx_string("page.css"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_file_face_css },
      { 0, NULL } }
};


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_page_js_face = {
    ngx_string("page.js"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_file_face_js },
      { 0, NULL } }
};


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_widget_js_face = {
    ngx_string("widget.js"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_file_face_widget_js },
      { 0, NULL } }
};


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_logo_face = {
    ngx_string("logo"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_file_face_image },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_file_face_css(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_file_face_send(r, NGX_HTTP_WHATSAUTH_FILE_CSS);
}


static ngx_int_t
ngx_http_whatsauth_file_face_js(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_file_face_send(r, NGX_HTTP_WHATSAUTH_FILE_JS);
}


/* A module of another origin is loaded with CORS. */

static ngx_int_t
ngx_http_whatsauth_file_face_widget_js(ngx_http_request_t *r)
{
    if (ngx_http_whatsauth_response_literal(r, "Access-Control-Allow-Origin",
                                            "*")
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_file_face_send(r, NGX_HTTP_WHATSAUTH_FILE_WIDGET);
}


static ngx_int_t
ngx_http_whatsauth_file_face_image(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_file_face_send(r, NGX_HTTP_WHATSAUTH_FILE_LOGO);
}


static ngx_int_t
ngx_http_whatsauth_file_face_send(ngx_http_request_t *r,
    ngx_http_whatsauth_file_number_t number)
{
    ngx_int_t                        rc;
    ngx_buf_t                       *b;
    ngx_chain_t                      out;
    ngx_http_whatsauth_loc_conf_t   *wlcf;
    const ngx_http_whatsauth_file_t *file;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_whatsauth_module);
    file = &wlcf->login->pages->files.file[number];

    if (file->url.len == 0) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_NOT_FOUND,
                                          "there is no such file");
    }

    ngx_http_whatsauth_ctx(r)->result = NGX_HTTP_WHATSAUTH_FOUND;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_whatsauth_file_face_headers(r, file) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b->pos = file->content.data;
    b->last = b->pos + file->content.len;
    b->memory = 1;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


/* Without the version a browser asks each time: the response is a short 304. */

static ngx_int_t
ngx_http_whatsauth_file_face_headers(ngx_http_request_t *r,
    const ngx_http_whatsauth_file_t *file)
{
    const char  *lifetime;

    lifetime = r->args.len ? "public, max-age=31536000, immutable"
                           : "no-cache";

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = file->content.len;
    r->headers_out.content_type.data = (u_char *) file->type;
    r->headers_out.content_type.len = ngx_strlen(file->type);
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_http_whatsauth_response_etag(r, &file->etag) != NGX_OK
        || ngx_http_whatsauth_response_literal(r, "Cache-Control", lifetime)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_response_literal(r, "X-Content-Type-Options",
                                               "nosniff");
}
