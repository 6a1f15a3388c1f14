
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/callback_request.h"
#include "journey/verification_json.h"

#include "protocol/code.h"
#include "protocol/webhook_signature.h"


static ngx_buf_t *ngx_http_whatsauth_callback_request_assemble(ngx_pool_t *pool,
    const ledger_record_t *record, const whatsauth_url_t *url,
    ngx_str_t *id, ngx_str_t *body, ngx_array_t *keys);
static ngx_int_t ngx_http_whatsauth_callback_request_sign(ngx_buf_t *b,
    ngx_array_t *keys, ngx_str_t *id, ngx_str_t *timestamp, ngx_str_t *body);


ngx_buf_t *
ngx_http_whatsauth_callback_request(ngx_pool_t *pool,
    const ledger_record_t *record, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url)
{
    char        *json, id[WHATSAUTH_ID_LEN];
    size_t       len;
    ngx_str_t    body, webhook_id;
    ngx_buf_t   *b;

    json = ngx_http_whatsauth_verification_json(record, app, id, &len);
    if (json == NULL) {
        return NULL;
    }

    body.data = (u_char *) json;
    body.len = len;

    webhook_id.data = (u_char *) id;
    webhook_id.len = WHATSAUTH_ID_LEN;

    b = ngx_http_whatsauth_callback_request_assemble(pool, record, url,
                                                     &webhook_id, &body,
                                                     &app->callback.keys);
    free(json);

    return b;
}


static ngx_buf_t *
ngx_http_whatsauth_callback_request_assemble(ngx_pool_t *pool,
    const ledger_record_t *record, const whatsauth_url_t *url,
    ngx_str_t *id, ngx_str_t *body, ngx_array_t *keys)
{
    size_t       len;
    char         host_header[WHATSAUTH_URL_HOST_HEADER_MAX];
    u_char       seconds[NGX_TIME_T_LEN];
    ngx_buf_t   *b;
    ngx_str_t    host, path, query, timestamp;
    const char  *channel;

    channel = ledger_channel_word(record->channel);
    if (channel == NULL) {
        return NULL;
    }

    host.data = (u_char *) host_header;
    host.len = whatsauth_url_host_header(url, host_header);

    path.data = (u_char *) url->path.data;
    path.len = url->path.len;

    if (path.len == 0) {
        ngx_str_set(&path, "/");
    }

    query.data = (u_char *) url->query.data;
    query.len = url->query.len;

    timestamp.data = seconds;
    timestamp.len = ngx_sprintf(seconds, "%T", ngx_time()) - seconds;

    len = sizeof("POST  HTTP/1.1" CRLF
                 "Host: " CRLF
                 "User-Agent: whatsauth/" NGX_HTTP_WHATSAUTH_VERSION CRLF
                 "Accept: */*" CRLF
                 "Connection: close" CRLF
                 "Content-Type: application/json" CRLF
                 "Content-Length: " CRLF
                 "whatsauth-channel: whatsapp" CRLF
                 "webhook-id: " CRLF
                 "webhook-timestamp: " CRLF
                 "webhook-signature: " CRLF
                 CRLF)
          + path.len + query.len + host.len + NGX_SIZE_T_LEN + id->len
          + timestamp.len + whatsauth_webhook_signatures_len(keys->nelts)
          + body->len;

    b = ngx_create_temp_buf(pool, len);
    if (b == NULL) {
        return NULL;
    }

    b->last = ngx_sprintf(b->last,
                 "POST %V%V HTTP/1.1" CRLF
                 "Host: %V" CRLF
                 "User-Agent: whatsauth/" NGX_HTTP_WHATSAUTH_VERSION CRLF
                 "Accept: */*" CRLF
                 "Connection: close" CRLF
                 "Content-Type: application/json" CRLF
                 "Content-Length: %uz" CRLF
                 "whatsauth-channel: %s" CRLF
                 "webhook-id: %V" CRLF
                 "webhook-timestamp: %V" CRLF,
                 &path, &query, &host, body->len,
                 channel, id, &timestamp);

    if (ngx_http_whatsauth_callback_request_sign(b, keys, id, &timestamp, body)
        != NGX_OK)
    {
        return NULL;
    }

    b->last = ngx_sprintf(b->last, CRLF "%V", body);

    return b;
}


static ngx_int_t
ngx_http_whatsauth_callback_request_sign(ngx_buf_t *b, ngx_array_t *keys,
    ngx_str_t *id, ngx_str_t *timestamp, ngx_str_t *body)
{
    whatsauth_text_t  id_text, timestamp_text, body_text;

    if (keys->nelts == 0) {
        return NGX_OK;
    }

    id_text = ngx_http_whatsauth_text(id);
    timestamp_text = ngx_http_whatsauth_text(timestamp);
    body_text = ngx_http_whatsauth_text(body);

    b->last = ngx_sprintf(b->last, "webhook-signature: ");

    /* On failure nothing is sent: a retry is better than no signature. */

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
