
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/form.h"
#include "login/fields.h"

#include "protocol/return_path.h"


#define ngx_http_whatsauth_fields_entry(name, member)                         \
    { whatsauth_text(name), offsetof(ngx_http_whatsauth_fields_t, member),    \
      name " is given twice" }

static const ngx_http_whatsauth_form_field_t
    ngx_http_whatsauth_fields_rows[] =
{
    ngx_http_whatsauth_fields_entry("return", return_path),
    ngx_http_whatsauth_fields_entry("csrf", csrf),
    ngx_http_whatsauth_fields_entry("number", number),
    ngx_http_whatsauth_fields_entry("channel", channel),
    ngx_http_whatsauth_fields_entry("new", anew),
    ngx_http_whatsauth_fields_entry("claim", claim),
    ngx_http_whatsauth_fields_entry("pin", pin),
    ngx_http_whatsauth_fields_entry("resend", resend),
    ngx_http_whatsauth_fields_entry("session", session),
    ngx_http_whatsauth_fields_entry("all", all),
    { whatsauth_text(""), 0, NULL }
};


ngx_http_whatsauth_result_t
ngx_http_whatsauth_fields(ngx_pool_t *pool, const whatsauth_text_t *form,
    ngx_http_whatsauth_fields_t *fields, const char **detail)
{
    ngx_http_whatsauth_result_t  result;

    ngx_memzero(fields, sizeof(ngx_http_whatsauth_fields_t));

    result = ngx_http_whatsauth_form_fields(pool, form,
                                            ngx_http_whatsauth_fields_rows,
                                            fields, detail);

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return result;
    }

    if (fields->return_path.len
        && !whatsauth_return_path(&fields->return_path))
    {
        fields->return_path.len = 0;
        *detail = "return is not a path of this host";
        return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
    }

    return NGX_HTTP_WHATSAUTH_NONE;
}


ngx_uint_t
ngx_http_whatsauth_fields_on(const whatsauth_text_t *field)
{
    return field->len == 1 && field->data[0] == '1';
}
