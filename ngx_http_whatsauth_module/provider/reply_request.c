
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "provider/account.h"
#include "provider/reply_request.h"


static whatsauth_text_t ngx_http_whatsauth_reply_request_text(
    const ledger_text_t *text);
static ngx_buf_t *ngx_http_whatsauth_reply_request_assemble(ngx_pool_t *pool,
    const ngx_http_whatsauth_call_t *call);


ngx_buf_t *
ngx_http_whatsauth_reply_request(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ledger_channel_t channel,
    const ngx_http_whatsauth_reply_content_t *content,
    const ngx_http_whatsauth_destination_t *destination, whatsauth_url_t *url)
{
    ngx_buf_t                            *b;
    ngx_str_t                             route;
    whatsauth_reply_t                     reply;
    ngx_http_whatsauth_call_t             call;
    const ngx_http_whatsauth_account_t   *account;
    const ngx_http_whatsauth_provider_t  *provider;

    provider = ngx_http_whatsauth_provider(destination->provider);
    account = ngx_http_whatsauth_account_of_route(app, provider,
                                                  &destination->route);
    if (account == NULL) {
        return NULL;
    }

    ngx_memzero(&call, sizeof(ngx_http_whatsauth_call_t));

    reply.channel = channel == LEDGER_CHANNEL_SMS ? WHATSAUTH_CHANNEL_SMS
                                                  : WHATSAUTH_CHANNEL_WHATSAPP;
    reply.from = ngx_http_whatsauth_text(channel == LEDGER_CHANNEL_SMS
                                         ? &app->phone.sms
                                         : &app->phone.whatsapp);
    reply.phone = ngx_http_whatsauth_reply_request_text(&destination->sender);
    reply.user_id = ngx_http_whatsauth_reply_request_text(
                                                       &destination->user_id);
    reply.message_id = ngx_http_whatsauth_reply_request_text(
                                                    &destination->message_id);
    reply.text = content->text;

    route.data = (u_char *) destination->route.data;
    route.len = destination->route.len;

    if (provider->reply(pool, account, &route, &reply,
                        content->questions == NULL ? NULL
                                                   : content->questions[0],
                        &call)
        != NGX_OK)
    {
        return NULL;
    }

    *url = call.url;
    b = ngx_http_whatsauth_reply_request_assemble(pool, &call);
    free(call.body);

    return b;
}


static whatsauth_text_t
ngx_http_whatsauth_reply_request_text(const ledger_text_t *text)
{
    whatsauth_text_t  same;

    same.data = text->data;
    same.len = text->len;

    return same;
}


static ngx_buf_t *
ngx_http_whatsauth_reply_request_assemble(ngx_pool_t *pool,
    const ngx_http_whatsauth_call_t *call)
{
    size_t      len;
    char        host_header[WHATSAUTH_URL_HOST_HEADER_MAX];
    ngx_buf_t  *b;
    ngx_str_t   host, prefix, body;

    host.data = (u_char *) host_header;
    host.len = whatsauth_url_host_header(&call->url, host_header);

    prefix.data = (u_char *) call->url.path.data;
    prefix.len = call->url.path.len;

    if (prefix.len && prefix.data[prefix.len - 1] == '/') {
        prefix.len--;
    }

    body.data = (u_char *) call->body;
    body.len = call->len;

    len = sizeof("POST  HTTP/1.1" CRLF
                 "Host: " CRLF
                 "User-Agent: whatsauth/" NGX_HTTP_WHATSAUTH_VERSION CRLF
                 "Accept: application/json" CRLF
                 "Connection: close" CRLF
                 "Authorization: " CRLF
                 "Content-Type: " CRLF
                 "Content-Length: " CRLF
                 CRLF)
          + prefix.len + call->path.len + host.len + call->authorization.len
          + ngx_strlen(call->type) + NGX_SIZE_T_LEN + body.len;

    b = ngx_create_temp_buf(pool, len);
    if (b == NULL) {
        return NULL;
    }

    b->last = ngx_sprintf(b->last,
                 "POST %V%V HTTP/1.1" CRLF
                 "Host: %V" CRLF
                 "User-Agent: whatsauth/" NGX_HTTP_WHATSAUTH_VERSION CRLF
                 "Accept: application/json" CRLF
                 "Connection: close" CRLF
                 "Content-Type: %s" CRLF
                 "Content-Length: %uz" CRLF,
                 &prefix, &call->path, &host, call->type, body.len);

    if (call->authorization.len) {
        b->last = ngx_sprintf(b->last, "Authorization: %V" CRLF,
                              &call->authorization);
    }

    b->last = ngx_sprintf(b->last, CRLF "%V", &body);

    return b;
}
