
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_secret.h"

#include <openssl/crypto.h>


#define NGX_HTTP_WHATSAUTH_SECRET_MAX  4096


static ngx_int_t ngx_http_whatsauth_secret_load(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, ngx_str_t *secret);
static ngx_int_t ngx_http_whatsauth_secret_file(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *name, ngx_str_t *secret);
static ngx_int_t ngx_http_whatsauth_secret_read(ngx_conf_t *cf,
    ngx_file_t *file, ngx_str_t *secret);
static ngx_int_t ngx_http_whatsauth_secret_check(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *secret, ngx_uint_t spaces);
static ngx_int_t ngx_http_whatsauth_secret_sha256(ngx_conf_t *cf,
    ngx_str_t *secret, u_char *digest);
static ngx_http_whatsauth_secret_t *ngx_http_whatsauth_secret_known(
    ngx_conf_t *cf, ngx_http_whatsauth_secret_t *secret, ngx_array_t *known,
    ngx_http_whatsauth_secrets_t *mask);


ngx_int_t
ngx_http_whatsauth_secret(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *secret)
{
    if (ngx_http_whatsauth_secret_load(cf, directive, value, secret)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_check(cf, directive, secret, 0);
}


static ngx_int_t
ngx_http_whatsauth_secret_load(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *secret)
{
    ngx_str_t  name;

    if (value->len < 5 || ngx_strncmp(value->data, "file:", 5) != 0) {
        *secret = *value;
        return NGX_OK;
    }

    name.len = value->len - 5;
    name.data = value->data + 5;

    return ngx_http_whatsauth_secret_file(cf, directive, &name, secret);
}


static ngx_int_t
ngx_http_whatsauth_secret_file(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *name, ngx_str_t *secret)
{
    ngx_int_t        rc;
    ngx_file_t       file;

    if (name->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no path after \"file:\" in \"%V\" directive",
                           directive);
        return NGX_ERROR;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));
    file.name = *name;
    file.log = cf->log;

    if (ngx_conf_full_name(cf->cycle, &file.name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    /* Opening a named pipe would wait for whoever writes to it. */

    file.fd = ngx_open_file(file.name.data,
                            NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                            NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%s\" of \"%V\" directive failed",
                           file.name.data, directive);
        return NGX_ERROR;
    }

    rc = ngx_http_whatsauth_secret_read(cf, &file, secret);

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%s\" failed", file.name.data);
    }

    return rc;
}


static ngx_int_t
ngx_http_whatsauth_secret_read(ngx_conf_t *cf, ngx_file_t *file,
    ngx_str_t *secret)
{
    u_char           *p, buf[NGX_HTTP_WHATSAUTH_SECRET_MAX];
    ssize_t           n;
    ngx_file_info_t   fi;

    if (ngx_fd_info(file->fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%s\" failed", file->name.data);
        return NGX_ERROR;
    }

    if (!ngx_is_file(&fi)
        || ngx_file_size(&fi) > NGX_HTTP_WHATSAUTH_SECRET_MAX)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s\" is no file of at most %d bytes",
                           file->name.data, NGX_HTTP_WHATSAUTH_SECRET_MAX);
        return NGX_ERROR;
    }

    if (ngx_file_access(&fi) & (S_IROTH|S_IWOTH)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "the secret in \"%s\" is open to every user "
                           "of this machine", file->name.data);
    }

    n = ngx_read_file(file, buf, NGX_HTTP_WHATSAUTH_SECRET_MAX, 0);

    if (n == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_read_file_n " \"%s\" failed", file->name.data);
        return NGX_ERROR;
    }

    p = ngx_strlchr(buf, buf + n, LF);
    secret->len = (p ? p : buf + n) - buf;

    if (secret->len && buf[secret->len - 1] == CR) {
        secret->len--;
    }

    secret->data = ngx_pnalloc(cf->pool, secret->len + 1);
    if (secret->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(secret->data, buf, secret->len);
    OPENSSL_cleanse(buf, sizeof(buf));

    return NGX_OK;
}


/* spaces: may be inside, as in "Bearer abc"; nginx trims the ends. */

