
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A face is an endpoint of the API: a row with its name, the token it wants,
 * and a handler for each of its methods, in a file of its own.  face.c does
 * what follows from the row before it calls a handler: 404, 405 with Allow,
 * 401, preflights and CORS.
 *
 * A new face is a file with its row, and its name in the list below.
 */


#ifndef _NGX_HTTP_WHATSAUTH_FACE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_FACE_H_INCLUDED_


#include "kit/conf.h"


#define NGX_HTTP_WHATSAUTH_FACES(X)                                           \
    X(verification_code)                                                      \
    X(messages)                                                               \
    X(verification)                                                           \
    X(qr)                                                                     \
    X(claim)                                                                  \
    X(revocation)


/* The token (RFC 6750, 2.1) that a request must bear: without it, 401. */
typedef enum {
    NGX_HTTP_WHATSAUTH_TOKEN_NONE = 0,
    NGX_HTTP_WHATSAUTH_TOKEN_SERVER,        /* "token" */
    NGX_HTTP_WHATSAUTH_TOKEN_PAGE           /* also "page_token" */
} ngx_http_whatsauth_token_t;


/* One handler, and the methods that lead to it: NGX_HTTP_GET|NGX_HTTP_HEAD. */
typedef struct {
    ngx_uint_t                         methods;
    ngx_http_handler_pt                handler;
} ngx_http_whatsauth_face_method_t;

#define NGX_HTTP_WHATSAUTH_FACE_METHODS  3


/* Pages of other origins may call it: preflights, and headers of CORS. */
#define NGX_HTTP_WHATSAUTH_FACE_CORS     0x1


/*
 * name is the rest of the URI behind the prefix location, and is empty for
 * the location itself.  If it ends in "/", an id follows, which handlers find
 * in ctx->rest and logs do not show.
 *
 * Handlers find the app of the token, or of "whatsauth_login", in ctx->app,
 * and with FACE_CORS in ctx->listed whether that app lists the request's
 * Origin.
 */
struct ngx_http_whatsauth_face_s {
    ngx_str_t                          name;
    ngx_http_whatsauth_token_t         token;
    ngx_uint_t                         flags;
    ngx_http_whatsauth_face_method_t   methods[NGX_HTTP_WHATSAUTH_FACE_METHODS
                                               + 1];
};


#define NGX_HTTP_WHATSAUTH_FACE(name)                                         \
    extern const ngx_http_whatsauth_face_t  ngx_http_whatsauth_##name##_face;
NGX_HTTP_WHATSAUTH_FACES(NGX_HTTP_WHATSAUTH_FACE)
#undef NGX_HTTP_WHATSAUTH_FACE


/* The endpoints of "whatsauth on"; the last one is NULL. */
extern const ngx_http_whatsauth_face_t  *const ngx_http_whatsauth_faces[];

/*
 * Of every location with endpoints: those of its configuration, below its
 * prefix or alone.
 */
ngx_int_t ngx_http_whatsauth_face_handler(ngx_http_request_t *r);

/* The face that can have a location of its own by that name, or NULL. */
const ngx_http_whatsauth_face_t *ngx_http_whatsauth_face_by_name(
    const ngx_str_t *name);

/*
 * The one of faces that the rest of a URI leads to, or NULL; takes the name
 * off the rest.
 */
const ngx_http_whatsauth_face_t *ngx_http_whatsauth_face_by_rest(
    const ngx_http_whatsauth_face_t *const *faces, ngx_str_t *rest);


#endif /* _NGX_HTTP_WHATSAUTH_FACE_H_INCLUDED_ */
