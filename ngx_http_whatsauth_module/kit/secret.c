
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/conf.h"
#include "kit/header.h"
#include "kit/secret.h"
#include "kit/secret_source.h"


/* An attacker can guess a shorter secret by asking the server itself. */
#define NGX_HTTP_WHATSAUTH_SECRET_LONG  16
#define NGX_HTTP_WHATSAUTH_SECRET_MIN   8


static ngx_int_t ngx_http_whatsauth_secret_check(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, ngx_str_t *secret,
    ngx_uint_t spaces);
static ngx_int_t ngx_http_whatsauth_secret_long(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, ngx_str_t *secret, size_t min);
static ngx_int_t ngx_http_whatsauth_secret_sha256(ngx_conf_t *cf,
    ngx_str_t *secret, u_char *digest);
static ngx_uint_t ngx_http_whatsauth_secret_same(const ngx_str_t *a,
    const ngx_str_t *b);


ngx_int_t
ngx_http_whatsauth_secret(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *secret)
{
    if (ngx_http_whatsauth_secret_source_load(cf, directive, value, secret)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_check(cf, directive, value, secret, 0);
}


/*
 * spaces: allows them inside, as in "Bearer abc".  At the ends of a header
 * nginx trims them, so that the secret would never match.
 */

static ngx_int_t
ngx_http_whatsauth_secret_check(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *secret, ngx_uint_t spaces)
{
    size_t     i;
    u_char     ch;
    ngx_str_t  source;

    for (i = 0; i < secret->len; i++) {
        ch = secret->data[i];

        if (ch == ' ' && spaces && i > 0 && i < secret->len - 1) {
            continue;
        }

        if (ch <= ' ' || ch >= 0x7f) {
            break;
        }
    }

    if (i == secret->len && i != 0) {
        return NGX_OK;
    }

    if (ngx_http_whatsauth_secret_source_name(cf, directive, value, &source)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (secret->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "empty secret in %V", &source);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the secret in %V has a space or a character "
                           "outside of ASCII at position %uz", &source, i + 1);
    }

    return NGX_ERROR;
}


/* Warns of a short secret, and refuses one of fewer than min characters. */

static ngx_int_t
ngx_http_whatsauth_secret_long(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *secret, size_t min)
{
    ngx_str_t  source;

    if (secret->len >= NGX_HTTP_WHATSAUTH_SECRET_LONG) {
        return NGX_OK;
    }

    if (ngx_http_whatsauth_secret_source_name(cf, directive, value, &source)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (secret->len < min) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the secret in %V has fewer than %uz characters: "
                           "\"openssl rand -hex 32\" makes a good one",
                           &source, min);
        return NGX_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                       "the secret in %V has fewer than %d characters: "
                       "\"openssl rand -hex 32\" makes a good one", &source,
                       NGX_HTTP_WHATSAUTH_SECRET_LONG);

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_secret_digest(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_array_t *digests)
{
    ngx_str_t                     secret;
    ngx_http_whatsauth_digest_t  *digest;

    if (ngx_http_whatsauth_secret(cf, directive, value, &secret) != NGX_OK
        || ngx_http_whatsauth_secret_long(cf, directive, value, &secret,
                                          NGX_HTTP_WHATSAUTH_SECRET_MIN)
           != NGX_OK)
    {
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
    ngx_str_t *value, ngx_array_t *known,
    ngx_http_whatsauth_secret_mask_t *mask)
{
    ngx_http_whatsauth_secret_t  secret;

    ngx_memzero(&secret, sizeof(ngx_http_whatsauth_secret_t));

    if (ngx_http_whatsauth_secret(cf, directive, value, &secret.value)
        != NGX_OK
        || ngx_http_whatsauth_secret_long(cf, directive, value, &secret.value,
                                          NGX_HTTP_WHATSAUTH_SECRET_MIN)
           != NGX_OK)
    {
        return NULL;
    }

    return ngx_http_whatsauth_secret_known(cf, &secret, known, mask);
}


/*
 * If the name was forgotten, the whole argument may be the secret: no error
 * text shows a part of it.  A short secret is a warning and no error, because
 * the vendor of a gateway may have chosen it.
 */

ngx_http_whatsauth_secret_t *
ngx_http_whatsauth_secret_header(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_array_t *known,
    ngx_http_whatsauth_secret_mask_t *mask)
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

    ngx_memzero(&secret, sizeof(ngx_http_whatsauth_secret_t));

    secret.plain = 1;
    secret.header.data = value->data;
    secret.header.len = p - value->data;

    text.data = p + 1;
    text.len = last - text.data;

    secret.value.len = WHATSAUTH_SHA256_LEN;
    secret.value.data = ngx_pnalloc(cf->pool, WHATSAUTH_SHA256_LEN);

    if (secret.value.data == NULL
        || ngx_http_whatsauth_secret_source_load(cf, directive, &text, &loaded)
           != NGX_OK
        || ngx_http_whatsauth_secret_check(cf, directive, &text, &loaded, 1)
           != NGX_OK
        || ngx_http_whatsauth_secret_long(cf, directive, &text, &loaded, 0)
           != NGX_OK
        || ngx_http_whatsauth_secret_sha256(cf, &loaded, secret.value.data)
           != NGX_OK)
    {
        return NULL;
    }

    return ngx_http_whatsauth_secret_known(cf, &secret, known, mask);
}


ngx_http_whatsauth_secret_t *
ngx_http_whatsauth_secret_known(ngx_conf_t *cf,
    ngx_http_whatsauth_secret_t *secret, ngx_array_t *known,
    ngx_http_whatsauth_secret_mask_t *mask)
{
    ngx_uint_t                    i;
    ngx_http_whatsauth_secret_t  *elts;

    elts = known->elts;

    for (i = 0; i < known->nelts; i++) {
        if (elts[i].plain == secret->plain
            && ngx_http_whatsauth_secret_same(&elts[i].value, &secret->value)
            && ngx_http_whatsauth_secret_same(&elts[i].prefix,
                                              &secret->prefix)
            && ngx_http_whatsauth_header_is(&elts[i].header, &secret->header))
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

    *mask |= (ngx_http_whatsauth_secret_mask_t) 1 << i;

    return elts;
}


static ngx_uint_t
ngx_http_whatsauth_secret_same(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len
           && (a->len == 0 || ngx_memcmp(a->data, b->data, a->len) == 0);
}


ngx_uint_t
ngx_http_whatsauth_secret_among(ngx_array_t *digests,
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
