
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The directive of a store on other hosts: its URL, and all of it together. */


#include "door/valkey.h"
#include "kit/tls.h"
#include "protocol/address.h"


static void ngx_http_whatsauth_valkey_conf_wrong(ngx_conf_t *cf,
    const whatsauth_text_t *wrong, whatsauth_store_url_result_t why);
static ngx_int_t ngx_http_whatsauth_valkey_conf_host(ngx_conf_t *cf,
    const whatsauth_store_url_host_t *from,
    ngx_http_whatsauth_valkey_host_t *host);
static ngx_int_t ngx_http_whatsauth_valkey_conf_check(ngx_conf_t *cf,
    ngx_http_whatsauth_valkey_conf_t *conf);
static void ngx_http_whatsauth_valkey_conf_warn(ngx_conf_t *cf,
    const ngx_http_whatsauth_valkey_conf_t *conf);
static ngx_uint_t ngx_http_whatsauth_valkey_conf_is_near(
    const ngx_http_whatsauth_valkey_host_t *host);
static void ngx_http_whatsauth_valkey_conf_store(
    ngx_http_whatsauth_valkey_conf_t *conf);
static ngx_int_t ngx_http_whatsauth_valkey_conf_identity(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);


/* A URL of any scheme: the parser names those that there are. */

ngx_uint_t
ngx_http_whatsauth_valkey_conf_recognise(const ngx_str_t *place)
{
    return ngx_strnstr(place->data, "://", place->len) != NULL;
}


ngx_int_t
ngx_http_whatsauth_valkey_conf(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    size_t                             i;
    whatsauth_text_t                   text, wrong;
    whatsauth_store_url_result_t       rc;
    ngx_http_whatsauth_valkey_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_valkey_conf_t));
    if (conf == NULL) {
        return NGX_ERROR;
    }

    mcf->store.conf = conf;

    text = ngx_http_whatsauth_text(&mcf->store.place);
    rc = whatsauth_store_url_parse(&text, &conf->url, &wrong);

    if (rc != WHATSAUTH_STORE_URL_OK) {
        ngx_http_whatsauth_valkey_conf_wrong(cf, &wrong, rc);
        return NGX_ERROR;
    }

    for (i = 0; i < conf->url.hosts; i++) {
        if (ngx_http_whatsauth_valkey_conf_host(cf, &conf->url.host[i],
                                                &conf->host[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    conf->replicas = 1;
    conf->timeout = 8000;
    conf->session_cache = 1000;
    ngx_str_set(&conf->prefix, "wa");

    return NGX_OK;
}


/* A query may hold a password, by mistake, and is not shown. */

static void
ngx_http_whatsauth_valkey_conf_wrong(ngx_conf_t *cf,
    const whatsauth_text_t *wrong, whatsauth_store_url_result_t why)
{
    size_t      len;
    ngx_str_t  *directive, shown;

    directive = cf->args->elts;

    for (len = 0; len < wrong->len; len++) {
        if (wrong->data[len] == '?' || wrong->data[len] == '#') {
            break;
        }
    }

    shown.data = (u_char *) wrong->data;
    shown.len = len;

    if (shown.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" in \"%V\" directive %s", &shown, directive,
                           whatsauth_store_url_strresult(why));

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the URL in \"%V\" directive %s", directive,
                           whatsauth_store_url_strresult(why));
    }
}


/* Its addresses of now: nginx's resolver may be none, or fail one day. */

static ngx_int_t
ngx_http_whatsauth_valkey_conf_host(ngx_conf_t *cf,
    const whatsauth_store_url_host_t *from,
    ngx_http_whatsauth_valkey_host_t *host)
{
    u_char     *p;
    ngx_str_t  *directive;
    ngx_url_t   u;

    p = ngx_pnalloc(cf->pool, from->name.len + sizeof("[]"));
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&u, sizeof(ngx_url_t));
    u.url.data = p;
    u.default_port = from->port;

    p = ngx_sprintf(p, from->ipv6 ? "[%*s]" : "%*s", from->name.len,
                    from->name.data);
    u.url.len = p - u.url.data;

    if (ngx_parse_url(cf->pool, &u) != NGX_OK) {
        directive = cf->args->elts;

        if (u.err) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "%s: \"%V\" in \"%V\" directive", u.err,
                               &u.url, directive);
        }

        return NGX_ERROR;
    }

    host->addrs = u.addrs;
    host->n = u.naddrs;

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_valkey_conf_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_http_whatsauth_valkey_conf_t  *conf;

    conf = mcf->store.conf;

    if (ngx_http_whatsauth_valkey_conf_check(cf, conf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (conf->url.tls) {
        conf->ssl = ngx_http_whatsauth_tls_create(cf,
                                                  &conf->trusted_certificate);
        if (conf->ssl == NULL) {
            return NGX_ERROR;
        }

    } else {
        ngx_http_whatsauth_valkey_conf_warn(cf, conf);
    }

    ngx_http_whatsauth_valkey_conf_store(conf);

    return ngx_http_whatsauth_valkey_conf_identity(cf, mcf);
}


static ngx_int_t
ngx_http_whatsauth_valkey_conf_check(ngx_conf_t *cf,
    ngx_http_whatsauth_valkey_conf_t *conf)
{
    ngx_str_t  *directive;

    directive = cf->args->elts;

    if (conf->user.len && conf->password.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"user\" in \"%V\" directive has no \"password\"",
                           directive);
        return NGX_ERROR;
    }

    if (conf->trusted_certificate.len && !conf->url.tls) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"trusted_certificate\" in \"%V\" directive is for "
                           "a URL with TLS, valkeys://", directive);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* The first one is enough: all of them are one store. */

