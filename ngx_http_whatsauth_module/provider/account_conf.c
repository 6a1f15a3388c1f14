
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/header.h"
#include "provider/account.h"


static ngx_uint_t ngx_http_whatsauth_account_conf_signing(ngx_array_t *known,
    ngx_http_whatsauth_secret_mask_t mask);
static ngx_int_t ngx_http_whatsauth_account_conf_public_url(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app);
static ngx_uint_t ngx_http_whatsauth_account_conf_has_header(
    ngx_http_whatsauth_main_conf_t *mcf,
    const ngx_http_whatsauth_provider_t *provider, const ngx_str_t *header,
    unsigned plain);


char *
ngx_http_whatsauth_account(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_uint_t                             i;
    ngx_http_whatsauth_account_t          *account, **slot;
    const ngx_http_whatsauth_provider_t   *provider;

    for (i = 0; /* void */ ; i++) {
        provider = ngx_http_whatsauth_providers[i];

        if (ngx_strcmp(ledger_provider_word(provider->number), cmd->name.data)
            == 0)
        {
            break;
        }
    }

    slot = ngx_array_push(&app->accounts);
    account = ngx_pcalloc(cf->pool, provider->account_size);

    if (slot == NULL || account == NULL) {
        return NGX_CONF_ERROR;
    }

    *slot = account;
    account->provider = provider;

    if (ngx_http_whatsauth_options(cf, 1, provider->options, account, NULL)
        != NGX_OK
        || provider->complete(cf, app, account) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_whatsauth_account_check(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                      i;
    ngx_http_whatsauth_account_t  **accounts;

    accounts = app->accounts.elts;

    for (i = 0; i < app->accounts.nelts; i++) {
        if (accounts[i]->provider->check(cf, app, accounts[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_account_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                             i, j, n;
    ngx_http_whatsauth_app_t             **apps;
    ngx_http_whatsauth_secrets_t          *secrets;
    const ngx_http_whatsauth_provider_t   *provider;

    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {

        if (ngx_http_whatsauth_account_conf_public_url(cf, mcf, apps[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        for (j = 0; ngx_http_whatsauth_providers[j] != NULL; j++) {
            provider = ngx_http_whatsauth_providers[j];
            secrets = &mcf->secrets[provider->number];

            n = ngx_http_whatsauth_account_conf_signing(&secrets->all,
                    ngx_http_whatsauth_account_secret_mask(apps[i], provider));

            secrets->most = ngx_max(secrets->most, n);
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_whatsauth_account_conf_signing(ngx_array_t *known,
    ngx_http_whatsauth_secret_mask_t mask)
{
    ngx_uint_t                    i, n;
    ngx_http_whatsauth_secret_t  *secrets;

    secrets = known->elts;
    n = 0;

    for (i = 0; i < known->nelts; i++) {
        n += (mask >> i & 1) && !secrets[i].plain;
    }

    return n;
}


/* A signed URL must not have a Host that clients choose. */

static ngx_int_t
ngx_http_whatsauth_account_conf_public_url(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                            i;
    ngx_http_whatsauth_account_t        **accounts;
    const ngx_http_whatsauth_provider_t  *provider;

    accounts = app->accounts.elts;

    for (i = 0; i < app->accounts.nelts && mcf->public_url.len == 0; i++) {
        provider = accounts[i]->provider;

        if (provider->needs_public_url != NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%s\" in whatsauth_app \"%V\" needs "
                               "\"whatsauth_public_url\", %s",
                               ledger_provider_word(provider->number),
                               &app->name, provider->needs_public_url);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


const char *
ngx_http_whatsauth_account_names(
    u_char buf[NGX_HTTP_WHATSAUTH_ACCOUNT_NAMES_MAX])
{
    u_char      *p, *end;
    ngx_uint_t   i;
    const char  *before;

    p = buf;
    end = buf + NGX_HTTP_WHATSAUTH_ACCOUNT_NAMES_MAX;

    for (i = 0; ngx_http_whatsauth_providers[i] != NULL; i++) {
        before = i == 0 ? ""
                 : ngx_http_whatsauth_providers[i + 1] != NULL ? ", "
                 : " or ";

        p = ngx_slprintf(p, end, "%s\"%s\"%Z", before,
                         ledger_provider_word(
                             ngx_http_whatsauth_providers[i]->number))
            - 1;
    }

    return (const char *) buf;
}


const char *
ngx_http_whatsauth_account_directive(ngx_str_t *parameter)
{
    ngx_uint_t                            i;
    const ngx_http_whatsauth_provider_t  *provider;

    for (i = 0; ngx_http_whatsauth_providers[i] != NULL; i++) {
        provider = ngx_http_whatsauth_providers[i];

        if (ngx_http_whatsauth_options_have(provider->options, parameter)) {
            return ledger_provider_word(provider->number);
        }
    }

    return NULL;
}


ngx_http_whatsauth_secret_t *
ngx_http_whatsauth_account_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    ngx_http_whatsauth_account_t *account,
    ngx_http_whatsauth_secret_t *(*add)(ngx_conf_t *cf, ngx_str_t *name,
        ngx_str_t *value, ngx_array_t *known,
        ngx_http_whatsauth_secret_mask_t *mask))
{
    ngx_str_t                        name;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    if (ngx_http_whatsauth_options_name(cf, option, &name) != NGX_OK) {
        return NULL;
    }

    /* cppcheck-suppress returnDanglingLifetime */
    return add(cf, &name, value,
               &mcf->secrets[account->provider->number].all,
               &account->secret_mask);
}


ngx_int_t
ngx_http_whatsauth_account_check_owner(ngx_conf_t *cf,
    const ngx_http_whatsauth_account_t *account, const char *id,
    const char *secrets)
{
    ngx_uint_t                            i;
    ngx_http_whatsauth_app_t            **apps;
    ngx_http_whatsauth_main_conf_t       *mcf;
    const ngx_http_whatsauth_account_t   *other;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        other = ngx_http_whatsauth_account_by_id(apps[i], account->provider,
                                                 account->id.data,
                                                 account->id.len);

        if (other != NULL && other->secret_mask != account->secret_mask) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "%s \"%V\" has other %s in whatsauth_app "
                               "\"%V\"", id, &account->id, secrets,
                               &apps[i]->name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_account_check_header(ngx_conf_t *cf,
    const ngx_str_t *header, unsigned plain)
{
    ngx_str_t                             *directive;
    ngx_uint_t                             i;
    ngx_http_whatsauth_main_conf_t        *mcf;
    const ngx_http_whatsauth_provider_t   *provider;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    directive = cf->args->elts;

    for (i = 0; ngx_http_whatsauth_providers[i] != NULL; i++) {
        provider = ngx_http_whatsauth_providers[i];

        if (ngx_http_whatsauth_account_conf_has_header(mcf, provider, header,
                                                       plain))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "the header \"%V\" in \"%V\" directive is "
                               "that of \"%s\"", header, directive,
                               ledger_provider_word(provider->number));
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* The header in which all its accounts sign, or that of one secret. */

static ngx_uint_t
ngx_http_whatsauth_account_conf_has_header(ngx_http_whatsauth_main_conf_t *mcf,
    const ngx_http_whatsauth_provider_t *provider, const ngx_str_t *header,
    unsigned plain)
{
    ngx_uint_t                    i;
    ngx_array_t                  *known;
    ngx_http_whatsauth_secret_t  *secrets;

    if (!plain
        && ngx_http_whatsauth_header_is(&provider->header, header))
    {
        return 1;
    }

    known = &mcf->secrets[provider->number].all;
    secrets = known->elts;

    for (i = 0; i < known->nelts; i++) {
        if (secrets[i].plain != plain
            && ngx_http_whatsauth_header_is(&secrets[i].header, header))
        {
            return 1;
        }
    }

    return 0;
}
