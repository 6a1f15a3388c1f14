
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/body.h"
#include "kit/header.h"
#include "provider/provider.h"


static ngx_uint_t ngx_http_whatsauth_provider_recognises(
    const ngx_http_whatsauth_provider_t *provider, ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf);
static int ngx_http_whatsauth_provider_made_sha256(const void *content,
    const whatsauth_text_t *secret, const uint8_t *mac);


const ngx_http_whatsauth_provider_t *const  ngx_http_whatsauth_providers[] = {
    &ngx_http_whatsauth_meta,
    &ngx_http_whatsauth_twilio,
    &ngx_http_whatsauth_gateway,
    NULL
};


const ngx_http_whatsauth_provider_t *
ngx_http_whatsauth_provider(unsigned number)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_whatsauth_providers[i] != NULL; i++) {
        if (ngx_http_whatsauth_providers[i]->number == number) {
            break;
        }
    }

    return ngx_http_whatsauth_providers[i];
}


/*
 * A provider that no app has counts only where no other posts such bodies, so
 * that its refusal says what is missing.  Without any header of the several
 * that are left the first one refuses, or takes a header that is the secret.
 */

const ngx_http_whatsauth_provider_t *
ngx_http_whatsauth_provider_of(ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                            i, has, has_found;
    const ngx_http_whatsauth_provider_t  *provider, *found;

    found = NULL;
    has_found = 0;

    for (i = 0; ngx_http_whatsauth_providers[i] != NULL; i++) {
        provider = ngx_http_whatsauth_providers[i];

        if (!ngx_http_whatsauth_body_is(r, provider->type)) {
            continue;
        }

        has = mcf->secrets[provider->number].all.nelts;

        if (found == NULL || (has && !has_found)) {
            found = provider;
            has_found = has;

        } else if (has
                   && !ngx_http_whatsauth_provider_recognises(found, r, mcf)
                   && ngx_http_whatsauth_provider_recognises(provider, r, mcf))
        {
            return provider;
        }
    }

    return found;
}


ngx_uint_t
ngx_http_whatsauth_provider_is_phone(const ngx_http_whatsauth_app_t *app,
    const whatsauth_text_t *digits)
{
    ngx_str_t  phone;

    /* The number is configured as "+" and digits. */

    phone.len = app->phone.whatsapp.len - 1;
    phone.data = app->phone.whatsapp.data + 1;

    return phone.len == digits->len
           && ngx_memcmp(phone.data, digits->data, phone.len) == 0;
}


size_t
ngx_http_whatsauth_provider_body_max(void)
{
    size_t      max;
    ngx_uint_t  i;

    max = 0;

    for (i = 0; ngx_http_whatsauth_providers[i] != NULL; i++) {
        max = ngx_max(max, ngx_http_whatsauth_providers[i]->body_max);
    }

    return max;
}


static ngx_uint_t
ngx_http_whatsauth_provider_recognises(
    const ngx_http_whatsauth_provider_t *provider, ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_str_t  value;

    return provider->header.len == 0
           ? provider->recognise(r, mcf)
           : ngx_http_whatsauth_header(r, &provider->header, &value) != 0;
}


/* Two signatures are as good as none: which of them is meant? */

ngx_int_t
ngx_http_whatsauth_provider_signature(ngx_http_request_t *r,
    ngx_http_whatsauth_webhook_t *webhook)
{
    ngx_str_t                             value;
    whatsauth_text_t                      text;
    const ngx_http_whatsauth_provider_t  *provider;

    provider = webhook->provider;

    if (provider->header.len == 0) {
        return provider->signature(r, webhook);
    }

    if (ngx_http_whatsauth_header(r, &provider->header, &value) != 1) {
        return NGX_DECLINED;
    }

    text = ngx_http_whatsauth_text(&value);

    return provider->parse(&text, webhook->mac) == 0 ? NGX_OK : NGX_DECLINED;
}


/*
 * A header that comes twice fits none: which of the two is meant?  Those that
 * are no candidates are compared all the same, for the time that it takes.
 */

