
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_SECRET_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SECRET_H_INCLUDED_


#include "kit/module.h"

#include "protocol/signature.h"


/* A secret that is only ever compared: its SHA-256. */
typedef struct {
    u_char  sha256[WHATSAUTH_SHA256_LEN];
} ngx_http_whatsauth_digest_t;


/*
 * The secrets that verify messages.  Each distinct one stands once in an array
 * for all apps, so that a body is hashed once per secret; a set of them is a
 * mask with a bit for each place in the array.
 */
#define NGX_HTTP_WHATSAUTH_SECRETS_MAX  64

typedef uint64_t  ngx_http_whatsauth_secret_mask_t;

typedef struct {
    ngx_str_t    value;     /* signs the body; of a plain one its SHA-256 */
    ngx_str_t    header;    /* that holds the signature or the plain secret;
                               empty: the provider has one for all */
    ngx_str_t    prefix;    /* of the signature in that header */
    const void  *format;    /* the provider's own: of the bodies it signs */
    unsigned     plain:1;   /* the header holds the secret itself */
} ngx_http_whatsauth_secret_t;


/*
 * Reads a secret of the configuration: the value itself, or with "file:PATH"
 * the first line of that file.  Logs its own [emerg] without the secret.
 */
ngx_int_t ngx_http_whatsauth_secret(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *secret);

/* The same for a secret that is only compared: adds its digest to digests. */
ngx_int_t ngx_http_whatsauth_secret_digest(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, ngx_array_t *digests);

/*
 * The same for a secret that verifies messages: adds it to known, unless it is
 * there, and its bit to mask.  Returns the element of known, which is valid
 * until the next call, or NULL.
 */
ngx_http_whatsauth_secret_t *ngx_http_whatsauth_secret_bit(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, ngx_array_t *known,
    ngx_http_whatsauth_secret_mask_t *mask);

/* The same for "NAME:VALUE", a header; VALUE may have spaces inside. */
ngx_http_whatsauth_secret_t *ngx_http_whatsauth_secret_header(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, ngx_array_t *known,
    ngx_http_whatsauth_secret_mask_t *mask);

/* The same for a secret that has been read. */
ngx_http_whatsauth_secret_t *ngx_http_whatsauth_secret_known(ngx_conf_t *cf,
    ngx_http_whatsauth_secret_t *secret, ngx_array_t *known,
    ngx_http_whatsauth_secret_mask_t *mask);

/* 1 if digest is among digests; compares all of them in constant time. */
ngx_uint_t ngx_http_whatsauth_secret_among(ngx_array_t *digests,
    ngx_http_whatsauth_digest_t *digest);


#endif /* _NGX_HTTP_WHATSAUTH_SECRET_H_INCLUDED_ */
