
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_META_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_META_H_INCLUDED_


#include "provider/provider.h"


/* One "meta" directive: a number of ours at Meta, its phone_number_id. */
typedef struct {
    ngx_http_whatsauth_account_t  account;

    ngx_array_t                   verify_tokens;
                                      /* ngx_http_whatsauth_digest_t */
    ngx_str_t                     access_token;       /* for replies */
    unsigned                      verify_by_token:1;  /* and the app's own */
} ngx_http_whatsauth_meta_t;


/*
 * Meta's question whether this URL is ours, asked whenever it is edited in
 * the dashboard: hub.mode=subscribe, hub.verify_token, hub.challenge.
 * (developers.facebook.com/docs/graph-api/webhooks/getting-started)
 */
ngx_int_t ngx_http_whatsauth_meta_handshake(ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_META_H_INCLUDED_ */
