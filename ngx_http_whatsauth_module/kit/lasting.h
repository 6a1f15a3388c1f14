
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The state of a request that lasts as long as the request.  nginx clears the
 * contexts of a request at each internal redirect, and gives a subrequest new
 * ones; the pool lives on, and so does this.
 */


#ifndef _NGX_HTTP_WHATSAUTH_LASTING_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LASTING_H_INCLUDED_


#include "kit/module.h"


typedef struct {
    struct ngx_http_whatsauth_identity_s   *identity;  /* gate/identity.h */
    struct ngx_http_whatsauth_collecting_s *collecting;
                                                       /* gate/collecting.h */
    struct ngx_http_whatsauth_in_place_s   *in_place;  /* login/in_place.h */

    /* The headers Cookie as the client has sent them, kept before ours are cut
       out of them; else NULL. */
    ngx_str_t                              *cookies;
    ngx_uint_t                              cookies_n;
    unsigned                                cut:1;     /* all of ours */
} ngx_http_whatsauth_lasting_t;


/* NULL: nothing does. */
ngx_http_whatsauth_lasting_t *ngx_http_whatsauth_lasting(ngx_http_request_t *r);

/* Made when it is first asked for; NULL when memory is out. */
ngx_http_whatsauth_lasting_t *ngx_http_whatsauth_lasting_create(
    ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_LASTING_H_INCLUDED_ */
