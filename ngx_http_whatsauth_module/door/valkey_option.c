
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The parameters of the directive behind a URL. */


#include "door/valkey.h"
#include "kit/argument.h"
#include "kit/secret.h"
#include "kit/tls.h"


#define NGX_HTTP_WHATSAUTH_VALKEY_USER_MAX  128


static ngx_int_t ngx_http_whatsauth_valkey_option_user(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    void *object);
static ngx_int_t ngx_http_whatsauth_valkey_option_password(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    void *object);
static ngx_int_t ngx_http_whatsauth_valkey_option_replicas(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    void *object);
static ngx_int_t ngx_http_whatsauth_valkey_option_span(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    void *object);
static ngx_int_t ngx_http_whatsauth_valkey_option_prefix(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    void *object);
static ngx_int_t ngx_http_whatsauth_valkey_option_certificate(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    void *object);


/*
 * Twilio gives up after 15 seconds and does not repeat by itself, and a server
 * that is lost is replaced within 6.
 */
static const ngx_http_whatsauth_span_t
    ngx_http_whatsauth_valkey_option_timeouts = {
    1000, 60 * 1000, "from 1s to 1m"
};

/* So long a session that was ended elsewhere may still be let in. */
static const ngx_http_whatsauth_span_t
    ngx_http_whatsauth_valkey_option_caches = {
    0, 60 * 1000, "from 0 to 1m"
};


const ngx_http_whatsauth_option_t  ngx_http_whatsauth_valkey_options[] = {

    { ngx_string("user"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_valkey_option_user,
      offsetof(ngx_http_whatsauth_valkey_conf_t, user), NULL, NULL },

    { ngx_string("password"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_valkey_option_password, 0, NULL, NULL },

    { ngx_string("replicas"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_valkey_option_replicas, 0, NULL, NULL },

    { ngx_string("timeout"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_valkey_option_span,
      offsetof(ngx_http_whatsauth_valkey_conf_t, timeout), NULL,
      &ngx_http_whatsauth_valkey_option_timeouts },

    { ngx_string("retain"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_door_retain, 0, NULL, NULL },

    { ngx_string("prefix"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_valkey_option_prefix, 0, NULL, NULL },

    { ngx_string("trusted_certificate"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_valkey_option_certificate, 0, NULL, NULL },

    { ngx_string("session_cache"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_valkey_option_span,
      offsetof(ngx_http_whatsauth_valkey_conf_t, session_cache), NULL,
      &ngx_http_whatsauth_valkey_option_caches },

    { ngx_null_string, 0, NULL, 0, NULL, NULL }
};


/* Printable ASCII without spaces: log lines of the server may show it. */

static ngx_int_t
ngx_http_whatsauth_valkey_option_user(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    size_t      i;
    ngx_str_t  *text;

    text = (ngx_str_t *) ((u_char *) mcf->store.conf + option->offset);

    for (i = 0; i < value->len; i++) {
        if (value->data[i] <= ' ' || value->data[i] >= 0x7f) {
            return NGX_DECLINED;
        }
    }

    *text = *value;

    return value->len && value->len <= NGX_HTTP_WHATSAUTH_VALKEY_USER_MAX
           ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_whatsauth_valkey_option_password(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    ngx_str_t                          name;
    ngx_http_whatsauth_valkey_conf_t  *conf;

    conf = mcf->store.conf;

    if (ngx_http_whatsauth_options_name(cf, option, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret(cf, &name, value, &conf->password);
}


static ngx_int_t
ngx_http_whatsauth_valkey_option_replicas(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    ngx_int_t                          n;
    ngx_http_whatsauth_valkey_conf_t  *conf;

    conf = mcf->store.conf;
    n = ngx_atoi(value->data, value->len);

    if (n == NGX_ERROR || n > VALKEY_STORE_REPLICAS_MAX) {
        (void) ngx_http_whatsauth_argument_invalid(cf, "replicas", value,
                                                   ": from 0 to %d",
                                                   VALKEY_STORE_REPLICAS_MAX);
        return NGX_ERROR;
    }

    conf->replicas = n;

    return NGX_OK;
}


/* A slot: milliseconds within the span that the option has as its post. */

static ngx_int_t
ngx_http_whatsauth_valkey_option_span(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    return ngx_http_whatsauth_argument_span(cf, value, option->post,
                                            (ngx_msec_t *)
                                            ((u_char *) mcf->store.conf
                                             + option->offset));
}


static ngx_int_t
ngx_http_whatsauth_valkey_option_prefix(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    ledger_text_t                      text;
    ngx_http_whatsauth_valkey_conf_t  *conf;

    conf = mcf->store.conf;
    text = ngx_http_whatsauth_valkey_text(value);

    if (!valkey_store_prefix_is_sane(&text)) {
        (void) ngx_http_whatsauth_argument_invalid(cf, "prefix", value,
                       ": 1 to %d letters, digits, \"-\", \"_\" and \".\"",
                       VALKEY_STORE_PREFIX_MAX);
        return NGX_ERROR;
    }

    conf->prefix = *value;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_valkey_option_certificate(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    ngx_http_whatsauth_valkey_conf_t  *conf;

    conf = mcf->store.conf;

    if (value->len == 0) {
        return NGX_DECLINED;
    }

    conf->trusted_certificate = *value;

    return ngx_http_whatsauth_tls_file(cf, &conf->trusted_certificate);
}
