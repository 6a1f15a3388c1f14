
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Directives whose arguments are "key=value": a table says which keys. */


#ifndef _NGX_HTTP_WHATSAUTH_KEYS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_KEYS_H_INCLUDED_


#include "kit/module.h"


#define NGX_HTTP_WHATSAUTH_KEY_ONCE      1  /* not twice in one directive */
#define NGX_HTTP_WHATSAUTH_KEY_REQUIRED  2


typedef struct ngx_http_whatsauth_key_s  ngx_http_whatsauth_key_t;

/*
 * Takes the value of one key.  NGX_ERROR after its own [emerg]; NGX_DECLINED
 * leaves the [emerg] to ngx_http_whatsauth_keys(), which then has `expected`.
 */
typedef ngx_int_t (*ngx_http_whatsauth_key_pt)(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);

struct ngx_http_whatsauth_key_s {
    ngx_str_t                   name;      /* without its "=" */
    ngx_uint_t                  flags;     /* NGX_HTTP_WHATSAUTH_KEY_* */
    ngx_http_whatsauth_key_pt   set;
    size_t                      offset;    /* of what a slot sets in object */
    const char                 *another;   /* what a repeated directive is
                                              for, or NULL */
};


/*
 * Sets object by the arguments of the directive from number first on, each of
 * which must begin with a key.  The last of keys has an empty name.  Where
 * expected is NULL, an error shows no part of an argument but its key, for
 * the value may be a secret; else it is an invalid parameter, and expected
 * ends the message.
 */
ngx_int_t ngx_http_whatsauth_keys(ngx_conf_t *cf, ngx_uint_t first,
    const ngx_http_whatsauth_key_t *keys, void *object, const char *expected);

/* 1 if name is that of one of the keys. */
ngx_uint_t ngx_http_whatsauth_keys_have(const ngx_http_whatsauth_key_t *keys,
    const ngx_str_t *name);

/* The name of a key with a secret in messages: `DIRECTIVE KEY`. */
ngx_int_t ngx_http_whatsauth_keys_place(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *place);

/* Slots: a secret as ngx_str_t, a secret's digest into an ngx_array_t. */
ngx_int_t ngx_http_whatsauth_keys_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);
ngx_int_t ngx_http_whatsauth_keys_digest(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);

/*
 * A slot: the base of a provider's API as whatsauth_url_t.  Others are
 * appended to its path, so it has no query and the path does not end in "/".
 */
ngx_int_t ngx_http_whatsauth_keys_api(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);


#endif /* _NGX_HTTP_WHATSAUTH_KEYS_H_INCLUDED_ */
