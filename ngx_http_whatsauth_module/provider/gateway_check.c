
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "provider/gateway.h"


static ngx_int_t ngx_http_whatsauth_gateway_check_known(ngx_conf_t *cf,
    ngx_http_whatsauth_gateway_t *gateway,
    ngx_http_whatsauth_secret_t *secret);
static ngx_uint_t ngx_http_whatsauth_gateway_check_same(
    const whatsauth_gateway_format_t *a, const whatsauth_gateway_format_t *b);
static ngx_http_whatsauth_app_t *ngx_http_whatsauth_gateway_check_mixed(
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_account_t *account);


ngx_int_t
ngx_http_whatsauth_gateway_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_account_t *account)
{
    ngx_http_whatsauth_gateway_t *gateway =
        (ngx_http_whatsauth_gateway_t *) account;

    ngx_uint_t                    i;
    const char                   *lacks;
    ngx_http_whatsauth_secret_t  *secrets;

    lacks = gateway->reply_body.len && account->api.host.len == 0
                ? "reply_url"
            : account->api.host.len && gateway->reply_body.len == 0
                ? "reply_body"
            : NULL;

    if (lacks != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no \"%s\" in \"gateway\" directive: replies need "
                           "\"reply_url\" and \"reply_body\"", lacks);
        return NGX_ERROR;
    }

    account->replies = gateway->reply_body.len != 0;
    secrets = gateway->secrets.elts;

    for (i = 0; i < gateway->secrets.nelts; i++) {
        if (ngx_http_whatsauth_gateway_check_known(cf, gateway, &secrets[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* The secret that verifies a body decides how it is read: in one way. */

static ngx_int_t
ngx_http_whatsauth_gateway_check_known(ngx_conf_t *cf,
    ngx_http_whatsauth_gateway_t *gateway, ngx_http_whatsauth_secret_t *secret)
{
    ngx_http_whatsauth_secret_t     *known;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    secret->header = gateway->header;
    secret->prefix = gateway->prefix;
    secret->format = &gateway->format;

    known = ngx_http_whatsauth_secret_known(cf, secret,
                                  &mcf->secrets[LEDGER_PROVIDER_GATEWAY].all,
                                  &gateway->account.secret_mask);
    if (known == NULL) {
        return NGX_ERROR;
    }

    if (!ngx_http_whatsauth_gateway_check_same(known->format,
                                                   &gateway->format))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a secret of gateway \"%V\" belongs to a gateway "
                           "with other JSON pointers", &gateway->account.id);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_whatsauth_gateway_check_same(const whatsauth_gateway_format_t *a,
    const whatsauth_gateway_format_t *b)
{
    return whatsauth_text_equal(&a->text, &b->text)
           && whatsauth_text_equal(&a->sender, &b->sender)
           && whatsauth_text_equal(&a->id, &b->id)
           && whatsauth_text_equal(&a->time, &b->time)
           && whatsauth_text_equal(&a->profile, &b->profile)
           && whatsauth_text_equal(&a->to, &b->to);
}


ngx_int_t
ngx_http_whatsauth_gateway_check(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_account_t *account)
{
    ngx_http_whatsauth_app_t        *other;
    ngx_http_whatsauth_main_conf_t  *mcf;

    if (ngx_http_whatsauth_account_by_id(app, account->provider,
                                         account->id.data, account->id.len)
        != account)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate gateway \"%V\" in whatsauth_app \"%V\"",
                           &account->id, &app->name);
        return NGX_ERROR;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    other = ngx_http_whatsauth_gateway_check_mixed(mcf, app, account);

    if (other != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "gateway \"%V\" shares a secret with whatsauth_app "
                           "\"%V\", which has another \"phone\": both need "
                           "\"to\"", &account->id, &other->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * The app of another phone for which a message of this account would count,
 * too, because nothing tells which number it came to; or NULL.
 */

static ngx_http_whatsauth_app_t *
ngx_http_whatsauth_gateway_check_mixed(ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_account_t *account)
{
    ngx_http_whatsauth_gateway_t *gateway =
        (ngx_http_whatsauth_gateway_t *) account;

    ngx_uint_t                  i;
    ngx_http_whatsauth_app_t  **apps;

    if (gateway->format.to.len) {
        return NULL;
    }

    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        if ((ngx_http_whatsauth_account_secret_mask(apps[i], account->provider)
             & account->secret_mask)
            && (apps[i]->phone.whatsapp.len != app->phone.whatsapp.len
                || ngx_memcmp(apps[i]->phone.whatsapp.data,
                              app->phone.whatsapp.data,
                              app->phone.whatsapp.len) != 0))
        {
            return apps[i];
        }
    }

    return NULL;
}
