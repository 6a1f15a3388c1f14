
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The state of a login for whoever has its claim: one JSON object at once, or
 * when something has changed ("Prefer: wait=N" of RFC 7240, or "?wait=N"), or
 * as server-sent events.
 */


#ifndef _NGX_HTTP_WHATSAUTH_STATUS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_STATUS_H_INCLUDED_


#include "kit/app.h"

#include "protocol/token.h"


/*
 * A content handler.  app is that of the location, whose claim alone counts;
 * NULL: the app is the record's, and pages of the origins that it lists may
 * read the response.  claim is parsed, and of the kind that counts here; NULL:
 * there is none.  The response is the same 401 then as for a claim that is
 * wrong, another app's or gone.
 */
ngx_int_t ngx_http_whatsauth_status(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim);


#endif /* _NGX_HTTP_WHATSAUTH_STATUS_H_INCLUDED_ */
