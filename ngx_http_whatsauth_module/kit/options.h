
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Options of a directive, `name=value`, whose names stand in a table. */


#ifndef _NGX_HTTP_WHATSAUTH_OPTIONS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OPTIONS_H_INCLUDED_


#include "kit/module.h"


#define NGX_HTTP_WHATSAUTH_OPTION_ONCE      1  /* not twice in one directive */
#define NGX_HTTP_WHATSAUTH_OPTION_REQUIRED  2


typedef struct ngx_http_whatsauth_option_s  ngx_http_whatsauth_option_t;

/*
 * Takes the value of one option.  Returns NGX_OK; NGX_ERROR after its own
 * [emerg]; or NGX_DECLINED, and ngx_http_whatsauth_options() logs that the
 * parameter is invalid.
 */
typedef ngx_int_t (*ngx_http_whatsauth_option_pt)(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);

struct ngx_http_whatsauth_option_s {
    ngx_str_t                      name;
    ngx_uint_t                     flags;
    ngx_http_whatsauth_option_pt   set;
    size_t                         offset;    /* what a slot sets in object */
    const char                    *another;   /* what a repeated directive is
                                                 for, or NULL */
    const void                    *post;      /* the setter's own, or NULL */
};


/*
 * Gives each argument from number first on to the setter of its option,
 * together with object.  The last of options has an empty name.
 *
 * Without expected, error texts show the name alone, because the value may be
 * a secret.  With it, every mistake is an "invalid parameter", and expected
 * ends the text.
 */
ngx_int_t ngx_http_whatsauth_options(ngx_conf_t *cf, ngx_uint_t first,
    const ngx_http_whatsauth_option_t *options, void *object,
    const char *expected);

/* 1 if one of the options has that name. */
ngx_uint_t ngx_http_whatsauth_options_have(
    const ngx_http_whatsauth_option_t *options, const ngx_str_t *name);

/* The name of an option in error texts about its secret: `DIRECTIVE NAME`. */
ngx_int_t ngx_http_whatsauth_options_name(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *name);

/* Slots: a secret, an ngx_str_t; and a secret's digest, added to the
   ngx_array_t. */
ngx_int_t ngx_http_whatsauth_options_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
ngx_int_t ngx_http_whatsauth_options_digest(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);

/*
 * A slot: the base of a provider's API, a whatsauth_url_t without a query.
 * More is appended to its path, so a "/" at the end is taken off.
 */
ngx_int_t ngx_http_whatsauth_options_api(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);


#endif /* _NGX_HTTP_WHATSAUTH_OPTIONS_H_INCLUDED_ */
