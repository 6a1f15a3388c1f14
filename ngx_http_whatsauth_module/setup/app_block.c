
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/page_token.h"
#include "journey/hidden_number.h"
#include "journey/link.h"
#include "kit/argument.h"
#include "kit/shown.h"
#include "provider/meta.h"
#include "provider/twilio.h"
#include "setup/app_block.h"
#include "setup/app_callback.h"
#include "setup/app_directives.h"

#include "protocol/webhook_signature.h"


#define NGX_HTTP_WHATSAUTH_NAME_MAX     64


static ngx_int_t ngx_http_whatsauth_app_check_name(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_str_t *name);
static ngx_int_t ngx_http_whatsauth_app_create(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_str_t *name,
    ngx_http_whatsauth_app_t **created);
static char *ngx_http_whatsauth_app_directive(ngx_conf_t *cf,
    ngx_command_t *dummy, void *conf);
static void ngx_http_whatsauth_app_unknown(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_check_lacks(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);


static const whatsauth_text_t  ngx_http_whatsauth_app_link_message =
    whatsauth_text("Just tap the \"send\" button.");

/* The waits of callback_retry when it is not given, in milliseconds. */
static ngx_msec_t  ngx_http_whatsauth_app_retry_default[] = {
    2000, 5000, 15000, 30000, 60000
};


char *
ngx_http_whatsauth_app(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                      *rv;
    ngx_str_t                 *value, name;
    ngx_conf_t                 save;
    ngx_http_whatsauth_app_t  *app;

    value = cf->args->elts;

    /* The nested parse overwrites cf->args. */
    name = value[1];

    if (ngx_http_whatsauth_app_create(cf, conf, &name, &app) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    save = *cf;
    cf->handler = ngx_http_whatsauth_app_directive;
    cf->handler_conf = (void *) app;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_whatsauth_app_check(cf, app);
}


static ngx_int_t
ngx_http_whatsauth_app_check_name(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_str_t *name)
{
    size_t  i;

    for (i = 0; i < name->len; i++) {
        if (!isalnum(name->data[i]) && name->data[i] != '_'
            && name->data[i] != '-' && name->data[i] != '.')
        {
            break;
        }
    }

    if (i < name->len || name->len == 0
        || name->len > NGX_HTTP_WHATSAUTH_NAME_MAX)
    {
        (void) ngx_http_whatsauth_argument_invalid(cf, "app name", name,
                                             ": 1 to %d letters, digits, "
                                             "\"_\", \"-\" and \".\"",
                                             NGX_HTTP_WHATSAUTH_NAME_MAX);
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_conf_app(mcf, name->data, name->len) != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate whatsauth_app \"%V\"", name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_create(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_str_t *name,
    ngx_http_whatsauth_app_t **created)
{
    ngx_http_whatsauth_app_t  *app, **slot;

    if (ngx_http_whatsauth_app_check_name(cf, mcf, name) != NGX_OK) {
        return NGX_ERROR;
    }

    slot = ngx_array_push(&mcf->apps);
    app = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_app_t));

    if (slot == NULL || app == NULL) {
        return NGX_ERROR;
    }

    *slot = app;

    /*
     * set by ngx_pcalloc():
     *
     *     app->phone.whatsapp = { 0, NULL };
     *     app->callback.url = { 0, NULL };
     *     app->seen = 0;
     */

    app->name = *name;
    app->enabled = 1;
    app->callback.on = LEDGER_ON_VALIDATED|LEDGER_ON_FAILED
                       |LEDGER_ON_EXPIRED;
    app->limits.max_live = 100000;
    app->limits.max_live_page = 50000;
    app->limits.start_minute = 60;
    app->limits.start_hour = 600;
    app->reply.limit_sender = 3;
    app->reply.limit_app = 1000;
    app->sender.ask_number = NGX_CONF_UNSET;

    if (ngx_http_whatsauth_link_default(cf->pool, app,
                                        &ngx_http_whatsauth_app_link_message)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_array_init(&app->access.tokens, cf->pool, 2,
                       sizeof(ngx_http_whatsauth_digest_t)) != NGX_OK
        || ngx_array_init(&app->access.page_tokens, cf->pool, 1,
                          sizeof(ngx_http_whatsauth_digest_t)) != NGX_OK
        || ngx_array_init(&app->callback.authorized, cf->pool, 2,
                          sizeof(whatsauth_url_t)) != NGX_OK
        || ngx_array_init(&app->callback.retry, cf->pool, 8,
                          sizeof(ngx_msec_t)) != NGX_OK
        || ngx_array_init(&app->access.origins, cf->pool, 1,
                          sizeof(whatsauth_url_t)) != NGX_OK
        || ngx_array_init(&app->callback.keys, cf->pool, 1,
                          sizeof(whatsauth_webhook_key_t)) != NGX_OK
        || ngx_array_init(&app->meta, cf->pool, 1,
                          sizeof(ngx_http_whatsauth_meta_t)) != NGX_OK
        || ngx_array_init(&app->twilio, cf->pool, 1,
                          sizeof(ngx_http_whatsauth_twilio_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    *created = app;

    return NGX_OK;
}


/* Called by ngx_conf_parse() for every directive inside of the block. */

static char *
ngx_http_whatsauth_app_directive(ngx_conf_t *cf, ngx_command_t *dummy,
    void *conf)
{
    ngx_http_whatsauth_app_t  *app = conf;

    ngx_str_t                                 *value;
    ngx_uint_t                                 i, n;
    const ngx_http_whatsauth_app_directive_t  *directive;

    value = cf->args->elts;
    n = cf->args->nelts - 1;

    if (ngx_strcmp(value[0].data, "include") == 0) {
        return ngx_conf_include(cf, dummy, conf);
    }

    directive = ngx_http_whatsauth_app_directives;

    for (i = 0; directive[i].name.len; i++) {
        if (directive[i].name.len == value[0].len
            && ngx_strcmp(directive[i].name.data, value[0].data) == 0)
        {
            break;
        }
    }

    if (directive[i].name.len == 0) {
        ngx_http_whatsauth_app_unknown(cf, app);
        return NGX_CONF_ERROR;
    }

    if (n < directive[i].args_min || n > directive[i].args_max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid number of arguments in \"%V\" directive",
                           &value[0]);
        return NGX_CONF_ERROR;
    }

    if ((app->seen & ((uint64_t) 1 << i)) && !directive[i].repeatable) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive is duplicate", &value[0]);
        return NGX_CONF_ERROR;
    }

    app->seen |= (uint64_t) 1 << i;

    return directive[i].set(cf, app, directive[i].offset);
}


/*
 * The name alone is shown, for in "token=..." a secret follows it, and where
 * a line was broken a secret stands in its place.
 */

static void
ngx_http_whatsauth_app_unknown(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    size_t       i;
    ngx_str_t   *value, name;
    const char  *provider;

    value = cf->args->elts;
    name = ngx_http_whatsauth_shown_name(&value[0]);

    if (name.len == 0) {
        for (i = 0; i < value[0].len; i++) {
            if (!isalpha(value[0].data[i]) && value[0].data[i] != '_') {
                break;
            }
        }

        name.len = (i == value[0].len) ? i : 0;
    }

    provider = ngx_http_whatsauth_meta_parameter(&name) ? "meta"
               : ngx_http_whatsauth_twilio_parameter(&name) ? "twilio"
               : NULL;

    if (name.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown directive in whatsauth_app \"%V\"",
                           &app->name);

    } else if (provider == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown directive \"%V\" in whatsauth_app \"%V\"",
                           &name, &app->name);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown directive \"%V\" in whatsauth_app \"%V\": "
                           "it is a parameter of \"%s\"", &name, &app->name,
                           provider);
    }
}


