
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/named_app.h"
#include "face/proof.h"
#include "provider/account.h"


/* With more secrets than this the URL has to say which app is meant. */
#define NGX_HTTP_WHATSAUTH_CANDIDATES_MAX  8


static ngx_int_t ngx_http_whatsauth_proof_candidates(ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_proof_t *proof);


ngx_int_t
ngx_http_whatsauth_proof(ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_proof_t *proof)
{
    ngx_int_t                             rc;
    ngx_http_whatsauth_webhook_t         *webhook;
    const ngx_http_whatsauth_provider_t  *provider;

    webhook = &proof->webhook;
    provider = webhook->provider;

    if (provider->is_target != NULL && !provider->is_target(r)) {
        proof->refusal = provider->bad_target;
        return NGX_DECLINED;
    }

    rc = ngx_http_whatsauth_proof_candidates(r, mcf, proof);
    if (rc != NGX_OK) {
        return rc;
    }

    ngx_http_whatsauth_provider_headers(r, webhook);

    if (ngx_http_whatsauth_provider_signature(r, webhook) == NGX_OK) {
        return NGX_OK;
    }

    webhook->candidates = 0;
    proof->refusal = provider->no_signature;

    return webhook->verified ? NGX_OK : NGX_DECLINED;
}


/*
 * An app that the URL names narrows the secrets and never widens them.  One
 * that does not exist has none, and its response is that of an app whose
 * secret is another: nobody learns here which apps there are.
 */

static ngx_int_t
ngx_http_whatsauth_proof_candidates(ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_proof_t *proof)
{
    ngx_int_t                      rc;
    ngx_uint_t                     n;
    ngx_http_whatsauth_app_t      *app;
    ngx_http_whatsauth_webhook_t  *webhook;

    webhook = &proof->webhook;
    rc = ngx_http_whatsauth_named_app(r, mcf, &app);

    if (rc == NGX_OK) {
        proof->named = 1;
        webhook->tries = mcf->secrets[webhook->provider->number].most;
        webhook->candidates = app == NULL ? 0
                              : ngx_http_whatsauth_account_secret_mask(app,
                                                          webhook->provider);
    }

    if (rc != NGX_DECLINED) {
        return rc;
    }

    n = webhook->secrets->nelts;

    if (n == 0) {
        proof->refusal = "no app has a provider that posts bodies of this type";
        return NGX_DECLINED;
    }

    if (n > NGX_HTTP_WHATSAUTH_CANDIDATES_MAX) {
        proof->refusal = "the URL must name an app that has this provider: "
                         "messages?app=NAME";
        return NGX_DECLINED;
    }

    webhook->candidates = ((ngx_http_whatsauth_secret_mask_t) 1 << n) - 1;

    return NGX_OK;
}
