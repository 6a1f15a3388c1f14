
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/login.h"


const ngx_http_whatsauth_face_t  *const ngx_http_whatsauth_login_faces[] = {
#define NGX_HTTP_WHATSAUTH_LOGIN_FACE(name)                                   \
    &ngx_http_whatsauth_##name##_face,
    NGX_HTTP_WHATSAUTH_LOGIN_FACES(NGX_HTTP_WHATSAUTH_LOGIN_FACE)
#undef NGX_HTTP_WHATSAUTH_LOGIN_FACE
    NULL
};