/* The block is complete: what it lacks, and what other apps have already. */

static char *
ngx_http_whatsauth_app_check(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    ngx_msec_t  *wait;

    if (ngx_http_whatsauth_app_check_lacks(cf, app) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    /* Of the two, the one that is not given gives way. */

    if (app->code.expires_max == 0) {
        app->code.expires_max = ngx_max(app->code.expires, 24 * 60 * 60 * 1000);
    }

    if (app->code.expires == 0) {
        app->code.expires = ngx_min(5 * 60 * 1000, app->code.expires_max);
    }

    if (app->code.expires > app->code.expires_max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"expires\" is longer than \"expires_max\" in "
                           "whatsauth_app \"%V\"", &app->name);
        return NGX_CONF_ERROR;
    }

    if (app->callback.retry.nelts == 0) {
        wait = ngx_array_push_n(&app->callback.retry,
                           sizeof(ngx_http_whatsauth_app_retry_default)
                           / sizeof(ngx_msec_t));
        if (wait == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_memcpy(wait, ngx_http_whatsauth_app_retry_default,
                   sizeof(ngx_http_whatsauth_app_retry_default));
    }

    if (ngx_http_whatsauth_page_token_check(cf, app) != NGX_OK
        || ngx_http_whatsauth_meta_check(cf, app) != NGX_OK
        || ngx_http_whatsauth_hidden_number_check(cf, app) != NGX_OK
        || ngx_http_whatsauth_twilio_check(cf, app) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_http_whatsauth_app_callback_check(cf, app);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_check_lacks(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    const char  *lacks;

    lacks = app->callback.url.len == 0 && app->callback.authorized.nelts == 0
            && !app->callback.to_public
                ? "\"callback_url\" or \"authorized_callbacks\""
            : app->access.tokens.nelts == 0 ? "\"token\""
            : app->phone.whatsapp.len == 0 ? "\"phone\""
            : app->meta.nelts + app->twilio.nelts == 0
                ? "\"meta\" or \"twilio\""
            : app->phone.sms_on && app->phone.sms.len == 0
                ? "\"sms_phone\" for \"sms on\""
            : NULL;

    if (lacks == NULL) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "no %s in whatsauth_app \"%V\"",
                       lacks, &app->name);

    return NGX_ERROR;
}
