
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/variables.h"
#include "kit/app.h"
#include "kit/ctx.h"

#include "protocol/code.h"


static ngx_int_t ngx_http_whatsauth_variables_app(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_whatsauth_variables_id(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_whatsauth_variables_result(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_http_variable_t  ngx_http_whatsauth_variables_table[] = {

    { ngx_string("whatsauth_app"), NULL, ngx_http_whatsauth_variables_app,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("whatsauth_id"), NULL, ngx_http_whatsauth_variables_id,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("whatsauth_result"), NULL,
      ngx_http_whatsauth_variables_result, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_whatsauth_variables_set(ngx_http_variable_value_t *v,
    const ngx_str_t *value)
{
    if (value == NULL || value->len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = value->len;
    v->data = value->data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_variables_app(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    return ngx_http_whatsauth_variables_set(v,
                                  ctx && ctx->app ? &ctx->app->name : NULL);
}


static ngx_int_t
ngx_http_whatsauth_variables_id(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    return ngx_http_whatsauth_variables_set(v, ctx ? &ctx->id : NULL);
}


static ngx_int_t
ngx_http_whatsauth_variables_result(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    return ngx_http_whatsauth_variables_set(v,
                  ctx ? &ngx_http_whatsauth_results[ctx->result].word : NULL);
}


ngx_int_t
ngx_http_whatsauth_variables(ngx_conf_t *cf)
{
    return ngx_http_whatsauth_variables_add(cf,
                                        ngx_http_whatsauth_variables_table);
}


ngx_int_t
ngx_http_whatsauth_variables_add(ngx_conf_t *cf, ngx_http_variable_t *table)
{
    ngx_http_variable_t  *var, *v;

    for (v = table; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}
