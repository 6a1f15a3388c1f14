
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "setup/app_phone.h"

#include "protocol/phone.h"


static char *ngx_http_whatsauth_app_number(ngx_conf_t *cf, ngx_str_t *phone);


char *
ngx_http_whatsauth_app_phone(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    return ngx_http_whatsauth_app_number(cf, &app->phone.whatsapp);
}


/* Without a plus a few digits are a short code, which is dialled as it is. */

char *
ngx_http_whatsauth_app_sms_phone(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    char               digits[WHATSAUTH_PHONE_SHORT_CODE_MAX];
    ngx_str_t         *value;
    whatsauth_text_t   text;

    value = cf->args->elts;
    text = ngx_http_whatsauth_text(&value[1]);

    app->phone.sms.len = whatsauth_phone_short_code(&text, digits);

    if (app->phone.sms.len == 0) {
        return ngx_http_whatsauth_app_number(cf, &app->phone.sms);
    }

    app->phone.sms.data = ngx_pnalloc(cf->pool, app->phone.sms.len);
    if (app->phone.sms.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(app->phone.sms.data, digits, app->phone.sms.len);

    return NGX_CONF_OK;
}


/* Plus and digits, as the links have it: wa.me opens no number with a zero. */

static char *
ngx_http_whatsauth_app_number(ngx_conf_t *cf, ngx_str_t *phone)
{
    size_t                     len;
    ngx_str_t                 *value;
    whatsauth_text_t           text;
    whatsauth_phone_result_t   rc;

    value = cf->args->elts;
    text = ngx_http_whatsauth_text(&value[1]);

    phone->data = ngx_pnalloc(cf->pool, WHATSAUTH_PHONE_DIGITS_MAX + 1);
    if (phone->data == NULL) {
        return NGX_CONF_ERROR;
    }

    rc = whatsauth_phone_read(&text, (char *) phone->data + 1, &len);

    if (rc != WHATSAUTH_PHONE_OK) {
        return ngx_http_whatsauth_argument_invalid(cf, "phone number",
                                                   &value[1], ": it %s",
                                              whatsauth_phone_strresult(rc));
    }

    phone->data[0] = '+';
    phone->len = len + 1;

    return NGX_CONF_OK;
}


char *
ngx_http_whatsauth_app_authorized_numbers(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_str_t                 *value, wrong;
    ngx_uint_t                 i;
    whatsauth_text_t           text;
    whatsauth_phone_list_t     list;
    whatsauth_phone_result_t   rc;

    value = cf->args->elts;
    ngx_memzero(&list, sizeof(whatsauth_phone_list_t));

    for (i = 1; i < cf->args->nelts; i++) {
        text = ngx_http_whatsauth_text(&value[i]);
        rc = whatsauth_phone_list(&text, &list);

        if (rc != WHATSAUTH_PHONE_OK) {
            wrong.data = (u_char *) list.wrong.data;
            wrong.len = list.wrong.len;

            return ngx_http_whatsauth_argument_invalid(cf, "phone number",
                                                       &wrong, ": it %s",
                                              whatsauth_phone_strresult(rc));
        }
    }

    app->sender.numbers.len = list.len;
    app->sender.numbers.data = ngx_pnalloc(cf->pool, list.len);

    if (app->sender.numbers.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(app->sender.numbers.data, list.data, list.len);

    return NGX_CONF_OK;
}
