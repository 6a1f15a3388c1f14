
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_HAND_OVER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_HAND_OVER_H_INCLUDED_


#include "login/visit.h"


/*
 * Gives the claim of a new code to whoever has asked for it, and to nobody
 * else: as a cookie or, where those do not count, as a header with text.
 */
ngx_int_t ngx_http_whatsauth_hand_over(ngx_http_whatsauth_visit_t *visit,
    const whatsauth_token_t *claim, const ngx_str_t *text);


#endif /* _NGX_HTTP_WHATSAUTH_HAND_OVER_H_INCLUDED_ */
