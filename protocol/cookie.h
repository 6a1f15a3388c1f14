
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _WHATSAUTH_COOKIE_H_INCLUDED_
#define _WHATSAUTH_COOKIE_H_INCLUDED_


#include "text.h"


/*
 * Counts the cookies of a name in the value of one Cookie header (RFC 6265,
 * 5.4); *value becomes that of the last one, and stays as it is if there is
 * none.  Names are compared byte for byte.  A caller that finds several knows
 * that somebody else has set one, from a subdomain or over plain http.
 */
size_t whatsauth_cookie(const whatsauth_text_t *header,
    const whatsauth_text_t *name, whatsauth_text_t *value);

/* 1 if a cookie of that name is to be cut out. */
typedef int (*whatsauth_cookie_cut_pt)(const void *data,
    const whatsauth_text_t *name);

/*
 * Writes the value of a Cookie header without some of its cookies, without a
 * zero, and returns the length; with out NULL it only measures.  *n becomes the
 * number of those that are cut out: with none there is no need for the new
 * value.  A pair without "=" has no name, and stays.
 */
size_t whatsauth_cookie_cut(const whatsauth_text_t *header,
    whatsauth_cookie_cut_pt cut, const void *data, char *out, size_t *n);


#endif /* _WHATSAUTH_COOKIE_H_INCLUDED_ */
