
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/local.h"


static ngx_uint_t ngx_http_whatsauth_local_host(const ngx_str_t *host);


ngx_uint_t
ngx_http_whatsauth_local(ngx_http_request_t *r)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    if (r->connection->ssl) {
        return 0;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);

    if (mcf->public_url.len
        && ngx_strncmp(mcf->public_url.data, "https:", 6) == 0)
    {
        return 0;
    }

    return ngx_http_whatsauth_local_host(&r->headers_in.server);
}


/* RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3. */

static ngx_uint_t
ngx_http_whatsauth_local_host(const ngx_str_t *host)
{
    size_t  i;
    u_char  *tail;

    static const ngx_str_t  name = ngx_string(".localhost");

    if ((host->len == 9 && ngx_memcmp(host->data, "localhost", 9) == 0)
        || (host->len == 5 && ngx_memcmp(host->data, "[::1]", 5) == 0))
    {
        return 1;
    }

    if (host->len > name.len) {
        tail = host->data + host->len - name.len;

        if (ngx_memcmp(tail, name.data, name.len) == 0) {
            return 1;
        }
    }

    if (host->len < 4 || ngx_memcmp(host->data, "127.", 4) != 0) {
        return 0;
    }

    for (i = 4; i < host->len; i++) {
        if (!isdigit(host->data[i]) && host->data[i] != '.') {
            return 0;
        }
    }

    return 1;
}
