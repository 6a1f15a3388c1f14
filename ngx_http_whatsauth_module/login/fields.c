
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/fields.h"

#include "protocol/form.h"
#include "protocol/return_path.h"


typedef struct {
    whatsauth_text_t   name;
    size_t             offset;
    const char        *twice;
} ngx_http_whatsauth_fields_row_t;


static const ngx_http_whatsauth_fields_row_t *ngx_http_whatsauth_fields_row(
    const whatsauth_text_t *name);


#define ngx_http_whatsauth_fields_entry(name, member)                         \
    { whatsauth_text(name), offsetof(ngx_http_whatsauth_fields_t, member),    \
      name " is given twice" }

static const ngx_http_whatsauth_fields_row_t
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


/* Unknown fields are passed over: a form's button may have a name. */

ngx_http_whatsauth_result_t
ngx_http_whatsauth_fields(ngx_pool_t *pool, const whatsauth_text_t *form,
    ngx_http_whatsauth_fields_t *fields, const char **detail)
{
    char                                   *buf;
    whatsauth_form_t                        reader;
    whatsauth_text_t                       *member;
    whatsauth_field_t                       field;
    const ngx_http_whatsauth_fields_row_t  *row;

    ngx_memzero(fields, sizeof(ngx_http_whatsauth_fields_t));

    if (form->len == 0) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    buf = ngx_pnalloc(pool, form->len);
    if (buf == NULL) {
        *detail = "out of memory";
        return NGX_HTTP_WHATSAUTH_INTERNAL_ERROR;
    }

    whatsauth_form_start(&reader, form, buf);

    while (whatsauth_form_next(&reader, &field)) {

        row = ngx_http_whatsauth_fields_row(&field.name);

        if (row == NULL || field.value.len == 0) {
            continue;
        }

        member = (whatsauth_text_t *) ((u_char *) fields + row->offset);

        if (member->len) {
            *detail = row->twice;
            return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
        }

        *member = field.value;
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


static const ngx_http_whatsauth_fields_row_t *
ngx_http_whatsauth_fields_row(const whatsauth_text_t *name)
{
    const ngx_http_whatsauth_fields_row_t  *row;

    for (row = ngx_http_whatsauth_fields_rows; row->name.len; row++) {
        if (whatsauth_text_equal(&row->name, name)) {
            return row;
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_whatsauth_fields_on(const whatsauth_text_t *field)
{
    return field->len == 1 && field->data[0] == '1';
}
