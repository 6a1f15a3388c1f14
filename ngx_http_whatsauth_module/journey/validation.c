
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/decision.h"


void
ngx_http_whatsauth_validation_end(ngx_http_whatsauth_validation_t *validation)
{
    ngx_http_whatsauth_result_t  result;

    if (--validation->pending) {
        return;
    }

    result = validation->failed ? NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE
             : validation->accepted ? NGX_HTTP_WHATSAUTH_ACCEPTED
             : NGX_HTTP_WHATSAUTH_IGNORED;

    if (validation->handler != NULL) {
        validation->handler(validation->data, result);
    }

    ngx_free(validation);
}


/*
 * The request may go while its messages' records are read, and the messages
 * go with it.
 */

ngx_uint_t
ngx_http_whatsauth_validation_is_forgotten(
    ngx_http_whatsauth_validation_t *validation)
{
    if (validation->handler != NULL) {
        return 0;
    }

    ngx_http_whatsauth_validation_end(validation);

    return 1;
}
