
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/link.h"

#include "protocol/form.h"
#include "protocol/link_message.h"


static ngx_int_t ngx_http_whatsauth_link_text(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, const char *code,
    const whatsauth_text_t *message, ngx_str_t *text);
static ngx_int_t ngx_http_whatsauth_link_encode(ngx_pool_t *pool,
    const whatsauth_text_t *message, ngx_str_t *encoded);
static ngx_int_t ngx_http_whatsauth_link_format(ngx_pool_t *pool,
    ngx_str_t *out, const char *fmt, ngx_str_t *a, ngx_str_t *b);


ngx_int_t
ngx_http_whatsauth_link(ngx_pool_t *pool, ngx_http_whatsauth_app_t *app,
    ledger_channel_t channel, const char *code,
    const whatsauth_text_t *message, ngx_str_t *link, ngx_str_t *deep_link)
{
    ngx_str_t  text;

    if (ngx_http_whatsauth_link_text(pool, app, code, message, &text)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (channel == LEDGER_CHANNEL_SMS) {

        /* Both "?" and "&": Android reads the one, iOS the other. */

        if (ngx_http_whatsauth_link_format(pool, link, "sms:%V?&body=%V",
                                           &app->phone.sms, &text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        *deep_link = *link;

        return NGX_OK;
    }

    if (ngx_http_whatsauth_link_format(pool, link,
                                       "https://wa.me/%V?text=%V",
                                       &app->phone.whatsapp, &text)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_link_format(pool, deep_link,
                                      "whatsapp://send?text=%V&phone=%V",
                                      &text, &app->phone.whatsapp);
}


/*
 * After a reload has changed the app's link message, a code is refused with
 * the new one; its link has none, because a code alone is heard.
 */

ngx_int_t
ngx_http_whatsauth_link_waiting(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, const ledger_record_t *record,
    ngx_str_t *link, ngx_str_t *deep_link)
{
    char               code[WHATSAUTH_CODE_LEN];
    whatsauth_text_t   message, *shown;

    message.data = record->text[LEDGER_LINK_MESSAGE].data;
    message.len = record->text[LEDGER_LINK_MESSAGE].len;
    shown = &message;

    if (message.len == 0
        && !app->code.message_any
        && record->link_hash != app->texts.link_hash)
    {
        shown = NULL;
    }

    if (whatsauth_code_encode(ngx_http_whatsauth_door_codec(), record->key,
                              code) != 0)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_link(pool, app, record->channel, code, shown,
                                   link, deep_link);
}


/* The app's own message was encoded when it was configured. */

static ngx_int_t
ngx_http_whatsauth_link_text(ngx_pool_t *pool, ngx_http_whatsauth_app_t *app,
    const char *code, const whatsauth_text_t *message, ngx_str_t *text)
{
    char       *p;
    ngx_str_t   encoded;

    encoded = app->texts.link;

    if (message == NULL) {
        encoded.len = 0;

    } else if (message->len
               && ngx_http_whatsauth_link_encode(pool, message, &encoded)
                  != NGX_OK)
    {
        return NGX_ERROR;
    }

    text->len = WHATSAUTH_MESSAGE_HEAD_LEN + encoded.len;
    text->data = ngx_pnalloc(pool, text->len);

    if (text->data == NULL) {
        return NGX_ERROR;
    }

    p = whatsauth_message_head(code, (char *) text->data);
    ngx_memcpy(p, encoded.data, encoded.len);

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_link_default(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, const whatsauth_text_t *message)
{
    if (whatsauth_link_message_hash(message, &app->texts.link_hash) != 0) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_link_encode(pool, message, &app->texts.link);
}


ngx_int_t
ngx_http_whatsauth_link_hash(ngx_http_whatsauth_app_t *app,
    const whatsauth_text_t *message, uint64_t *hash)
{
    *hash = app->texts.link_hash;

    if (message->len == 0) {
        return NGX_OK;
    }

    return whatsauth_link_message_hash(message, hash) == 0 ? NGX_OK
                                                           : NGX_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_link_encode(ngx_pool_t *pool,
    const whatsauth_text_t *message, ngx_str_t *encoded)
{
    encoded->len = whatsauth_encode(message, WHATSAUTH_ENCODE_COMPONENT, NULL);
    encoded->data = ngx_pnalloc(pool, encoded->len);

    if (encoded->data == NULL) {
        return NGX_ERROR;
    }

    whatsauth_encode(message, WHATSAUTH_ENCODE_COMPONENT,
                     (char *) encoded->data);

    return NGX_OK;
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
