
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/callback_request.h"
#include "journey/verification_json.h"
#include "wire/post.h"

#include "protocol/code.h"
#include "protocol/webhook_signature.h"


static ngx_buf_t *ngx_http_whatsauth_callback_request_write(ngx_pool_t *pool,
    ngx_http_whatsauth_post_t *post, const char *channel, ngx_str_t *id,
    ngx_array_t *keys);
static ngx_int_t ngx_http_whatsauth_callback_request_sign(ngx_buf_t *b,
    ngx_array_t *keys, ngx_str_t *id, ngx_str_t *timestamp, ngx_str_t *body);


ngx_buf_t *
ngx_http_whatsauth_callback_request(ngx_pool_t *pool,
    const ledger_record_t *record, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url)
{
    char                       *json, id_text[WHATSAUTH_ID_LEN];
    ngx_buf_t                  *b;
    ngx_str_t                   id;
    const char                 *channel;
    ngx_http_whatsauth_post_t   post;

    channel = ledger_channel_word(record->channel);
    if (channel == NULL) {
        return NULL;
    }

    json = ngx_http_whatsauth_verification_json(record, app, 0, id_text,
                                                &post.body.len);
    if (json == NULL) {
        return NULL;
    }

    post.url = url;
    post.accept = "*/*";
    post.type = "application/json";
    post.body.data = (u_char *) json;

    ngx_str_set(&post.target[0], "/");

    if (url->path.len) {
        post.target[0].data = (u_char *) url->path.data;
        post.target[0].len = url->path.len;
    }

    post.target[1].data = (u_char *) url->query.data;
    post.target[1].len = url->query.len;

    id.data = (u_char *) id_text;
    id.len = WHATSAUTH_ID_LEN;

    b = ngx_http_whatsauth_callback_request_write(pool, &post, channel, &id,
                                                  &app->callback.secrets);
    free(json);

    return b;
}


static ngx_buf_t *
ngx_http_whatsauth_callback_request_write(ngx_pool_t *pool,
    ngx_http_whatsauth_post_t *post, const char *channel, ngx_str_t *id,
    ngx_array_t *keys)
{
    u_char      seconds[NGX_TIME_T_LEN];
    ngx_buf_t  *b;
    ngx_str_t   timestamp;

    timestamp.data = seconds;
    timestamp.len = ngx_sprintf(seconds, "%T", ngx_time()) - seconds;

    post->own = sizeof("whatsauth-channel: " CRLF
                       "webhook-id: " CRLF
                       "webhook-timestamp: " CRLF
                       "webhook-signature: " CRLF)
                + ngx_strlen(channel) + id->len + timestamp.len
                + whatsauth_webhook_signatures_len(keys->nelts);

    b = ngx_http_whatsauth_post_begin(pool, post);
    if (b == NULL) {
        return NULL;
    }

    b->last = ngx_sprintf(b->last,
                          "whatsauth-channel: %s" CRLF
                          "webhook-id: %V" CRLF
                          "webhook-timestamp: %V" CRLF,
                          channel, id, &timestamp);

    /* On failure nothing is sent: a retry is better than no signature. */

    if (keys->nelts
        && ngx_http_whatsauth_callback_request_sign(b, keys, id, &timestamp,
                                                    &post->body)
           != NGX_OK)
    {
        return NULL;
    }

    ngx_http_whatsauth_post_end(b, post);

    return b;
}


static ngx_int_t
ngx_http_whatsauth_callback_request_sign(ngx_buf_t *b, ngx_array_t *keys,
    ngx_str_t *id, ngx_str_t *timestamp, ngx_str_t *body)
{
    whatsauth_text_t  id_text, timestamp_text, body_text;

    id_text = ngx_http_whatsauth_text(id);
    timestamp_text = ngx_http_whatsauth_text(timestamp);
    body_text = ngx_http_whatsauth_text(body);

    b->last = ngx_sprintf(b->last, "webhook-signature: ");

    if (whatsauth_webhook_sign(keys->elts, keys->nelts, &id_text,
                               &timestamp_text, &body_text, (char *) b->last)
        != 0)
    {
        return NGX_ERROR;
    }

    b->last += whatsauth_webhook_signatures_len(keys->nelts);
    b->last = ngx_cpymem(b->last, CRLF, sizeof(CRLF) - 1);

    return NGX_OK;
}
