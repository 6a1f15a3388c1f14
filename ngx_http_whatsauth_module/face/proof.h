
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_PROOF_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PROOF_H_INCLUDED_


#include "provider/provider.h"


/* A provider's POST, and what its URL and headers tell of its proof. */
typedef struct {
    ngx_http_whatsauth_webhook_t   webhook;
    const char                    *refusal;
    unsigned                       named:1;    /* an app, by the URL */
} ngx_http_whatsauth_proof_t;


/*
 * Finds for webhook.provider the secrets that can verify the body, and those
 * that a header has verified; NGX_DECLINED with a refusal if there are none.
 */
ngx_int_t ngx_http_whatsauth_proof(ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_proof_t *proof);


#endif /* _NGX_HTTP_WHATSAUTH_PROOF_H_INCLUDED_ */
