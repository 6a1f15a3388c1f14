
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


#endif /* _WHATSAUTH_COOKIE_H_INCLUDED_ */
