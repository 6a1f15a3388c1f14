
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The meaning of a provider's answer to a reply, by the HTTP status and the
 * code in the body of an error, 0 without one.
 */


#ifndef _NGX_HTTP_WHATSAUTH_REPLY_OUTCOME_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REPLY_OUTCOME_H_INCLUDED_


#include "kit/module.h"


/* The API does not know a parameter, such as a type of message. */
ngx_uint_t ngx_http_whatsauth_reply_unknown(uint32_t code);

/* It is not able to now. */
ngx_uint_t ngx_http_whatsauth_reply_busy(ngx_uint_t status, uint32_t code);

/*
 * The operator must mend it: the token, its rights, the number, the URL.  The
 * limits of a user's chat do not count.
 */
ngx_uint_t ngx_http_whatsauth_reply_forbidden(ngx_uint_t status,
    uint32_t code);


#endif /* _NGX_HTTP_WHATSAUTH_REPLY_OUTCOME_H_INCLUDED_ */
