
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The accounts of an app at its providers. */


#ifndef _NGX_HTTP_WHATSAUTH_ACCOUNT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ACCOUNT_H_INCLUDED_


#include "provider/provider.h"


/* The directive of a provider, whose name is the provider's word. */
char *ngx_http_whatsauth_account(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* The accounts of the app against those of the apps before it. */
ngx_int_t ngx_http_whatsauth_account_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);

/* All apps are known: counts secrets, and logs what http{} lacks. */
ngx_int_t ngx_http_whatsauth_account_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);

/* Their names in one text, as `"meta" or "twilio"`. */
#define NGX_HTTP_WHATSAUTH_ACCOUNT_NAMES_MAX  128
const char *ngx_http_whatsauth_account_names(
    u_char buf[NGX_HTTP_WHATSAUTH_ACCOUNT_NAMES_MAX]);

/* The directive that has a parameter of that name, or NULL. */
const char *ngx_http_whatsauth_account_directive(ngx_str_t *parameter);

/*
 * Adds the secret that add() makes of a key's value to those of the provider
 * and of the account, and returns it, until the next one; or NULL.
 */
ngx_http_whatsauth_secret_t *ngx_http_whatsauth_account_secret(
    ngx_conf_t *cf, const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    ngx_http_whatsauth_account_t *account,
    ngx_http_whatsauth_secret_t *(*add)(ngx_conf_t *cf, ngx_str_t *name,
        ngx_str_t *value, ngx_array_t *known,
        ngx_http_whatsauth_secret_mask_t *mask));

/*
 * NGX_ERROR, logged, if an account of that id in another app has other
 * secrets: one number would have two owners.
 */
ngx_int_t ngx_http_whatsauth_account_check_owner(ngx_conf_t *cf,
    const ngx_http_whatsauth_account_t *account, const char *id,
    const char *secrets);

/*
 * NGX_ERROR, logged, if a provider signs in that header, which is to hold a
 * plain secret, or has a plain secret in it, and it is to hold a signature:
 * requests of one would be taken for those of the other.
 */
ngx_int_t ngx_http_whatsauth_account_check_header(ngx_conf_t *cf,
    const ngx_str_t *header, unsigned plain);


/* The secrets that the app's accounts at this provider have together. */
ngx_http_whatsauth_secret_mask_t ngx_http_whatsauth_account_secret_mask(
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider);

/* The app's account of that very id, or NULL. */
const ngx_http_whatsauth_account_t *ngx_http_whatsauth_account_by_id(
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider, const void *id, size_t len);

/*
 * The account that can reply to a message by this route: the one of that id,
 * or the one that stands for any.  NULL: none.
 */
const ngx_http_whatsauth_account_t *ngx_http_whatsauth_account_of_route(
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider, const ledger_text_t *route);

/*
 * 1 if each account of the app can send texts to users: nobody knows by which
 * one a message will come.
 */
ngx_uint_t ngx_http_whatsauth_account_replies(ngx_http_whatsauth_app_t *app);

/* 1 if an account of the app can ask for a hidden phone number. */
ngx_uint_t ngx_http_whatsauth_account_asks(ngx_http_whatsauth_app_t *app);

/*
 * The account of the app to which a message of the provider, signed with
 * these secrets, came: one that has such a secret, or a tenant could speak for
 * another.  NULL: none.
 */
const ngx_http_whatsauth_account_t *ngx_http_whatsauth_account_hears(
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message);


#endif /* _NGX_HTTP_WHATSAUTH_ACCOUNT_H_INCLUDED_ */
