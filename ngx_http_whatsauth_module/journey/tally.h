
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_TALLY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TALLY_H_INCLUDED_


#include "kit/module.h"


/* The permits that a host, an app, or an app at a host holds in this worker. */
typedef struct ngx_http_whatsauth_tally_s  ngx_http_whatsauth_tally_t;

struct ngx_http_whatsauth_tally_s {
    ngx_http_whatsauth_tally_t  *next;
    ngx_uint_t                   bucket;
    ngx_uint_t                   taken;
    ngx_uint_t                   expired;    /* of them */
    in_port_t                    port;
    size_t                       app_len;
    size_t                       host_len;
    u_char                       name[1];    /* of the app, then the host in
                                                lower case */
};


/*
 * Finds or creates the tally of an app and a host; that of an app alone has an
 * empty host, and that of a host alone an empty app.  NULL when memory is out.
 */
ngx_http_whatsauth_tally_t *ngx_http_whatsauth_tally(const ngx_str_t *app,
    const ngx_str_t *host, in_port_t port);

/* Adds n permits, also 0 or less.  Frees a tally that is empty then. */
void ngx_http_whatsauth_tally_add(ngx_http_whatsauth_tally_t *tally,
    ngx_int_t n, ngx_uint_t expired);


#endif /* _NGX_HTTP_WHATSAUTH_TALLY_H_INCLUDED_ */
