
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/store.h"
#include "journey/hidden_number.h"
#include "kit/argument.h"
#include "provider/provider.h"
#include "provider/reply_request.h"


/* The record of one app about which the sender was asked last. */

typedef struct {
    uint64_t    key;
    ngx_uint_t  waiting;
} ngx_http_whatsauth_asked_t;


static ngx_int_t ngx_http_whatsauth_hidden_number_asked(lmdb_store_t *store,
    ngx_http_whatsauth_app_t *app, const whatsauth_message_t *message,
    ngx_http_whatsauth_asked_t *asked);


char *
ngx_http_whatsauth_hidden_number(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "request") == 0) {
        app->sender.ask_number = 1;

    } else if (ngx_strcmp(value[1].data, "fail") == 0) {
        app->sender.ask_number = 0;

    } else {
        return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                                       ", it must be \"request\" or \"fail\"");
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_whatsauth_hidden_number_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                  i, possible;
    ngx_http_whatsauth_meta_t  *meta;

    possible = 0;
    meta = app->meta.elts;

    for (i = 0; i < app->meta.nelts; i++) {
        possible |= meta[i].access_token.len != 0;
    }

    if (app->sender.ask_number == NGX_CONF_UNSET) {
        app->sender.ask_number = possible;
    }

    if (app->sender.ask_number && !possible) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"hidden_number request\" without an "
                           "\"access_token\" of \"meta\" in whatsauth_app "
                           "\"%V\"", &app->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_whatsauth_hidden_number_asks(ngx_http_whatsauth_app_t *app,
    const whatsauth_message_t *message, const ledger_text_t *route)
{
    return app->sender.ask_number
           && message->account_sid.len == 0
           && message->user_id.len
           && message->user_id.len <= LEDGER_USER_ID_MAX
           && ngx_http_whatsauth_reply_meta(app, route) != NULL;
}


/*
 * Apps may share a number, and the answer does not say which of them has
 * asked: a code that still waits goes before one that does not, and a young
 * one before an old one.
 */

ngx_int_t
ngx_http_whatsauth_hidden_number_key(ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message, uint64_t *key)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    lmdb_store_t                *store;
    ngx_http_whatsauth_app_t   **apps;
    ngx_http_whatsauth_asked_t   asked, found;

    store = ngx_http_whatsauth_store();

    if (store == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&found, sizeof(ngx_http_whatsauth_asked_t));
    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {

        if (!ngx_http_whatsauth_provider_hears(apps[i], verified, message)) {
            continue;
        }

        rc = ngx_http_whatsauth_hidden_number_asked(store, apps[i], message,
                                                    &asked);
        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_OK
            && (asked.waiting > found.waiting
                || (asked.waiting == found.waiting && asked.key > found.key)))
        {
            found = asked;
        }
    }

    *key = found.key;

    return found.key ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_whatsauth_hidden_number_asked(lmdb_store_t *store,
    ngx_http_whatsauth_app_t *app, const whatsauth_message_t *message,
    ngx_http_whatsauth_asked_t *asked)
{
    ledger_text_t    name, user_id;
    ledger_copy_t    copy;
    ledger_result_t  result;

    name.data = app->name.data;
    name.len = app->name.len;
    user_id.data = message->user_id.data;
    user_id.len = message->user_id.len;

    result = lmdb_store_asked(store, &name, &user_id, &asked->key);

    if (result == LEDGER_OK) {
        result = lmdb_store_get(store, asked->key, &copy);
    }

    switch (result) {

    case LEDGER_OK:
        asked->waiting = copy.record.status == LEDGER_STATUS_REQUESTED;
        return NGX_OK;

    case LEDGER_UNKNOWN:
        return NGX_DECLINED;

    default:
        return NGX_ERROR;
    }
}
