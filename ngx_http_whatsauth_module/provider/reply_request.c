
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "provider/reply_request.h"
#include "provider/twilio.h"

#include "protocol/reply.h"


/* The parts of a request that differ between the providers. */

typedef struct {
    whatsauth_url_t   url;
    ngx_str_t         path;            /* after the path of url */
    ngx_str_t         authorization;
    const char       *type;
    char             *body;            /* to be freed with free() */
    size_t            len;
} ngx_http_whatsauth_api_call_t;


static ngx_int_t ngx_http_whatsauth_reply_call_meta(ngx_pool_t *pool,
    ngx_http_whatsauth_meta_t *meta,
    const ngx_http_whatsauth_destination_t *destination,
    const whatsauth_reply_t *reply, const char *question,
    ngx_http_whatsauth_api_call_t *call);
static ngx_int_t ngx_http_whatsauth_reply_call_twilio(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_twilio_t *twilio,
    ledger_channel_t channel, whatsauth_reply_t *reply,
    ngx_http_whatsauth_api_call_t *call);
static ngx_buf_t *ngx_http_whatsauth_reply_assemble(ngx_pool_t *pool,
    const ngx_http_whatsauth_api_call_t *call);


ngx_uint_t
ngx_http_whatsauth_reply_possible(ngx_http_whatsauth_app_t *app,
    const ledger_text_t *route)
{
    return ngx_http_whatsauth_reply_meta(app, route) != NULL
           || ngx_http_whatsauth_twilio_account(app, route->data, route->len)
              != NULL;
}


/*
 * The route becomes part of a path, and digits tell it from an account at
 * Twilio.
 */

ngx_http_whatsauth_meta_t *
ngx_http_whatsauth_reply_meta(ngx_http_whatsauth_app_t *app,
    const ledger_text_t *route)
{
    u_char                     *p;
    ngx_uint_t                  i;
    ngx_http_whatsauth_meta_t  *meta;

    p = (u_char *) route->data;

    for (i = 0; i < route->len; i++) {
        if (p[i] < '0' || p[i] > '9') {
            return NULL;
        }
    }

    meta = app->meta.elts;

    for (i = 0; i < app->meta.nelts; i++) {

        if (meta[i].access_token.len == 0) {
            continue;
        }

        if (meta[i].phone_number_id.len == 0
            || (meta[i].phone_number_id.len == route->len
                && ngx_memcmp(meta[i].phone_number_id.data, route->data,
                              route->len) == 0))
        {
            return &meta[i];
        }
    }

    return NULL;
}


ngx_buf_t *
ngx_http_whatsauth_reply_request(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ledger_channel_t channel,
    const ngx_http_whatsauth_reply_content_t *content,
    const ngx_http_whatsauth_destination_t *destination, whatsauth_url_t *url)
{
    ngx_int_t                       rc;
    ngx_buf_t                      *b;
    whatsauth_reply_t               reply;
    ngx_http_whatsauth_meta_t      *meta;
    ngx_http_whatsauth_twilio_t    *twilio;
    ngx_http_whatsauth_api_call_t   call;

    ngx_memzero(&reply, sizeof(whatsauth_reply_t));
    ngx_memzero(&call, sizeof(ngx_http_whatsauth_api_call_t));

    reply.phone.data = destination->sender.data;
    reply.phone.len = destination->sender.len;
    reply.user_id.data = destination->user_id.data;
    reply.user_id.len = destination->user_id.len;
    reply.message_id.data = destination->message_id.data;
    reply.message_id.len = destination->message_id.len;
    reply.text = content->text;

    twilio = ngx_http_whatsauth_twilio_account(app,
                                               destination->route.data,
                                               destination->route.len);
    meta = ngx_http_whatsauth_reply_meta(app, &destination->route);

    if (twilio != NULL) {
        rc = ngx_http_whatsauth_reply_call_twilio(pool, app, twilio, channel,
                                                  &reply, &call);
    } else if (meta != NULL) {
        rc = ngx_http_whatsauth_reply_call_meta(pool, meta, destination,
                                                &reply, content->question,
                                                &call);
    } else {
        rc = NGX_DECLINED;
    }

    if (rc != NGX_OK) {
        return NULL;
    }

    *url = call.url;
    b = ngx_http_whatsauth_reply_assemble(pool, &call);
    free(call.body);

    return b;
}


