
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/reply_outcome.h"


/* Meta's codes. */
#define NGX_HTTP_WHATSAUTH_META_INVALID_PARAMETER  100
#define NGX_HTTP_WHATSAUTH_META_ACCESS_TOKEN       190

/* Too many messages, in all and to one user. */
#define NGX_HTTP_WHATSAUTH_META_RATE_LIMIT         130429
#define NGX_HTTP_WHATSAUTH_META_PAIR_RATE_LIMIT    131056

/* Twilio's code. */
#define NGX_HTTP_WHATSAUTH_TWILIO_AUTH_TOKEN       20003


ngx_uint_t
ngx_http_whatsauth_reply_unknown(uint32_t code)
{
    return code == NGX_HTTP_WHATSAUTH_META_INVALID_PARAMETER;
}


ngx_uint_t
ngx_http_whatsauth_reply_busy(ngx_uint_t status, uint32_t code)
{
    return status == NGX_HTTP_TOO_MANY_REQUESTS
           || status >= NGX_HTTP_INTERNAL_SERVER_ERROR
           || code == NGX_HTTP_WHATSAUTH_META_RATE_LIMIT
           || code == NGX_HTTP_WHATSAUTH_META_PAIR_RATE_LIMIT;
}


ngx_uint_t
ngx_http_whatsauth_reply_forbidden(ngx_uint_t status, uint32_t code)
{
    return status == NGX_HTTP_UNAUTHORIZED
           || status == NGX_HTTP_FORBIDDEN
           || status == NGX_HTTP_NOT_FOUND
           || code == NGX_HTTP_WHATSAUTH_META_INVALID_PARAMETER
           || code == NGX_HTTP_WHATSAUTH_META_ACCESS_TOKEN
           || code == NGX_HTTP_WHATSAUTH_TWILIO_AUTH_TOKEN;
}