static void
ngx_http_whatsauth_valkey_conf_warn(ngx_conf_t *cf,
    const ngx_http_whatsauth_valkey_conf_t *conf)
{
    size_t      i;
    ngx_str_t  *directive, shown;

    directive = cf->args->elts;

    for (i = 0; i < conf->url.hosts; i++) {

        if (ngx_http_whatsauth_valkey_conf_is_near(&conf->host[i])) {
            continue;
        }

        shown.data = (u_char *) conf->url.host[i].name.data;
        shown.len = conf->url.host[i].name.len;

        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" in \"%V\" directive is in no private "
                           "network: valid codes, phone numbers and the "
                           "password travel there without TLS; use a URL "
                           "with TLS, valkeys://", &shown, directive);
        return;
    }
}


static ngx_uint_t
ngx_http_whatsauth_valkey_conf_is_near(
    const ngx_http_whatsauth_valkey_host_t *host)
{
    ngx_uint_t  i;

    for (i = 0; i < host->n; i++) {
        if (!whatsauth_address_is_private(host->addrs[i].sockaddr)) {
            return 0;
        }
    }

    return 1;
}


/* All of it lies in the pool of the configuration, as long as its workers. */

static void
ngx_http_whatsauth_valkey_conf_store(ngx_http_whatsauth_valkey_conf_t *conf)
{
    size_t                   i;
    valkey_store_options_t  *options;

    options = &conf->options;

    options->prefix = ngx_http_whatsauth_valkey_text(&conf->prefix);
    options->user = ngx_http_whatsauth_valkey_text(&conf->user);
    options->password = ngx_http_whatsauth_valkey_text(
                                                             &conf->password);
    options->replicas = conf->replicas;
    options->timeout = conf->timeout;
    options->sentinel = conf->url.sentinel;
    options->name.data = conf->url.name.data;
    options->name.len = conf->url.name.len;
    options->addresses = conf->url.hosts;

    for (i = 0; i < conf->url.hosts; i++) {
        options->address[i].host.data = conf->url.host[i].name.data;
        options->address[i].host.len = conf->url.host[i].name.len;
        options->address[i].port = conf->url.host[i].port;
    }
}


static ngx_int_t
ngx_http_whatsauth_valkey_conf_identity(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_str_t                         *identity;
    ngx_http_whatsauth_valkey_conf_t  *conf;

    conf = mcf->store.conf;
    identity = &mcf->store.identity;

    identity->data = ngx_pnalloc(cf->pool, mcf->store.place.len
                                           + sizeof(" prefix=")
                                           + conf->prefix.len);
    if (identity->data == NULL) {
        return NGX_ERROR;
    }

    identity->len = ngx_sprintf(identity->data, "%V prefix=%V",
                                &mcf->store.place, &conf->prefix)
                    - identity->data;

    conf->zone = ngx_http_whatsauth_valkey_shared_add(cf, identity);

    return conf->zone == NULL ? NGX_ERROR : NGX_OK;
}
