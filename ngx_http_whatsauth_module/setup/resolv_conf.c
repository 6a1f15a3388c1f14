
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "setup/resolv_conf.h"

#include "protocol/resolv_conf.h"


#define NGX_HTTP_WHATSAUTH_RESOLV_CONF_SIZE  8192


static ngx_int_t ngx_http_whatsauth_resolv_conf_server(ngx_conf_t *cf,
    const whatsauth_text_t *address, ngx_array_t *servers);


ngx_int_t
ngx_http_whatsauth_resolv_conf(ngx_conf_t *cf, ngx_array_t *servers)
{
    char               buf[NGX_HTTP_WHATSAUTH_RESOLV_CONF_SIZE];
    ssize_t            n;
    ngx_fd_t           fd;
    const char        *p;
    whatsauth_text_t   address;

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

    p = buf;

    while (whatsauth_resolv_conf_next(&p, buf + n, &address)) {
        if (ngx_http_whatsauth_resolv_conf_server(cf, &address, servers)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_resolv_conf_server(ngx_conf_t *cf,
    const whatsauth_text_t *address, ngx_array_t *servers)
{
    ngx_str_t  *server;

    server = ngx_array_push(servers);
    if (server == NULL) {
        return NGX_ERROR;
    }

    server->data = ngx_pnalloc(cf->pool, address->len + 2);
    if (server->data == NULL) {
        return NGX_ERROR;
    }

    if (memchr(address->data, ':', address->len) != NULL) {
        server->len = ngx_sprintf(server->data, "[%*s]", address->len,
                                  address->data)
                      - server->data;
    } else {
        server->len = address->len;
        ngx_memcpy(server->data, address->data, server->len);
    }

    return NGX_OK;
}
