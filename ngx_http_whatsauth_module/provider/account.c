
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "provider/account.h"


static ngx_uint_t ngx_http_whatsauth_account_is(
    const ngx_http_whatsauth_account_t *account, const void *id, size_t len);
static ngx_uint_t ngx_http_whatsauth_account_digits(
    const ledger_text_t *route);


ngx_http_whatsauth_secret_mask_t
ngx_http_whatsauth_account_secret_mask(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider)
{
    ngx_uint_t                         i;
    ngx_http_whatsauth_account_t     **accounts;
    ngx_http_whatsauth_secret_mask_t   mask;

    accounts = app->accounts.elts;
    mask = 0;

    for (i = 0; i < app->accounts.nelts; i++) {
        if (accounts[i]->provider == provider) {
            mask |= accounts[i]->secret_mask;
        }
    }

    return mask;
}


static ngx_uint_t
ngx_http_whatsauth_account_is(const ngx_http_whatsauth_account_t *account,
    const void *id, size_t len)
{
    return account->id.len == len
           && (len == 0 || ngx_memcmp(account->id.data, id, len) == 0);
}


const ngx_http_whatsauth_account_t *
ngx_http_whatsauth_account_by_id(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider, const void *id, size_t len)
{
    ngx_uint_t                      i;
    ngx_http_whatsauth_account_t  **accounts;

    accounts = app->accounts.elts;

    for (i = 0; i < app->accounts.nelts && len; i++) {
        if (accounts[i]->provider == provider
            && ngx_http_whatsauth_account_is(accounts[i], id, len))
        {
            return accounts[i];
        }
    }

    return NULL;
}


const ngx_http_whatsauth_account_t *
ngx_http_whatsauth_account_of_route(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider, const ledger_text_t *route)
{
    ngx_uint_t                      i;
    ngx_http_whatsauth_account_t  **accounts;

    accounts = app->accounts.elts;

    for (i = 0; i < app->accounts.nelts; i++) {

        if (accounts[i]->provider != provider || !accounts[i]->replies) {
            continue;
        }

        if (accounts[i]->id.len == 0
            ? ngx_http_whatsauth_account_digits(route)
            : ngx_http_whatsauth_account_is(accounts[i], route->data,
                                            route->len))
        {
            return accounts[i];
        }
    }

    return NULL;
}


/* A route that nobody has configured may become part of a path. */

static ngx_uint_t
ngx_http_whatsauth_account_digits(const ledger_text_t *route)
{
    size_t        i;
    const u_char  *p;

    p = route->data;

    for (i = 0; i < route->len; i++) {
        if (p[i] < '0' || p[i] > '9') {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_whatsauth_account_replies(ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                      i;
    ngx_http_whatsauth_account_t  **accounts;

    accounts = app->accounts.elts;

    for (i = 0; i < app->accounts.nelts; i++) {
        if (!accounts[i]->replies) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_whatsauth_account_asks(ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                      i;
    ngx_http_whatsauth_account_t  **accounts;

    accounts = app->accounts.elts;

    for (i = 0; i < app->accounts.nelts; i++) {
        if (accounts[i]->provider->questions != NULL && accounts[i]->replies) {
            return 1;
        }
    }

    return 0;
}


const ngx_http_whatsauth_account_t *
ngx_http_whatsauth_account_hears(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message)
{
    ngx_uint_t                      i;
    ngx_http_whatsauth_account_t  **accounts;

    accounts = app->accounts.elts;

    for (i = 0; i < app->accounts.nelts; i++) {
        if (accounts[i]->provider == provider
            && (accounts[i]->secret_mask & verified)
            && provider->hears(app, accounts[i], message))
        {
            return accounts[i];
        }
    }

    return NULL;
}
