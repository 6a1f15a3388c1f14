
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The login page in place of a page that a gate guards: at the very URL that
 * was asked for, so that no way back can be lost or forged.  The gate leaves
 * word of it with the request, and leads it to the login page's location.
 */


#ifndef _NGX_HTTP_WHATSAUTH_IN_PLACE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_IN_PLACE_H_INCLUDED_


#include "kit/conf.h"
#include "kit/lasting.h"
#include "kit/result.h"


typedef struct ngx_http_whatsauth_in_place_s  ngx_http_whatsauth_in_place_t;

struct ngx_http_whatsauth_in_place_s {
    ngx_str_t                     path;     /* the page's own, and where the
                                               login leads to */
    ngx_http_whatsauth_result_t   result;   /* LOGIN_REQUIRED, or why not */
    ngx_http_whatsauth_result_t   shown;    /* has the status of a page that
                                               asks for a login */
};


/* Of a request that a gate leads to the login page; else NULL. */
ngx_http_whatsauth_in_place_t *ngx_http_whatsauth_in_place(
    ngx_http_request_t *r);

/*
 * The path and query that the client has asked for, as a URL of this very host;
 * in the request's pool, or the request's own.
 */
ngx_int_t ngx_http_whatsauth_in_place_path(ngx_http_request_t *r,
    ngx_str_t *path);

/* The same in a length that forms may bring back: else without the query. */
ngx_int_t ngx_http_whatsauth_in_place_return(ngx_http_request_t *r,
    ngx_str_t *path);


#endif /* _NGX_HTTP_WHATSAUTH_IN_PLACE_H_INCLUDED_ */
