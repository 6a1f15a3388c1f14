
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The state that a client has already: "If-None-Match" (RFC 9110, 13.1.2). */


#ifndef _WHATSAUTH_ETAG_H_INCLUDED_
#define _WHATSAUTH_ETAG_H_INCLUDED_


#include "text.h"


/*
 * 1 if the value of an If-None-Match names etag, which has its quotes, or "*".
 * A weak tag is as good as a strong one: a proxy that compresses makes it weak.
 * Nothing counts behind what is no tag.
 */
int whatsauth_etag_is_named(const whatsauth_text_t *header,
    const whatsauth_text_t *etag);


#endif /* _WHATSAUTH_ETAG_H_INCLUDED_ */
