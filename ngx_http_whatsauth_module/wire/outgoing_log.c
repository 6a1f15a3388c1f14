
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "wire/outgoing_log.h"


ngx_str_t
ngx_http_whatsauth_outgoing_url(const ngx_http_whatsauth_outgoing_t *out,
    ngx_http_whatsauth_outgoing_name_t name)
{
    u_char     *p, *end;
    ngx_str_t   url;
    ngx_uint_t  ipv6;

    end = name + NGX_HTTP_WHATSAUTH_OUTGOING_NAME_MAX;
    ipv6 = ngx_strlchr(out->host.data, out->host.data + out->host.len, ':')
           != NULL;

    p = ngx_slprintf(name, end, ipv6 ? "%s[%V]" : "%s%V",
                     out->ssl ? "https://" : "http://", &out->host);

    if (out->port != (out->ssl ? 443 : 80)) {
        p = ngx_slprintf(p, end, ":%ui", (ngx_uint_t) out->port);
    }

    p = ngx_slprintf(p, end, "%V", &out->path);

    if (p == end) {
        ngx_memcpy(end - 3, "...", 3);
    }

    url.data = name;
    url.len = p - name;

    return url;
}


/*
 * The last step of the request tells the culprit: the name server, the
 * network, or the site.
 */

void
ngx_http_whatsauth_outgoing_log_timeout(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_str_t                           url;
    ngx_http_upstream_t                *u;
    ngx_http_whatsauth_outgoing_name_t  name;

    if (out->resolving != NULL) {
        ngx_log_error(NGX_LOG_ERR, &out->log, NGX_ETIMEDOUT,
                      "whatsauth: %V was not resolved in time", &out->host);
        return;
    }

    /* cppcheck-suppress uninitvar */
    url = ngx_http_whatsauth_outgoing_url(out, name);
    u = out->carrier->upstream;

    /* nginx sets this time when it begins to send, after a handshake. */

    if (u->state != NULL && u->state->connect_time != (ngx_msec_t) -1) {
        ngx_log_error(NGX_LOG_ERR, &out->log, NGX_ETIMEDOUT,
                      "whatsauth: %V did not answer in time", &url);
        return;
    }

    if (u->peer.connection != NULL && u->peer.connection->ssl != NULL) {
        ngx_log_error(NGX_LOG_ERR, &out->log, NGX_ETIMEDOUT,
                      "whatsauth: %V did not finish the TLS handshake in "
                      "time", &url);
        return;
    }

    ngx_log_error(NGX_LOG_ERR, &out->log, NGX_ETIMEDOUT,
                  "whatsauth: %V did not accept a connection in time", &url);
}
