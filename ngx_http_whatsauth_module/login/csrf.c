
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/cookie_jar.h"
#include "login/csrf.h"

#include "protocol/signature.h"

#include <openssl/crypto.h>


/* Digits of the hash: 128 bits. */
#define NGX_HTTP_WHATSAUTH_CSRF_LEN  32


static ngx_int_t ngx_http_whatsauth_csrf_hash(const whatsauth_text_t *cookie,
    u_char *hash);
static ngx_uint_t ngx_http_whatsauth_csrf_same(const u_char *hash,
    const whatsauth_text_t *field);


static const ngx_http_whatsauth_cookie_t  ngx_http_whatsauth_csrf_cookies[] = {
    NGX_HTTP_WHATSAUTH_COOKIE_CLAIM,
    NGX_HTTP_WHATSAUTH_COOKIE_SESSION
};

#define NGX_HTTP_WHATSAUTH_CSRF_COOKIES                                       \
    (sizeof(ngx_http_whatsauth_csrf_cookies)                                  \
     / sizeof(ngx_http_whatsauth_cookie_t))


ngx_int_t
ngx_http_whatsauth_csrf(ngx_http_request_t *r, ngx_http_whatsauth_app_t *app,
    ngx_str_t *hash)
{
    ngx_uint_t        i;
    whatsauth_text_t  value;

    ngx_str_null(hash);

    for (i = 0; i < NGX_HTTP_WHATSAUTH_CSRF_COOKIES; i++) {

        if (!ngx_http_whatsauth_cookie_jar_value(r, app,
                                ngx_http_whatsauth_csrf_cookies[i], &value))
        {
            continue;
        }

        hash->data = ngx_pnalloc(r->pool, NGX_HTTP_WHATSAUTH_CSRF_LEN);
        if (hash->data == NULL) {
            return NGX_ERROR;
        }

        hash->len = NGX_HTTP_WHATSAUTH_CSRF_LEN;

        return ngx_http_whatsauth_csrf_hash(&value, hash->data);
    }

    return NGX_OK;
}


/* The page may have been made before the session began, or the claim. */

ngx_uint_t
ngx_http_whatsauth_csrf_fits(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_text_t *field)
{
    u_char            hash[NGX_HTTP_WHATSAUTH_CSRF_LEN];
    ngx_uint_t        i, fits;
    whatsauth_text_t  value;

    fits = 0;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_CSRF_COOKIES; i++) {

        if (ngx_http_whatsauth_cookie_jar_value(r, app,
                                 ngx_http_whatsauth_csrf_cookies[i], &value)
            && ngx_http_whatsauth_csrf_hash(&value, hash) == NGX_OK)
        {
            fits |= ngx_http_whatsauth_csrf_same(hash, field);
        }
    }

    return fits;
}


static ngx_int_t
ngx_http_whatsauth_csrf_hash(const whatsauth_text_t *cookie, u_char *hash)
{
    uint8_t  digest[WHATSAUTH_SHA256_LEN];

    static const whatsauth_text_t  key = whatsauth_text("whatsauth csrf");

    if (whatsauth_hmac_sha256(&key, cookie->data, cookie->len, digest) != 0) {
        return NGX_ERROR;
    }

    ngx_hex_dump(hash, digest, NGX_HTTP_WHATSAUTH_CSRF_LEN / 2);

    return NGX_OK;
}


static ngx_uint_t
ngx_http_whatsauth_csrf_same(const u_char *hash, const whatsauth_text_t *field)
{
    return field->len == NGX_HTTP_WHATSAUTH_CSRF_LEN
           && CRYPTO_memcmp(hash, field->data, field->len) == 0;
}