static ngx_int_t
ngx_http_whatsauth_secret_check(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *secret, ngx_uint_t spaces)
{
    size_t  i;
    u_char  ch;

    if (secret->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "empty secret in \"%V\" directive", directive);
        return NGX_ERROR;
    }

    for (i = 0; i < secret->len; i++) {
        ch = secret->data[i];

        if (ch == ' ' && spaces && i > 0 && i < secret->len - 1) {
            continue;
        }

        if (ch <= ' ' || ch >= 0x7f) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "the secret in \"%V\" directive has a space "
                               "or a character outside of ASCII", directive);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_secret_digest(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_array_t *digests)
{
    ngx_str_t                     secret;
    ngx_http_whatsauth_digest_t  *digest;

    if (ngx_http_whatsauth_secret(cf, directive, value, &secret) != NGX_OK) {
        return NGX_ERROR;
    }

    digest = ngx_array_push(digests);
    if (digest == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_sha256(cf, &secret, digest->sha256);
}


static ngx_int_t
ngx_http_whatsauth_secret_sha256(ngx_conf_t *cf, ngx_str_t *secret,
    u_char *digest)
{
    if (whatsauth_sha256(secret->data, secret->len, digest) != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "SHA-256 is not available");
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_http_whatsauth_secret_t *
ngx_http_whatsauth_secret_bit(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_array_t *known, ngx_http_whatsauth_secrets_t *mask)
{
    ngx_http_whatsauth_secret_t  secret;

    ngx_str_null(&secret.header);

    if (ngx_http_whatsauth_secret(cf, directive, value, &secret.value)
        != NGX_OK)
    {
        return NULL;
    }

    return ngx_http_whatsauth_secret_known(cf, &secret, known, mask);
}


/*
 * The value may be all of the argument, its name forgotten: no part of it is
 * repeated in the log.
 */

ngx_http_whatsauth_secret_t *
ngx_http_whatsauth_secret_header(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_array_t *known, ngx_http_whatsauth_secrets_t *mask)
{
    u_char                       *p, *last;
    ngx_str_t                     text, loaded;
    ngx_http_whatsauth_secret_t   secret;

    last = value->data + value->len;

    for (p = value->data; p < last; p++) {
        if (!isalnum(*p) && *p != '-' && *p != '_') {
            break;
        }
    }

    if (p == last || *p != ':' || p == value->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value of \"%V\": the name of a header, "
                           "a colon and a secret are expected", directive);
        return NULL;
    }

    secret.header.data = value->data;
    secret.header.len = p - value->data;

    text.data = p + 1;
    text.len = last - text.data;

    secret.value.len = WHATSAUTH_SHA256_LEN;
    secret.value.data = ngx_pnalloc(cf->pool, WHATSAUTH_SHA256_LEN);

    if (secret.value.data == NULL
        || ngx_http_whatsauth_secret_load(cf, directive, &text, &loaded)
           != NGX_OK
        || ngx_http_whatsauth_secret_check(cf, directive, &loaded, 1)
           != NGX_OK
        || ngx_http_whatsauth_secret_sha256(cf, &loaded, secret.value.data)
           != NGX_OK)
    {
        return NULL;
    }

    return ngx_http_whatsauth_secret_known(cf, &secret, known, mask);
}


static ngx_http_whatsauth_secret_t *
ngx_http_whatsauth_secret_known(ngx_conf_t *cf,
    ngx_http_whatsauth_secret_t *secret, ngx_array_t *known,
    ngx_http_whatsauth_secrets_t *mask)
{
    ngx_uint_t                    i;
    ngx_http_whatsauth_secret_t  *elts;

    elts = known->elts;

    for (i = 0; i < known->nelts; i++) {
        if (elts[i].header.len == secret->header.len
            && ngx_strncasecmp(elts[i].header.data, secret->header.data,
                               secret->header.len) == 0
            && elts[i].value.len == secret->value.len
            && ngx_memcmp(elts[i].value.data, secret->value.data,
                          secret->value.len) == 0)
        {
            break;
        }
    }

    if (i == NGX_HTTP_WHATSAUTH_SECRETS_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "more than %d distinct provider secrets",
                           NGX_HTTP_WHATSAUTH_SECRETS_MAX);
        return NULL;
    }

    if (i < known->nelts) {
        elts = &elts[i];

    } else {
        elts = ngx_array_push(known);
        if (elts == NULL) {
            return NULL;
        }

        *elts = *secret;
    }

    *mask |= (ngx_http_whatsauth_secrets_t) 1 << i;

    return elts;
}


ngx_uint_t
ngx_http_whatsauth_digests_have(ngx_array_t *digests,
    ngx_http_whatsauth_digest_t *digest)
{
    ngx_uint_t                    i, found;
    ngx_http_whatsauth_digest_t  *known;

    known = digests->elts;
    found = 0;

    for (i = 0; i < digests->nelts; i++) {
        found |= whatsauth_digest_equal(known[i].sha256, digest->sha256);
    }

    return found;
}
