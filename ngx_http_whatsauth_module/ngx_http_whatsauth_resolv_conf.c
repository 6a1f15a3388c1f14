
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_resolv_conf.h"


#define NGX_HTTP_WHATSAUTH_RESOLV_CONF_SIZE  8192


static ngx_int_t ngx_http_whatsauth_nameserver(ngx_conf_t *cf, u_char *p,
    u_char *last, ngx_array_t *servers);


ngx_int_t
ngx_http_whatsauth_resolv_conf(ngx_conf_t *cf, ngx_array_t *servers)
{
    u_char      *p, *end, *eol, buf[NGX_HTTP_WHATSAUTH_RESOLV_CONF_SIZE];
    ssize_t      n;
    ngx_fd_t     fd;

    if (ngx_array_init(servers, cf->pool, 3, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(NGX_HTTP_WHATSAUTH_RESOLV_CONF, NGX_FILE_RDONLY,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return NGX_OK;
    }

    n = ngx_read_fd(fd, buf, sizeof(buf));
    (void) ngx_close_file(fd);

    if (n <= 0) {
        return NGX_OK;
    }

    end = buf + n;

    for (p = buf; p < end; p = eol + 1) {

        eol = ngx_strlchr(p, end, LF);
        if (eol == NULL) {
            eol = end;
        }

        if (ngx_http_whatsauth_nameserver(cf, p, eol, servers) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_nameserver(ngx_conf_t *cf, u_char *p, u_char *last,
    ngx_array_t *servers)
{
    size_t      len;
    u_char     *start;
    ngx_str_t  *server;

    len = sizeof("nameserver") - 1;

    if ((size_t) (last - p) <= len
        || ngx_strncmp(p, "nameserver", len) != 0
        || (p[len] != ' ' && p[len] != '\t'))
    {
        return NGX_OK;
    }

    p += len;

    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    start = p;

    while (p < last && *p != ' ' && *p != '\t' && *p != CR && *p != '#') {

        /* nginx cannot bind an address to an interface. */

        if (*p == '%') {
            return NGX_OK;
        }

        p++;
    }

    if (p == start) {
        return NGX_OK;
    }

    server = ngx_array_push(servers);
    if (server == NULL) {
        return NGX_ERROR;
    }

    server->data = ngx_pnalloc(cf->pool, p - start + 2);
    if (server->data == NULL) {
        return NGX_ERROR;
    }

    if (ngx_strlchr(start, p, ':') != NULL) {
        server->len = ngx_sprintf(server->data, "[%*s]",
                                  (size_t) (p - start), start)
                      - server->data;
    } else {
        server->len = p - start;
        ngx_memcpy(server->data, start, server->len);
    }

    return NGX_OK;
}
