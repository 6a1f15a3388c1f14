
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/authority.h"


ngx_uint_t
ngx_http_whatsauth_authority(ngx_http_request_t *r, ngx_str_t *authority)
{
    if (r->headers_in.host) {
        *authority = r->headers_in.host->value;
        return 1;
    }

#ifdef NGX_HTTP_VERSION_30

    /* nginx makes a Host of :authority in HTTP/2, and none in HTTP/3. */

    if (r->http_version == NGX_HTTP_VERSION_30 && r->host_end) {
        authority->data = r->host_start;
        authority->len = r->host_end - r->host_start;
        return 1;
    }

#endif

    return 0;
}
