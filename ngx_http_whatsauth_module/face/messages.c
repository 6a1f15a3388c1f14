
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/face.h"
#include "face/handshake.h"
#include "face/named_app.h"
#include "journey/trouble_messages.h"
#include "journey/unknown.h"
#include "journey/validate.h"
#include "kit/body.h"
#include "kit/ctx.h"
#include "kit/header.h"
#include "kit/log.h"
#include "kit/problem.h"
#include "kit/response.h"
#include "provider/provider.h"


/* With more secrets than this the URL has to say which app is meant. */
#define NGX_HTTP_WHATSAUTH_CANDIDATES_MAX  8


/* One POST of a provider, until everything it caused is committed. */

typedef struct {
    ngx_http_request_t                *request;
    ngx_http_whatsauth_inspection_t   *inspection;
    ngx_http_whatsauth_validation_t   *validation;

    const ngx_http_whatsauth_provider_t  *provider;

    u_char                             mac[WHATSAUTH_SHA256_LEN];
    ngx_http_whatsauth_secret_mask_t       candidates;  /* for the signature */
    ngx_http_whatsauth_secret_mask_t       proven;      /* by a header */
    const char                        *refusal;
    unsigned                           named:1;     /* an app, by the URL */

    /* While nginx itself reads the body; set when the POST is answered. */
    ngx_uint_t                        *answered;
} ngx_http_whatsauth_post_t;


static ngx_int_t ngx_http_whatsauth_messages(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_messages_claim(ngx_http_request_t *r,
    ngx_http_whatsauth_post_t *post);
static ngx_int_t ngx_http_whatsauth_signature(ngx_http_request_t *r,
    const ngx_http_whatsauth_provider_t *provider, u_char *mac);
static ngx_int_t ngx_http_whatsauth_candidates(ngx_http_request_t *r,
    ngx_http_whatsauth_post_t *post);
static void ngx_http_whatsauth_messages_body(ngx_http_request_t *r);
static void ngx_http_whatsauth_messages_inspected(
    ngx_http_whatsauth_inspection_t *inspection);
static void ngx_http_whatsauth_messages_validated(void *data,
    ngx_http_whatsauth_result_t result);
static void ngx_http_whatsauth_messages_finish(ngx_http_whatsauth_post_t *post,
    ngx_http_whatsauth_result_t result, const char *detail);
static void ngx_http_whatsauth_messages_cleanup(void *data);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_messages_face = {
    ngx_string("messages"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET, ngx_http_whatsauth_handshake },
      { NGX_HTTP_POST, ngx_http_whatsauth_messages },
      { 0, NULL } }
};


/* Refuses by the headers, before the body, as much as possible. */

