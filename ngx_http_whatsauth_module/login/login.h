
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The faces of "whatsauth_login", below its location: the login page, the steps
 * of a login, and the sessions that begin with it.  Each face has a file of
 * its own, and its name in the list below; face/face.h is the contract.
 */


#ifndef _NGX_HTTP_WHATSAUTH_LOGIN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOGIN_H_INCLUDED_


#include "face/face.h"


#define NGX_HTTP_WHATSAUTH_LOGIN_FACES(X)                                     \
    X(page)                                                                   \
    X(start)                                                                  \
    X(finish)                                                                 \
    X(enter_pin)                                                              \
    X(cancel_login)                                                           \
    X(logout)                                                                 \
    X(sessions)                                                               \
    X(live_status)                                                            \
    X(live_wait)                                                              \
    X(page_css)                                                               \
    X(page_js)                                                                \
    X(widget_js)                                                              \
    X(logo)                                                                   \
    X(qr)

#define NGX_HTTP_WHATSAUTH_LOGIN_FACE(name)                                   \
    extern const ngx_http_whatsauth_face_t  ngx_http_whatsauth_##name##_face;
NGX_HTTP_WHATSAUTH_LOGIN_FACES(NGX_HTTP_WHATSAUTH_LOGIN_FACE)
#undef NGX_HTTP_WHATSAUTH_LOGIN_FACE


/* The last one is NULL. */
extern const ngx_http_whatsauth_face_t
    *const ngx_http_whatsauth_login_faces[];


#endif /* _NGX_HTTP_WHATSAUTH_LOGIN_H_INCLUDED_ */
