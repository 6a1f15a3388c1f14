
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Directives with arguments "key=value", whose keys stand in a table. */


#ifndef _NGX_HTTP_WHATSAUTH_KEYS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_KEYS_H_INCLUDED_


#include "kit/module.h"


#define NGX_HTTP_WHATSAUTH_KEY_ONCE      1  /* not twice in one directive */
#define NGX_HTTP_WHATSAUTH_KEY_REQUIRED  2


typedef struct ngx_http_whatsauth_key_s  ngx_http_whatsauth_key_t;

/*
 * Takes the value of one key.  Returns NGX_OK; NGX_ERROR after its own
 * [emerg]; or NGX_DECLINED, and ngx_http_whatsauth_keys() logs that the
 * parameter is invalid.
 */
typedef ngx_int_t (*ngx_http_whatsauth_key_pt)(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);

struct ngx_http_whatsauth_key_s {
    ngx_str_t                   name;      /* without its "=" */
    ngx_uint_t                  flags;
    ngx_http_whatsauth_key_pt   set;
    size_t                      offset;    /* of what a slot sets in object */
    const char                 *another;   /* what a repeated directive is
                                              for, or NULL */
};


/*
 * Gives each argument from number first on to the setter of its key, together
 * with object.  The last of keys has an empty name.
 *
 * Without expected, messages show the key alone, because the value may be a
 * secret.  With it, every mistake is an "invalid parameter", and expected ends
 * the message.
 */
ngx_int_t ngx_http_whatsauth_keys(ngx_conf_t *cf, ngx_uint_t first,
    const ngx_http_whatsauth_key_t *keys, void *object, const char *expected);

/* 1 if name is that of one of the keys. */
ngx_uint_t ngx_http_whatsauth_keys_have(const ngx_http_whatsauth_key_t *keys,
    const ngx_str_t *name);

/* The name of a key in messages about its secret: `DIRECTIVE KEY`. */
ngx_int_t ngx_http_whatsauth_keys_place(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *place);

/* Slots: a secret, an ngx_str_t; and a secret's digest, added to the
   ngx_array_t. */
ngx_int_t ngx_http_whatsauth_keys_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);
ngx_int_t ngx_http_whatsauth_keys_digest(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);

/*
 * A slot: the base of a provider's API, a whatsauth_url_t without a query.
 * More is appended to its path, so a "/" at the end is taken off.
 */
ngx_int_t ngx_http_whatsauth_keys_api(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);


#endif /* _NGX_HTTP_WHATSAUTH_KEYS_H_INCLUDED_ */
