
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_callback_request.h"
#include "ngx_http_whatsauth_verification.h"


static ngx_buf_t *ngx_http_whatsauth_callback_assemble(ngx_pool_t *pool,
    const lmdb_store_record_t *record, const whatsauth_url_t *url,
    ngx_str_t *id, ngx_str_t *body);
static void ngx_http_whatsauth_callback_host(const whatsauth_url_t *url,
    ngx_str_t *host);


static const char  *ngx_http_whatsauth_channels[] = {
    "",
    "whatsapp",              /* LMDB_STORE_CHANNEL_WHATSAPP */
    "sms"                    /* LMDB_STORE_CHANNEL_SMS */
};


ngx_buf_t *
ngx_http_whatsauth_callback_request(ngx_pool_t *pool,
    const lmdb_store_record_t *record, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url)
{
    char        *json, id[WHATSAUTH_ID_LEN];
    size_t       len;
    ngx_str_t    body, webhook_id;
    ngx_buf_t   *b;

    json = ngx_http_whatsauth_verification_json(record, id, &len);
    if (json == NULL) {
        return NULL;
    }

    body.data = (u_char *) json;
    body.len = len;

    webhook_id.data = (u_char *) id;
    webhook_id.len = WHATSAUTH_ID_LEN;

    b = ngx_http_whatsauth_callback_assemble(pool, record, url, &webhook_id,
                                             &body);
    free(json);

    return b;
}


static ngx_buf_t *
ngx_http_whatsauth_callback_assemble(ngx_pool_t *pool,
    const lmdb_store_record_t *record, const whatsauth_url_t *url,
    ngx_str_t *id, ngx_str_t *body)
{
    size_t      len;
    u_char      name[WHATSAUTH_URL_MAX + sizeof("[]:65535")];
    ngx_buf_t  *b;
    ngx_str_t   host, path, query;

    host.data = name;
    ngx_http_whatsauth_callback_host(url, &host);

    path.data = (u_char *) url->path.data;
    path.len = url->path.len;

    if (path.len == 0) {
        ngx_str_set(&path, "/");
    }

    query.data = (u_char *) url->query.data;
    query.len = url->query.len;

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
                 CRLF)
          + path.len + query.len + host.len + NGX_SIZE_T_LEN + id->len
          + NGX_TIME_T_LEN + body->len;

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
                 "webhook-timestamp: %T" CRLF
                 CRLF
                 "%V",
                 &path, &query, &host, body->len,
                 ngx_http_whatsauth_channels[record->channel], id,
                 ngx_time(), body);

    return b;
}


/* The Host header: brackets for IPv6, the port unless it is the default. */

static void
ngx_http_whatsauth_callback_host(const whatsauth_url_t *url, ngx_str_t *host)
{
    u_char     *p;
    ngx_str_t   name;
    ngx_uint_t  ipv6;

    name.data = (u_char *) url->host.data;
    name.len = url->host.len;

    ipv6 = ngx_strlchr(name.data, name.data + name.len, ':') != NULL;

    p = ngx_sprintf(host->data, ipv6 ? "[%V]" : "%V", &name);

    if (!url->default_port) {
        p = ngx_sprintf(p, ":%ui", (ngx_uint_t) url->port);
    }

    host->len = p - host->data;
}
