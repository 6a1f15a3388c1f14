
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/face.h"
#include "face/lookup.h"
#include "journey/link.h"
#include "kit/conf.h"
#include "kit/ctx.h"
#include "kit/problem.h"
#include "kit/response.h"

#include "protocol/qr.h"


typedef struct {
    ngx_str_t    suffix;
    const char  *type;
    ngx_uint_t   svg;
} ngx_http_whatsauth_qr_format_t;


static ngx_int_t ngx_http_whatsauth_qr(ngx_http_request_t *r);
static const ngx_http_whatsauth_qr_format_t *ngx_http_whatsauth_qr_format(
    ngx_str_t *name);
static ngx_int_t ngx_http_whatsauth_qr_found(ngx_http_request_t *r,
    const ledger_record_t *record);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_qr_face = {
    ngx_string("qr/"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_qr },
      { 0, NULL } }
};


static const ngx_http_whatsauth_qr_format_t  ngx_http_whatsauth_qr_formats[] =
{
    { ngx_string(".png"), "image/png", 0 },
    { ngx_string(".svg"), "image/svg+xml", 1 },
    { ngx_null_string, NULL, 0 }
};


/*
 * The image of a waiting code's link.  It is made here, because a live code
 * must not go to a third party.  A browser fetches it without a token: the id
 * leads to it, and nobody can guess that.
 */

static ngx_int_t
ngx_http_whatsauth_qr(ngx_http_request_t *r)
{
    ngx_str_t                              id;
    ngx_http_whatsauth_ctx_t              *ctx;
    const ngx_http_whatsauth_qr_format_t  *format;

    ctx = ngx_http_whatsauth_ctx(r);

    id = ctx->rest;
    format = ngx_http_whatsauth_qr_format(&id);

    if (format == NULL) {
        return ngx_http_whatsauth_qr_found(r, NULL);
    }

    ctx->data = (void *) format;

    return ngx_http_whatsauth_lookup(r, &id, ngx_http_whatsauth_qr_found);
}


/* Takes the suffix off the name. */

static const ngx_http_whatsauth_qr_format_t *
ngx_http_whatsauth_qr_format(ngx_str_t *name)
{
    const ngx_http_whatsauth_qr_format_t  *f;

    for (f = ngx_http_whatsauth_qr_formats; f->suffix.len; f++) {

        if (name->len > f->suffix.len
            && ngx_strncmp(name->data + name->len - f->suffix.len,
                           f->suffix.data, f->suffix.len) == 0)
        {
            name->len -= f->suffix.len;
            return f;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_whatsauth_qr_found(ngx_http_request_t *r,
    const ledger_record_t *record)
{
    char                                  *image;
    size_t                                 len;
    ngx_str_t                              link, deep_link;
    whatsauth_text_t                       text;
    ngx_http_whatsauth_app_t              *app;
    ngx_http_whatsauth_ctx_t              *ctx;
    ngx_http_whatsauth_main_conf_t        *mcf;
    const ngx_http_whatsauth_qr_format_t  *format;

    ctx = ngx_http_whatsauth_ctx(r);
    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);

    app = NULL;

    if (record != NULL
        && record->status == LEDGER_STATUS_REQUESTED
        && (record->flags & LEDGER_QR))
    {
        app = ngx_http_whatsauth_conf_app(mcf, record->text[LEDGER_APP].data,
                                          record->text[LEDGER_APP].len);
    }

    /* Below the login page of an app there are images of that app alone. */

    if (app == NULL || !app->enabled
        || (ctx->app != NULL && ctx->app != app))
    {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_NOT_FOUND,
                                          "there is no such image");
    }

    ctx->app = app;

    if (ngx_http_whatsauth_link_waiting(r->pool, app, record, &link,
                                        &deep_link)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    format = ctx->data;
    text = ngx_http_whatsauth_text(&link);

    image = format->svg ? whatsauth_qr_svg(&text, &len)
                        : (char *) whatsauth_qr_png(&text, &len);

    return ngx_http_whatsauth_response_malloced(r, NGX_HTTP_WHATSAUTH_FOUND,
                                                format->type, image, len);
}
