
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/store.h"
#include "face/bearer.h"
#include "face/endpoint.h"
#include "face/verification.h"
#include "kit/ctx.h"
#include "kit/response.h"

#include "protocol/verification.h"


static ngx_int_t ngx_http_whatsauth_verification_send(ngx_http_request_t *r,
    const ledger_record_t *record);
static void ngx_http_whatsauth_verification_free(void *data);


/* For a site that was down when it was called. */

ngx_int_t
ngx_http_whatsauth_verification_handler(ngx_http_request_t *r)
{
    uint64_t                   key;
    lmdb_store_t              *store;
    ledger_result_t        result;
    ledger_copy_t              copy;
    ngx_http_whatsauth_ctx_t  *ctx;

    if (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_HEAD) {
        return ngx_http_whatsauth_method_not_allowed(r, "GET, HEAD");
    }

    ctx = ngx_http_whatsauth_get_ctx(r);

    if (ngx_http_whatsauth_bearer(r, &ctx->app, NULL) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->app == NULL) {
        return ngx_http_whatsauth_bearer_problem(r);
    }

    store = ngx_http_whatsauth_store();
    result = LEDGER_FAILED;

    if (store != NULL) {
        result = LEDGER_UNKNOWN;

        if (whatsauth_id_decode(ngx_http_whatsauth_store_codec(),
                                (const char *) ctx->rest.data, ctx->rest.len,
                                &key)
            == 0)
        {
            result = lmdb_store_get(store, key, &copy);
        }
    }

    if (result == LEDGER_FAILED) {
        return ngx_http_whatsauth_problem(r,
                                        NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                        "the verification cannot be read");
    }

    /* Another app's verification is as unknown as one that never was. */

    if (result != LEDGER_OK
        || copy.record.text[LEDGER_APP].len != ctx->app->name.len
        || ngx_memcmp(copy.record.text[LEDGER_APP].data, ctx->app->name.data,
                      ctx->app->name.len) != 0)
    {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_NOT_FOUND,
                                          "there is no such verification");
    }

    return ngx_http_whatsauth_verification_send(r, &copy.record);
}


static ngx_int_t
ngx_http_whatsauth_verification_send(ngx_http_request_t *r,
    const ledger_record_t *record)
{
    char                      *json, id[WHATSAUTH_ID_LEN];
    size_t                     len;
    ngx_str_t                  body;
    ngx_pool_cleanup_t        *cln;
    ngx_http_whatsauth_ctx_t  *ctx;

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx = ngx_http_whatsauth_get_ctx(r);
    ctx->id = ctx->rest;

    json = ngx_http_whatsauth_verification_json(record, ctx->app, id, &len);
    if (json == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_http_whatsauth_verification_free;
    cln->data = json;

    body.data = (u_char *) json;
    body.len = len;

    return ngx_http_whatsauth_answer(r, NGX_HTTP_WHATSAUTH_FOUND,
                                     "application/json", &body);
}


static void
ngx_http_whatsauth_verification_free(void *data)
{
    free(data);
}


char *
ngx_http_whatsauth_verification_json(const ledger_record_t *record,
    ngx_http_whatsauth_app_t *app, char *id, size_t *len)
{
    char                       code[WHATSAUTH_CODE_LEN];
    whatsauth_codec_t         *codec;
    whatsauth_verification_t   v;

    codec = ngx_http_whatsauth_store_codec();

    ngx_memzero(&v, sizeof(whatsauth_verification_t));
    v.status = ledger_status_word(record->status);

    if (v.status == NULL
        || whatsauth_code_encode(codec, record->key, code) != 0
        || whatsauth_id_encode(codec, record->key, id) != 0)
    {
        return NULL;
    }

    v.id = id;
    v.verification_code = code;
    v.phone_number.data = record->message[LEDGER_SENDER].data;
    v.phone_number.len = record->message[LEDGER_SENDER].len;
    v.profile_name.data = record->message[LEDGER_PROFILE_NAME].data;
    v.profile_name.len = record->message[LEDGER_PROFILE_NAME].len;
    v.expires_at = record->expires_at;
    v.requested_at = record->requested_at;
    v.validated_at = record->validated_at;
    v.authorized_numbers.data =
                         record->text[LEDGER_AUTHORIZED_NUMBERS].data;
    v.authorized_numbers.len = record->text[LEDGER_AUTHORIZED_NUMBERS].len;

    if (v.authorized_numbers.len == 0) {
        v.authorized_numbers =
                         ngx_http_whatsauth_text(&app->sender.numbers);
    }

    v.error = ledger_error_word(record->error);

    /* The bodies of WhatsApp are those of the hosted service, byte for byte. */

    if (record->channel == LEDGER_CHANNEL_SMS) {
        v.channel = ledger_channel_word(record->channel);
    }

    return whatsauth_verification_json(&v, len);
}
