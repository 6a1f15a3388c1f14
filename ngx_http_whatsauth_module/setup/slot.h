
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Slots beside those of nginx, which would print a secret that stands in the
 * wrong place (kit/shown.h).  The member of a slot is NGX_CONF_UNSET_UINT or
 * NGX_CONF_UNSET_MSEC until its directive has been read.
 */


#ifndef _NGX_HTTP_WHATSAUTH_SLOT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SLOT_H_INCLUDED_


#include "kit/argument.h"


/* ngx_uint_t; post: ngx_conf_enum_t, the words and their values. */
char *ngx_http_whatsauth_slot_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* The words "on" and "off". */
extern ngx_conf_enum_t  ngx_http_whatsauth_slot_switch[];


/* ngx_msec_t; post: ngx_http_whatsauth_span_t. */
char *ngx_http_whatsauth_slot_time(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* A part of a number, `NAME=M` after it, where M is not above the number. */
typedef struct {
    ngx_str_t    name;
    size_t       offset;      /* of the ngx_uint_t */
    const char  *expected;    /* ends the error text; %ui: the number */
} ngx_http_whatsauth_slot_part_t;

/* ngx_uint_t, not 0; post: ngx_http_whatsauth_slot_part_t. */
char *ngx_http_whatsauth_slot_number(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* ngx_array_t of ngx_http_whatsauth_digest_t: adds the secret's digest. */
char *ngx_http_whatsauth_slot_digest(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_HTTP_WHATSAUTH_SLOT_H_INCLUDED_ */
