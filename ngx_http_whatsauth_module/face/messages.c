
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/face.h"
#include "face/hold.h"
#include "face/proof.h"
#include "journey/inspection.h"
#include "journey/trouble_messages.h"
#include "journey/unknown.h"
#include "journey/validate.h"
#include "kit/body.h"
#include "kit/ctx.h"
#include "kit/log.h"
#include "kit/problem.h"
#include "kit/response.h"
#include "kit/trouble.h"


/* One POST of a provider, until everything it caused is committed. */

typedef struct {
    ngx_http_whatsauth_hold_t         hold;
    ngx_http_whatsauth_inspection_t  *inspection;
    ngx_http_whatsauth_validation_t  *validation;
    ngx_http_whatsauth_proof_t        proof;
} ngx_http_whatsauth_post_t;


static ngx_int_t ngx_http_whatsauth_messages_get(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_messages_post(ngx_http_request_t *r);
static void ngx_http_whatsauth_messages_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_messages_inspect(ngx_http_request_t *r);
static void ngx_http_whatsauth_messages_inspected(
    ngx_http_whatsauth_inspection_t *inspection);
static void ngx_http_whatsauth_messages_validated(void *data,
    ngx_http_whatsauth_result_t result);
static void ngx_http_whatsauth_messages_finish(ngx_http_whatsauth_post_t *post,
    ngx_http_whatsauth_result_t result, const char *detail);
static void ngx_http_whatsauth_messages_forget(void *data);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_messages_face = {
    ngx_string("messages"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET, ngx_http_whatsauth_messages_get },
      { NGX_HTTP_POST, ngx_http_whatsauth_messages_post },
      { 0, NULL } }
};


/* Only a provider's handshake comes by GET. */

static ngx_int_t
ngx_http_whatsauth_messages_get(ngx_http_request_t *r)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_whatsauth_providers[i] != NULL; i++) {
        if (ngx_http_whatsauth_providers[i]->handshake != NULL) {
            return ngx_http_whatsauth_providers[i]->handshake(r);
        }
    }

    return NGX_HTTP_NOT_FOUND;
}


/* Refuses by the headers, before the body, as much as possible. */

