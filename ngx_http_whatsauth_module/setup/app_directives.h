
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_APP_DIRECTIVES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_APP_DIRECTIVES_H_INCLUDED_


#include "kit/app.h"


/* Sets what lies at offset of the app, or what the directive itself knows. */
typedef char *(*ngx_http_whatsauth_app_set_pt)(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);

typedef struct {
    ngx_str_t                      name;
    ngx_uint_t                     args_min;
    ngx_uint_t                     args_max;
    ngx_uint_t                     repeatable;
    ngx_http_whatsauth_app_set_pt  set;
    size_t                         offset;
} ngx_http_whatsauth_app_directive_t;


/* What may stand in a whatsauth_app block; ends with an empty name. */
extern const ngx_http_whatsauth_app_directive_t
    ngx_http_whatsauth_app_directives[];


#endif /* _NGX_HTTP_WHATSAUTH_APP_DIRECTIVES_H_INCLUDED_ */
