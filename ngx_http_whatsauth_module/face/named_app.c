
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/bearer.h"
#include "face/named_app.h"

#include "protocol/form.h"


ngx_int_t
ngx_http_whatsauth_named_app(ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t **app)
{
    char               *buf;
    whatsauth_form_t    form;
    whatsauth_text_t    args;
    whatsauth_field_t   field;

    static const whatsauth_text_t  by_name = whatsauth_text("app");
    static const whatsauth_text_t  by_token = whatsauth_text("api_token");

    if (r->args.len == 0) {
        return NGX_DECLINED;
    }

    buf = ngx_pnalloc(r->pool, r->args.len);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    args = ngx_http_whatsauth_text(&r->args);
    whatsauth_form_start(&form, &args, buf);

    while (whatsauth_form_next(&form, &field)) {

        if (whatsauth_text_equal(&field.name, &by_name)) {
            *app = ngx_http_whatsauth_conf_app(mcf, field.value.data,
                                                  field.value.len);
            return NGX_OK;
        }

        if (whatsauth_text_equal(&field.name, &by_token)) {
            return ngx_http_whatsauth_bearer_app(mcf, &field.value, app,
                                                 NULL);
        }
    }

    return NGX_DECLINED;
}
