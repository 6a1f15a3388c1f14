
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/lasting.h"


static void ngx_http_whatsauth_lasting_cleanup(void *data);


/*
 * The handler of the cleanup has nothing to do: it is the name by which what
 * lasts is found again, as nginx's module realip does.
 */

ngx_http_whatsauth_lasting_t *
ngx_http_whatsauth_lasting(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t            *cln;
    ngx_http_whatsauth_lasting_t  *lasting;

    lasting = ngx_http_get_module_ctx(r, ngx_http_whatsauth_filter_module);

    if (lasting != NULL || !(r->internal || r->filter_finalize)) {
        return lasting;
    }

    for (cln = r->pool->cleanup; cln != NULL; cln = cln->next) {

        if (cln->handler == ngx_http_whatsauth_lasting_cleanup) {
            ngx_http_set_ctx(r, cln->data, ngx_http_whatsauth_filter_module);
            return cln->data;
        }
    }

    return NULL;
}


ngx_http_whatsauth_lasting_t *
ngx_http_whatsauth_lasting_create(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t            *cln;
    ngx_http_whatsauth_lasting_t  *lasting;

    lasting = ngx_http_whatsauth_lasting(r);

    if (lasting != NULL) {
        return lasting;
    }

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_whatsauth_lasting_t));
    if (cln == NULL) {
        return NULL;
    }

    lasting = cln->data;
    ngx_memzero(lasting, sizeof(ngx_http_whatsauth_lasting_t));

    cln->handler = ngx_http_whatsauth_lasting_cleanup;
    ngx_http_set_ctx(r, lasting, ngx_http_whatsauth_filter_module);

    return lasting;
}


static void
ngx_http_whatsauth_lasting_cleanup(void *data)
{
}
