
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_SAME_SITE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SAME_SITE_H_INCLUDED_


#include "kit/app.h"


/* Where a request that changes something comes from, as the browser says. */
typedef enum {
    NGX_HTTP_WHATSAUTH_SITE_OTHER = 0,   /* another site: refused */
    NGX_HTTP_WHATSAUTH_SITE_OWN,         /* a page of this very origin */
    NGX_HTTP_WHATSAUTH_SITE_LISTED,      /* a page of authorized_origins: the
                                            person's cookies are not its own */
    NGX_HTTP_WHATSAUTH_SITE_SILENT       /* it does not say: only a secret in
                                            the form tells */
} ngx_http_whatsauth_site_t;


/*
 * Another site could log a person in as somebody else, or out (CSRF, "login
 * CSRF").  A script cannot set the headers that are looked at here, and every
 * browser of the last years sends one of them.  listed: whether the app lists
 * the request's Origin.
 */
ngx_http_whatsauth_site_t ngx_http_whatsauth_same_site(ngx_http_request_t *r,
    ngx_uint_t listed);


#endif /* _NGX_HTTP_WHATSAUTH_SAME_SITE_H_INCLUDED_ */