void
ngx_http_whatsauth_provider_headers(ngx_http_request_t *r,
    ngx_http_whatsauth_webhook_t *webhook)
{
    ngx_str_t                          value;
    ngx_uint_t                         i;
    ngx_http_whatsauth_digest_t        digest;
    ngx_http_whatsauth_secret_t       *secrets;
    ngx_http_whatsauth_secret_mask_t   fits;

    secrets = webhook->secrets->elts;
    fits = 0;

    for (i = 0; i < webhook->secrets->nelts; i++) {

        if (secrets[i].plain
            && ngx_http_whatsauth_header(r, &secrets[i].header, &value) == 1
            && whatsauth_sha256(value.data, value.len, digest.sha256) == 0
            && whatsauth_digest_equal(digest.sha256, secrets[i].value.data))
        {
            fits |= (ngx_http_whatsauth_secret_mask_t) 1 << i;
        }
    }

    webhook->verified |= fits & webhook->candidates;
}


/*
 * Every candidate is tried, and a secret of nobody in the place of those that
 * another app has more: the time tells neither which it was nor whether the
 * app that the URL names exists.
 */

ngx_int_t
ngx_http_whatsauth_provider_try(ngx_http_whatsauth_webhook_t *webhook,
    int (*made_by)(const void *content, const whatsauth_text_t *secret,
                   const uint8_t *mac),
    const void *content)
{
    int                                made;
    ngx_int_t                          rc;
    ngx_uint_t                         i, tried;
    whatsauth_text_t                   secret;
    ngx_http_whatsauth_secret_t       *secrets;
    ngx_http_whatsauth_secret_mask_t   bit;

    static const whatsauth_text_t  nobodys =
                          whatsauth_text("the-secret-of-no-app-is-this-one");

    secrets = webhook->secrets->elts;
    rc = NGX_OK;
    tried = 0;

    for (i = 0; i < webhook->secrets->nelts; i++) {
        bit = (ngx_http_whatsauth_secret_mask_t) 1 << i;

        if (!(webhook->candidates & bit) || secrets[i].plain) {
            continue;
        }

        tried++;
        secret = ngx_http_whatsauth_text(&secrets[i].value);

        made = made_by(content, &secret, webhook->mac);

        if (made == 1) {
            webhook->verified |= bit;

        } else if (made == -1) {
            rc = NGX_ERROR;
        }
    }

    if (webhook->verified == 0) {
        for ( /* void */ ; tried < webhook->tries; tried++) {
            (void) made_by(content, &nobodys, webhook->mac);
        }
    }

    return rc;
}


ngx_int_t
ngx_http_whatsauth_provider_verify_sha256(
    ngx_http_whatsauth_webhook_t *webhook)
{
    return ngx_http_whatsauth_provider_try(webhook,
                                    ngx_http_whatsauth_provider_made_sha256,
                                    webhook);
}


static int
ngx_http_whatsauth_provider_made_sha256(const void *content,
    const whatsauth_text_t *secret, const uint8_t *mac)
{
    const ngx_http_whatsauth_webhook_t *webhook = content;

    uint8_t  made[WHATSAUTH_SHA256_LEN];

    if (whatsauth_hmac_sha256(secret, webhook->body, webhook->len, made) != 0)
    {
        return -1;
    }

    return whatsauth_digest_equal(made, mac);
}


ngx_uint_t
ngx_http_whatsauth_provider_refused(
    const ngx_http_whatsauth_provider_t *provider, ngx_uint_t status,
    uint32_t code)
{
    ngx_uint_t                                 refused;
    const ngx_http_whatsauth_provider_code_t  *known;

    refused = status == NGX_HTTP_TOO_MANY_REQUESTS
              || status >= NGX_HTTP_INTERNAL_SERVER_ERROR
                  ? NGX_HTTP_WHATSAUTH_REFUSED_BUSY
              : status == NGX_HTTP_UNAUTHORIZED
                || status == NGX_HTTP_FORBIDDEN
                || status == NGX_HTTP_NOT_FOUND
                  ? NGX_HTTP_WHATSAUTH_REFUSED_FORBIDDEN
              : 0;

    for (known = provider->codes; known->code; known++) {
        if (known->code == code) {
            refused |= known->refused;
        }
    }

    return refused;
}


const char *
ngx_http_whatsauth_provider_ask_needs(void)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_whatsauth_providers[i] != NULL; i++) {
        if (ngx_http_whatsauth_providers[i]->questions != NULL) {
            return ngx_http_whatsauth_providers[i]->ask_needs;
        }
    }

    return "a provider that asks for it";
}
