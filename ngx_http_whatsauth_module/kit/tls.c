
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/tls.h"


/* Certificates above the server's own. */
#define NGX_HTTP_WHATSAUTH_TLS_DEPTH  5


static ngx_int_t ngx_http_whatsauth_tls_trust(ngx_conf_t *cf, ngx_ssl_t *ssl,
    ngx_str_t *file);


ngx_ssl_t *
ngx_http_whatsauth_tls_create(ngx_conf_t *cf, ngx_str_t *file)
{
    ngx_ssl_t           *ssl;
    ngx_pool_cleanup_t  *cln;

    ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    if (ssl == NULL) {
        return NULL;
    }

    ssl->log = cf->log;

    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL) != NGX_OK) {
        return NULL;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        ngx_ssl_cleanup_ctx(ssl);
        return NULL;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = ssl;

    return ngx_http_whatsauth_tls_trust(cf, ssl, file) == NGX_OK ? ssl : NULL;
}


static ngx_int_t
ngx_http_whatsauth_tls_trust(ngx_conf_t *cf, ngx_ssl_t *ssl, ngx_str_t *file)
{
    if (file->len) {
        return ngx_ssl_trusted_certificate(cf, ssl, file,
                                           NGX_HTTP_WHATSAUTH_TLS_DEPTH);
    }

    if (SSL_CTX_set_default_verify_paths(ssl->ctx) == 0) {
        ngx_ssl_error(NGX_LOG_EMERG, cf->log, 0,
                      "SSL_CTX_set_default_verify_paths() failed");
        return NGX_ERROR;
    }

    SSL_CTX_set_verify(ssl->ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_verify_depth(ssl->ctx, NGX_HTTP_WHATSAUTH_TLS_DEPTH);

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_tls_file(ngx_conf_t *cf, ngx_str_t *file)
{
    ngx_int_t    loaded;
    X509_STORE  *store;

    if (ngx_conf_full_name(cf->cycle, file, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    store = X509_STORE_new();
    if (store == NULL) {
        return NGX_ERROR;
    }

    loaded = X509_STORE_load_locations(store, (char *) file->data, NULL);

    X509_STORE_free(store);
    ERR_clear_error();

    if (loaded != 1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no certificates can be read from \"%V\"", file);
        return NGX_ERROR;
    }

    return NGX_OK;
}