static ngx_int_t
ngx_http_whatsauth_reply_call_meta(ngx_pool_t *pool,
    ngx_http_whatsauth_meta_t *meta,
    const ngx_http_whatsauth_destination_t *destination,
    const whatsauth_reply_t *reply, const char *question,
    ngx_http_whatsauth_api_call_t *call)
{
    u_char     *p;
    ngx_str_t   number;

    number.data = (u_char *) destination->route.data;
    number.len = destination->route.len;

    p = ngx_pnalloc(pool, sizeof("//messages") + number.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    call->url = meta->api;
    call->type = "application/json";

    call->path.data = p;
    call->path.len = ngx_sprintf(p, "/%V/messages", &number) - p;

    p = ngx_pnalloc(pool, sizeof("Bearer ") + meta->access_token.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    call->authorization.data = p;
    call->authorization.len = ngx_sprintf(p, "Bearer %V", &meta->access_token)
                              - p;

    call->body = question == NULL
                 ? whatsauth_reply_meta_text(reply, &call->len)
                 : whatsauth_reply_meta_contact_request(reply, question,
                                                        &call->len);

    return call->body == NULL ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_reply_call_twilio(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_twilio_t *twilio,
    ledger_channel_t channel, whatsauth_reply_t *reply,
    ngx_http_whatsauth_api_call_t *call)
{
    u_char     *p;
    ngx_str_t  *phone, user, encoded;

    phone = &app->phone.whatsapp;
    reply->channel = WHATSAUTH_CHANNEL_WHATSAPP;

    if (channel == LEDGER_CHANNEL_SMS) {
        phone = &app->phone.sms;
        reply->channel = WHATSAUTH_CHANNEL_SMS;
    }

    reply->from = ngx_http_whatsauth_text(phone);

    p = ngx_pnalloc(pool, sizeof("/2010-04-01/Accounts//Messages.json")
                          + twilio->account_sid.len);
    user.len = twilio->account_sid.len + 1 + twilio->auth_token.len;
    user.data = ngx_pnalloc(pool, user.len);
    encoded.data = ngx_pnalloc(pool, sizeof("Basic ")
                                     + ngx_base64_encoded_length(user.len));

    if (p == NULL || user.data == NULL || encoded.data == NULL) {
        return NGX_ERROR;
    }

    call->url = twilio->api;
    call->type = "application/x-www-form-urlencoded";

    call->path.data = p;
    call->path.len = ngx_sprintf(p, "/2010-04-01/Accounts/%V/Messages.json",
                                 &twilio->account_sid)
                     - p;

    (void) ngx_sprintf(user.data, "%V:%V", &twilio->account_sid,
                       &twilio->auth_token);

    call->authorization.data = encoded.data;
    encoded.data = ngx_cpymem(encoded.data, "Basic ", sizeof("Basic ") - 1);
    ngx_encode_base64(&encoded, &user);
    call->authorization.len = sizeof("Basic ") - 1 + encoded.len;

    call->body = whatsauth_reply_twilio_text(reply, &call->len);

    return call->body == NULL ? NGX_ERROR : NGX_OK;
}


static ngx_buf_t *
ngx_http_whatsauth_reply_assemble(ngx_pool_t *pool,
    const ngx_http_whatsauth_api_call_t *call)
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
                 "Authorization: %V" CRLF
                 "Content-Type: %s" CRLF
                 "Content-Length: %uz" CRLF
                 CRLF
                 "%V",
                 &prefix, &call->path, &host, &call->authorization, call->type,
                 body.len, &body);

    return b;
}