static ngx_int_t
ngx_http_whatsauth_messages_post(ngx_http_request_t *r)
{
    ngx_int_t                             rc;
    ngx_http_whatsauth_post_t            *post;
    ngx_http_whatsauth_main_conf_t       *mcf;
    const ngx_http_whatsauth_provider_t  *provider;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    provider = ngx_http_whatsauth_provider_of(r, mcf);

    if (provider == NULL) {
        return ngx_http_whatsauth_problem(r,
                                  NGX_HTTP_WHATSAUTH_UNSUPPORTED_MEDIA_TYPE,
                                  "application/json or a form is expected");
    }

    if (r->headers_in.content_length_n > (off_t) provider->body_max) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_BODY_TOO_LARGE,
                                          provider->too_large);
    }

    post = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_post_t));
    if (post == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    post->proof.webhook.provider = provider;
    post->proof.webhook.secrets = &mcf->secrets[provider->number].all;

    rc = ngx_http_whatsauth_proof(r, mcf, &post->proof);

    if (rc == NGX_DECLINED) {
        ngx_http_whatsauth_trouble_unsigned(r, post->proof.refusal);
        return ngx_http_whatsauth_problem(r,
                                          NGX_HTTP_WHATSAUTH_INVALID_SIGNATURE,
                                          post->proof.refusal);
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_whatsauth_ctx(r)->data = post;

    rc = ngx_http_read_client_request_body(r,
                                           ngx_http_whatsauth_messages_body);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    return NGX_DONE;
}


static void
ngx_http_whatsauth_messages_body(ngx_http_request_t *r)
{
    ngx_http_finalize_request(r, ngx_http_whatsauth_messages_inspect(r));
}


static ngx_int_t
ngx_http_whatsauth_messages_inspect(ngx_http_request_t *r)
{
    size_t                                len;
    ngx_http_whatsauth_post_t            *post;
    ngx_http_whatsauth_main_conf_t       *mcf;
    const ngx_http_whatsauth_provider_t  *provider;

    post = ngx_http_whatsauth_ctx(r)->data;
    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    provider = post->proof.webhook.provider;
    len = ngx_http_whatsauth_body_len(r);

    if (len > provider->body_max) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_BODY_TOO_LARGE,
                                          provider->too_large);
    }

    if (post->proof.webhook.verified == 0
        && ngx_http_whatsauth_inspection_is_full(r, provider, len))
    {
        ngx_http_whatsauth_log(NGX_LOG_WARN, r->connection->log,
                               "too many unverified bodies, one is refused");
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_OVERLOADED,
                               "too many bodies wait for their signature");
    }

    if (ngx_http_whatsauth_hold(&post->hold, r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    post->inspection = ngx_http_whatsauth_inspection_create(r,
                                                        &post->proof.webhook);
    if (post->inspection == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    post->inspection->handler = ngx_http_whatsauth_messages_inspected;
    post->inspection->data = post;

    if (provider->prepare != NULL) {
        provider->prepare(r, &post->inspection->webhook);
    }

    ngx_http_whatsauth_inspection_start(post->inspection, mcf->threads.pool);

    return ngx_http_whatsauth_hold_until(&post->hold,
                                   ngx_http_whatsauth_messages_forget, post);
}


static void
ngx_http_whatsauth_messages_inspected(
    ngx_http_whatsauth_inspection_t *inspection)
{
    ngx_log_t                       *log;
    const char                      *refusal;
    ngx_http_whatsauth_post_t       *post;
    ngx_http_whatsauth_webhook_t    *webhook;
    ngx_http_whatsauth_main_conf_t  *mcf;

    post = inspection->data;
    webhook = &inspection->webhook;
    log = post->hold.request->connection->log;

    if (inspection->unreadable
        || webhook->result == WHATSAUTH_BATCH_NO_MEMORY)
    {
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                  "the body could not be read");
        return;
    }

    if (webhook->bad_reading) {
        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_READING, NULL,
                                   NULL, log, "a form with a good signature "
                                   "proves nothing: %s", webhook->reason);
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_INVALID_SIGNATURE,
                                  webhook->provider->bad_reading);
        return;
    }

    if (webhook->verified == 0) {
        refusal = post->proof.named ? webhook->provider->not_the_apps
                                    : webhook->provider->bad_signature;
        ngx_http_whatsauth_trouble_bad_signature(webhook, log, refusal);
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_INVALID_SIGNATURE,
                                  refusal);
        return;
    }

    ngx_http_whatsauth_trouble_verified(webhook);

    if (webhook->result == WHATSAUTH_BATCH_INVALID) {

        /* Anything but 200 would bring the same body again for days. */

        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_BODY, NULL, NULL,
                                   log, "a signed body cannot be understood: "
                                   "%s", webhook->reason);
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_INVALID_BODY, NULL);
        return;
    }

    ngx_http_whatsauth_unknown_fields(&webhook->batch, log);

    mcf = ngx_http_get_module_main_conf(post->hold.request,
                                        ngx_http_whatsauth_module);

    post->validation = ngx_http_whatsauth_validate(mcf, webhook, log,
                                        ngx_http_whatsauth_messages_validated,
                                        post);
    if (post->validation == NULL) {
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                  "the messages could not be stored");
        return;
    }

    ngx_http_whatsauth_validation_submit(post->validation);
}


/* The validation is over and no longer ours. */

static void
ngx_http_whatsauth_messages_validated(void *data,
    ngx_http_whatsauth_result_t result)
{
    ngx_http_whatsauth_post_t *post = data;

    post->validation = NULL;

    ngx_http_whatsauth_messages_finish(post, result,
                                       "the messages could not be stored");
}


static void
ngx_http_whatsauth_messages_finish(ngx_http_whatsauth_post_t *post,
    ngx_http_whatsauth_result_t result, const char *detail)
{
    ngx_int_t                             rc;
    ngx_http_request_t                   *r;
    ngx_http_whatsauth_inspection_t      *inspection;
    const ngx_http_whatsauth_provider_t  *provider;

    inspection = post->inspection;
    provider = post->proof.webhook.provider;
    r = ngx_http_whatsauth_hold_request(&post->hold);

    if (ngx_http_whatsauth_results[result].status == NGX_HTTP_OK) {
        rc = ngx_http_whatsauth_response(r, result, provider->response_type,
                                         &provider->response);

    } else {
        rc = ngx_http_whatsauth_problem(r, result, detail);
    }

    ngx_http_whatsauth_hold_end(&post->hold, rc);
    ngx_http_whatsauth_inspection_destroy(inspection);
}


/* The client is gone: what is queued takes place all the same. */

static void
ngx_http_whatsauth_messages_forget(void *data)
{
    ngx_http_whatsauth_post_t *post = data;

    ngx_http_whatsauth_inspection_destroy(post->inspection);

    if (post->validation != NULL) {
        ngx_http_whatsauth_validation_forget(post->validation);
    }
}
