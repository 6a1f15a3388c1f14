
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "setup/app_block.h"
#include "setup/slot.h"

#include "protocol/phone.h"


static ngx_int_t ngx_http_whatsauth_app_phone_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_phone_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_phone_number(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_whatsauth_app_phone_sms(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);


static ngx_command_t  ngx_http_whatsauth_app_phone_commands[] = {

    { ngx_string("phone"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_app_phone_number,
      0,
      offsetof(ngx_http_whatsauth_app_t, phone.whatsapp),
      NULL },

    { ngx_string("sms_phone"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_app_phone_sms,
      0,
      offsetof(ngx_http_whatsauth_app_t, phone.sms),
      NULL },

    { ngx_string("sms"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, phone.sms_on),
      &ngx_http_whatsauth_slot_switch },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_phone = {
    ngx_http_whatsauth_app_phone_commands,
    ngx_http_whatsauth_app_phone_create,
    ngx_http_whatsauth_app_phone_init
};


static ngx_int_t
ngx_http_whatsauth_app_phone_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->phone.sms_on = NGX_CONF_UNSET_UINT;

    return NGX_OK;
}


/* Links need "+" and digits: wa.me opens no number that begins with a zero. */

static char *
ngx_http_whatsauth_app_phone_number(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    size_t                     len;
    ngx_str_t                 *value, *phone;
    whatsauth_text_t           text;
    whatsauth_phone_result_t   rc;

    phone = (ngx_str_t *) ((u_char *) conf + cmd->offset);

    if (phone->data != NULL) {
        return "is duplicate";
    }

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


/* A few digits without "+" are a short code, which is dialled as it is. */

static char *
ngx_http_whatsauth_app_phone_sms(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    char               digits[WHATSAUTH_PHONE_SHORT_CODE_MAX];
    size_t             len;
    ngx_str_t         *value;
    whatsauth_text_t   text;

    value = cf->args->elts;
    text = ngx_http_whatsauth_text(&value[1]);
    len = whatsauth_phone_short_code(&text, digits);

    if (len == 0 || app->phone.sms.data != NULL) {
        return ngx_http_whatsauth_app_phone_number(cf, cmd, conf);
    }

    app->phone.sms.len = len;
    app->phone.sms.data = ngx_pnalloc(cf->pool, len);

    if (app->phone.sms.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(app->phone.sms.data, digits, len);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_phone_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_conf_init_uint_value(app->phone.sms_on, 0);

    if (app->phone.whatsapp.len == 0) {
        return ngx_http_whatsauth_app_block_lacks(cf, app, "\"phone\"");
    }

    if (app->phone.sms_on && app->phone.sms.len == 0) {
        return ngx_http_whatsauth_app_block_lacks(cf, app,
                                              "\"sms_phone\" for \"sms on\"");
    }

    return NGX_OK;
}
