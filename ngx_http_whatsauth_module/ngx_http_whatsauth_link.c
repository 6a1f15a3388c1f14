
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_link.h"

#include "protocol/message_text.h"


static ngx_int_t ngx_http_whatsauth_link_format(ngx_pool_t *pool,
    ngx_str_t *out, const char *fmt, ngx_str_t *a, ngx_str_t *b);


ngx_int_t
ngx_http_whatsauth_link(ngx_pool_t *pool, ngx_http_whatsauth_app_t *app,
    lmdb_store_channel_t channel, const char *code,
    const whatsauth_text_t *message, ngx_str_t *link, ngx_str_t *deep_link)
{
    ngx_str_t         text;
    whatsauth_text_t  own;

    if (message->len == 0) {
        own = ngx_http_whatsauth_text(&app->link_message);
        message = &own;
    }

    text.len = whatsauth_message_build(code, message, 1, NULL, 0);
    text.data = ngx_pnalloc(pool, text.len);

    if (text.data == NULL) {
        return NGX_ERROR;
    }

    whatsauth_message_build(code, message, 1, (char *) text.data, text.len);

    if (channel == LMDB_STORE_CHANNEL_SMS) {

        /* Both of "?" and "&": Android reads the one, iOS the other. */

        if (ngx_http_whatsauth_link_format(pool, link, "sms:%V?&body=%V",
                                           &app->sms_phone, &text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        *deep_link = *link;

        return NGX_OK;
    }

    if (ngx_http_whatsauth_link_format(pool, link,
                                       "https://wa.me/%V?text=%V",
                                       &app->phone, &text)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_link_format(pool, deep_link,
                                      "whatsapp://send?text=%V&phone=%V",
                                      &text, &app->phone);
}


static ngx_int_t
ngx_http_whatsauth_link_format(ngx_pool_t *pool, ngx_str_t *out,
    const char *fmt, ngx_str_t *a, ngx_str_t *b)
{
    out->data = ngx_pnalloc(pool, ngx_strlen(fmt) + a->len + b->len);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    out->len = ngx_sprintf(out->data, fmt, a, b) - out->data;

    return NGX_OK;
}
