
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What the answer of a provider's API to a reply means: by the HTTP status and
 * the code in an error's body, 0 where there is none.
 */


#ifndef _NGX_HTTP_WHATSAUTH_REPLY_OUTCOME_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REPLY_OUTCOME_H_INCLUDED_


#include "kit/module.h"


/* The API does not know a parameter, such as a type of message. */
ngx_uint_t ngx_http_whatsauth_reply_unknown(uint32_t code);

/* It is not able to now. */
ngx_uint_t ngx_http_whatsauth_reply_busy(ngx_uint_t status, uint32_t code);

/*
 * The operator has to mend it: the token, its rights, the number, the URL.
 * What a user's chat does not allow is nothing of that.
 */
ngx_uint_t ngx_http_whatsauth_reply_forbidden(ngx_uint_t status,
    uint32_t code);


#endif /* _NGX_HTTP_WHATSAUTH_REPLY_OUTCOME_H_INCLUDED_ */
