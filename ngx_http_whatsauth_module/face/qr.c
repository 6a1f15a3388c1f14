
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/store.h"
#include "face/endpoint.h"
#include "journey/link.h"
#include "kit/conf.h"
#include "kit/ctx.h"
#include "kit/response.h"

#include "protocol/qr.h"


typedef struct {
    ngx_str_t    suffix;
    const char  *type;
    ngx_uint_t   svg;
} ngx_http_whatsauth_qr_format_t;


static const ngx_http_whatsauth_qr_format_t *ngx_http_whatsauth_qr_format(
    ngx_str_t *name);
static ngx_int_t ngx_http_whatsauth_qr_record(ngx_str_t *id,
    ledger_copy_t *copy);
static ngx_int_t ngx_http_whatsauth_qr_send(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ledger_record_t *record,
    const ngx_http_whatsauth_qr_format_t *format);
static void ngx_http_whatsauth_qr_free(void *data);


static const ngx_http_whatsauth_qr_format_t  ngx_http_whatsauth_qr_formats[] =
{
    { ngx_string(".png"), "image/png", 0 },
    { ngx_string(".svg"), "image/svg+xml", 1 },
    { ngx_null_string, NULL, 0 }
};


/*
 * The image of a waiting code's link.  It is made here, because a live code
 * must not go to a third party, and it bears no token, because a browser
 * fetches it: the id alone, which nobody can guess, leads to it.
 */

ngx_int_t
ngx_http_whatsauth_qr_handler(ngx_http_request_t *r)
{
    ngx_int_t                              rc;
    ngx_str_t                              id;
    ledger_copy_t                          copy;
    ngx_http_whatsauth_app_t              *app;
    ngx_http_whatsauth_ctx_t              *ctx;
    ngx_http_whatsauth_main_conf_t        *mcf;
    const ngx_http_whatsauth_qr_format_t  *format;

    if (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_HEAD) {
        return ngx_http_whatsauth_method_not_allowed(r, "GET, HEAD");
    }

    ctx = ngx_http_whatsauth_get_ctx(r);
    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);

    id = ctx->rest;
    format = ngx_http_whatsauth_qr_format(&id);
    rc = format ? ngx_http_whatsauth_qr_record(&id, &copy) : NGX_DECLINED;

    if (rc == NGX_ERROR) {
        return ngx_http_whatsauth_problem(r,
                                        NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                        "the verification cannot be read");
    }

    app = NULL;

    if (rc == NGX_OK) {
        app = ngx_http_whatsauth_conf_app(mcf,
                                            copy.record.text[LEDGER_APP].data,
                                            copy.record.text[LEDGER_APP].len);
    }

    if (app == NULL || !app->enabled) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_NOT_FOUND,
                                          "there is no such image");
    }

    ctx->app = app;

    return ngx_http_whatsauth_qr_send(r, app, &copy.record, format);
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


/* NGX_DECLINED: no waiting code for which an image was asked. */

static ngx_int_t
ngx_http_whatsauth_qr_record(ngx_str_t *id, ledger_copy_t *copy)
{
    uint64_t       key;
    lmdb_store_t  *store;

    store = ngx_http_whatsauth_store();
    if (store == NULL) {
        return NGX_ERROR;
    }

    if (whatsauth_id_decode(ngx_http_whatsauth_store_codec(),
                            (const char *) id->data, id->len, &key) != 0)
    {
        return NGX_DECLINED;
    }

    switch (lmdb_store_get(store, key, copy)) {

    case LEDGER_OK:
        break;

    case LEDGER_FAILED:
        return NGX_ERROR;

    default:
        return NGX_DECLINED;
    }

    if (copy->record.status != LEDGER_STATUS_REQUESTED
        || !(copy->record.flags & LEDGER_QR))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_qr_send(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ledger_record_t *record,
    const ngx_http_whatsauth_qr_format_t *format)
{
    char                 code[WHATSAUTH_CODE_LEN];
    size_t               len;
    ngx_str_t            link, deep_link, image;
    whatsauth_text_t     text, message, *shown;
    ngx_pool_cleanup_t  *cln;

    message.data = record->text[LEDGER_LINK_MESSAGE].data;
    message.len = record->text[LEDGER_LINK_MESSAGE].len;

    /*
     * A reload has given the app another message, and with that one the code
     * would be refused.  Alone it is heard.
     */

    shown = (message.len == 0 && !app->code.message_any
             && record->link_hash != app->texts.link_hash)
            ? NULL : &message;

    cln = ngx_pool_cleanup_add(r->pool, 0);

    if (cln == NULL
        || whatsauth_code_encode(ngx_http_whatsauth_store_codec(), record->key,
                                 code) != 0
        || ngx_http_whatsauth_link(r->pool, app, record->channel, code,
                                   shown, &link, &deep_link) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    text = ngx_http_whatsauth_text(&link);

    image.data = format->svg ? (u_char *) whatsauth_qr_svg(&text, &len)
                             : (u_char *) whatsauth_qr_png(&text, &len);
    if (image.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_http_whatsauth_qr_free;
    cln->data = image.data;
    image.len = len;

    return ngx_http_whatsauth_answer(r, NGX_HTTP_WHATSAUTH_FOUND,
                                     format->type, &image);
}


static void
ngx_http_whatsauth_qr_free(void *data)
{
    free(data);
}