static ngx_int_t
ngx_http_whatsauth_messages(ngx_http_request_t *r)
{
    ngx_int_t                             rc;
    ngx_http_cleanup_t                   *cln;
    ngx_http_whatsauth_post_t            *post;
    const ngx_http_whatsauth_provider_t  *provider;

    provider = ngx_http_whatsauth_provider(r);

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
    cln = ngx_http_cleanup_add(r, 0);

    if (post == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    post->request = r;
    post->provider = provider;
    cln->handler = ngx_http_whatsauth_messages_cleanup;
    cln->data = post;

    rc = ngx_http_whatsauth_messages_claim(r, post);

    if (rc == NGX_DECLINED) {
        ngx_http_whatsauth_trouble_unsigned(r, post->refusal);
        return ngx_http_whatsauth_problem(r,
                                          NGX_HTTP_WHATSAUTH_INVALID_SIGNATURE,
                                          post->refusal);
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


/*
 * Finds the secrets that can verify the body, and those that a header has
 * verified; NGX_DECLINED with post->refusal if there are none.
 */

static ngx_int_t
ngx_http_whatsauth_messages_claim(ngx_http_request_t *r,
    ngx_http_whatsauth_post_t *post)
{
    ngx_int_t  rc;

    if (post->provider->is_target != NULL && !post->provider->is_target(r)) {
        post->refusal = post->provider->bad_target;
        return NGX_DECLINED;
    }

    rc = ngx_http_whatsauth_candidates(r, post);
    if (rc != NGX_OK) {
        return rc;
    }

    post->proven = ngx_http_whatsauth_provider_headers(r, post->provider,
                                                       post->candidates);

    if (ngx_http_whatsauth_signature(r, post->provider, post->mac) == NGX_OK) {
        return NGX_OK;
    }

    post->candidates = 0;
    post->refusal = post->provider->no_signature;

    return post->proven ? NGX_OK : NGX_DECLINED;
}


/* Two signatures are as good as none: which of them is meant? */

static ngx_int_t
ngx_http_whatsauth_signature(ngx_http_request_t *r,
    const ngx_http_whatsauth_provider_t *provider, u_char *mac)
{
    ngx_str_t         header;
    whatsauth_text_t  value;

    if (ngx_http_whatsauth_header(r, &provider->header, &header) != 1) {
        return NGX_DECLINED;
    }

    value = ngx_http_whatsauth_text(&header);

    if (provider->parse(&value, mac) != 0) {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * An app that the URL names narrows the secrets and never widens them.  One
 * that does not exist has none, and is answered as one whose secret is
 * another: nobody learns here which apps there are.
 */

static ngx_int_t
ngx_http_whatsauth_candidates(ngx_http_request_t *r,
    ngx_http_whatsauth_post_t *post)
{
    ngx_int_t                        rc;
    ngx_uint_t                       n;
    ngx_http_whatsauth_app_t        *app;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);

    rc = ngx_http_whatsauth_named_app(r, mcf, &app);

    if (rc == NGX_OK) {
        post->named = 1;
        post->candidates = app ? post->provider->app_secrets(app) : 0;
    }

    if (rc != NGX_DECLINED) {
        return rc;
    }

    n = ngx_http_whatsauth_provider_secrets(post->provider, mcf)->nelts;

    if (n == 0) {
        post->refusal = "no app has a provider that posts bodies of this type";
        return NGX_DECLINED;
    }

    if (n > NGX_HTTP_WHATSAUTH_CANDIDATES_MAX) {
        post->refusal = "the URL must name an app that has this provider: "
                        "messages?app=NAME";
        return NGX_DECLINED;
    }

    post->candidates = ((ngx_http_whatsauth_secret_mask_t) 1 << n) - 1;

    return NGX_OK;
}


static void
ngx_http_whatsauth_messages_body(ngx_http_request_t *r)
{
    ngx_uint_t                        answered;
    ngx_http_whatsauth_post_t        *post;
    ngx_http_whatsauth_main_conf_t   *mcf;
    ngx_http_whatsauth_inspection_t  *inspection;

    post = ngx_http_whatsauth_ctx(r)->data;
    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);

    answered = 0;
    post->answered = &answered;

    if (ngx_http_whatsauth_body_len(r) > post->provider->body_max) {
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_BODY_TOO_LARGE,
                                  post->provider->too_large);
        return;
    }

    if (post->proven == 0
        && ngx_http_whatsauth_inspect_is_full(r, post->provider,
                                              ngx_http_whatsauth_body_len(r)))
    {
        ngx_http_whatsauth_log(NGX_LOG_WARN, r->connection->log,
                               "too many unproven bodies, one is turned away");
        ngx_http_whatsauth_messages_finish(post, NGX_HTTP_WHATSAUTH_OVERLOADED,
                               "too many bodies wait for their signature");
        return;
    }

    inspection = ngx_http_whatsauth_inspection_create(r);

    if (inspection == NULL) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    post->inspection = inspection;
    ngx_memcpy(inspection->mac, post->mac, WHATSAUTH_SHA256_LEN);

    inspection->provider = post->provider;
    inspection->candidates = post->candidates;
    inspection->tries = post->named
                        ? ngx_http_whatsauth_provider_tries(post->provider,
                                                            mcf)
                        : 0;
    inspection->verified = post->proven;
    inspection->secrets = ngx_http_whatsauth_provider_secrets(post->provider,
                                                              mcf);
    inspection->handler = ngx_http_whatsauth_messages_inspected;
    inspection->data = post;

    if (post->provider->prepare != NULL) {
        post->provider->prepare(r, inspection);
    }

    r->write_event_handler = ngx_http_request_empty_handler;

    ngx_http_whatsauth_inspect(inspection, mcf->threads.pool);

    if (!answered) {
        post->answered = NULL;
    }
}


static void
ngx_http_whatsauth_messages_inspected(
    ngx_http_whatsauth_inspection_t *inspection)
{
    ngx_log_t                       *log;
    const char                      *refusal;
    ngx_http_whatsauth_post_t       *post;
    ngx_http_whatsauth_main_conf_t  *mcf;

    post = inspection->data;
    log = post->request->connection->log;

    if (inspection->unreadable || inspection->result
                                  == WHATSAUTH_BATCH_NO_MEMORY)
    {
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                  "the body could not be read");
        return;
    }

    if (inspection->bad_reading) {
        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_READING, NULL,
                                   NULL, log, "a form with a good signature "
                                   "proves nothing: %s", inspection->reason);
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_INVALID_SIGNATURE,
                                  post->provider->bad_reading);
        return;
    }

    if (inspection->verified == 0) {
        refusal = post->named ? post->provider->not_the_apps
                              : post->provider->bad_signature;
        ngx_http_whatsauth_trouble_signature(inspection, log, refusal);
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_INVALID_SIGNATURE,
                                  refusal);
        return;
    }

    ngx_http_whatsauth_trouble_proven(inspection);

    if (inspection->result == WHATSAUTH_BATCH_INVALID) {

        /* Anything but 200 would bring the same body again for days. */

        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_BODY, NULL, NULL,
                                   log, "a signed body cannot be understood: "
                                   "%s", inspection->reason);
        ngx_http_whatsauth_messages_finish(post,
                                  NGX_HTTP_WHATSAUTH_INVALID_BODY, NULL);
        return;
    }

    ngx_http_whatsauth_unknown_fields(&inspection->batch, log);

    mcf = ngx_http_get_module_main_conf(post->request,
                                        ngx_http_whatsauth_module);

    post->validation = ngx_http_whatsauth_validate(mcf, &inspection->batch,
                                        inspection->verified, log,
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


/*
 * Posted requests are run here only where nginx would not do it: while it
 * reads the body, it goes on with a request that they might free.
 */

static void
ngx_http_whatsauth_messages_finish(ngx_http_whatsauth_post_t *post,
    ngx_http_whatsauth_result_t result, const char *detail)
{
    ngx_int_t            rc;
    ngx_uint_t           inside;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = post->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    if (ngx_http_whatsauth_results[result].status == NGX_HTTP_OK) {
        rc = ngx_http_whatsauth_response(r, result,
                                         post->provider->answer_type,
                                         &post->provider->answer);

    } else {
        rc = ngx_http_whatsauth_problem(r, result, detail);
    }

    inside = (post->answered != NULL);

    if (inside) {
        *post->answered = 1;
    }

    ngx_http_finalize_request(r, rc);

    if (!inside) {
        ngx_http_run_posted_requests(c);
    }
}


/* Also when the client is gone: what was queued takes place all the same. */

static void
ngx_http_whatsauth_messages_cleanup(void *data)
{
    ngx_http_whatsauth_post_t *post = data;

    if (post->inspection != NULL) {
        ngx_http_whatsauth_inspection_destroy(post->inspection);
    }

    if (post->validation != NULL) {
        ngx_http_whatsauth_validation_forget(post->validation);
    }
}
