
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "provider/account.h"
#include "provider/reply_request.h"
#include "wire/post.h"


static whatsauth_text_t ngx_http_whatsauth_reply_request_text(
    const ledger_text_t *text);
static ngx_buf_t *ngx_http_whatsauth_reply_request_write(ngx_pool_t *pool,
    const ngx_http_whatsauth_call_t *call);


void
ngx_http_whatsauth_destination(ngx_http_whatsauth_destination_t *destination,
    unsigned provider, const ledger_text_t *message)
{
    destination->provider = provider;
    destination->sender = message[LEDGER_SENDER];
    destination->user_id = message[LEDGER_USER_ID];
    destination->route = message[LEDGER_ROUTE];
    destination->message_id = message[LEDGER_MESSAGE_ID];
}


ngx_buf_t *
ngx_http_whatsauth_reply_request(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ledger_channel_t channel,
    const whatsauth_text_t *text, const char *question,
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
    reply.text = *text;

    route.data = (u_char *) destination->route.data;
    route.len = destination->route.len;

    if (provider->reply(pool, account, &route, &reply, question, &call)
        != NGX_OK)
    {
        return NULL;
    }

    *url = call.url;
    b = ngx_http_whatsauth_reply_request_write(pool, &call);
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
ngx_http_whatsauth_reply_request_write(ngx_pool_t *pool,
    const ngx_http_whatsauth_call_t *call)
{
    ngx_buf_t                  *b;
    ngx_str_t                  *path;
    ngx_http_whatsauth_post_t   post;

    post.url = &call->url;
    post.accept = "application/json";
    post.type = call->type;
    post.body.data = (u_char *) call->body;
    post.body.len = call->len;
    post.own = sizeof("Authorization: " CRLF) + call->authorization.len;

    path = &post.target[0];
    path->data = (u_char *) call->url.path.data;
    path->len = call->url.path.len;

    if (path->len && path->data[path->len - 1] == '/') {
        path->len--;
    }

    post.target[1] = call->path;

    b = ngx_http_whatsauth_post_begin(pool, &post);
    if (b == NULL) {
        return NULL;
    }

    if (call->authorization.len) {
        b->last = ngx_sprintf(b->last, "Authorization: %V" CRLF,
                              &call->authorization);
    }

    ngx_http_whatsauth_post_end(b, &post);

    return b;
}
