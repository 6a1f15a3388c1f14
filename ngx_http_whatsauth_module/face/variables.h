
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_VARIABLES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_VARIABLES_H_INCLUDED_


#include "kit/module.h"


/* $whatsauth_app, $whatsauth_id and $whatsauth_result, for logs and maps. */
ngx_int_t ngx_http_whatsauth_variables(ngx_conf_t *cf);

/* Adds a table of variables; the last one has no name. */
ngx_int_t ngx_http_whatsauth_variables_add(ngx_conf_t *cf,
    ngx_http_variable_t *table);

/* Sets the value of a variable; NULL or empty: it is not found. */
ngx_int_t ngx_http_whatsauth_variables_set(ngx_http_variable_value_t *v,
    const ngx_str_t *value);


#endif /* _NGX_HTTP_WHATSAUTH_VARIABLES_H_INCLUDED_ */
