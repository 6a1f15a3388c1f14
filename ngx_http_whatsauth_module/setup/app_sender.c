
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "kit/conf.h"
#include "provider/account.h"
#include "setup/app_block.h"
#include "setup/slot.h"

#include "protocol/phone.h"


static ngx_int_t ngx_http_whatsauth_app_sender_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_sender_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_sender_numbers(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);


static ngx_conf_enum_t  ngx_http_whatsauth_app_sender_hidden[] = {
    { ngx_string("request"), 1 },
    { ngx_string("fail"), 0 },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_whatsauth_app_sender_commands[] = {

    { ngx_string("authorized_numbers"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_app_sender_numbers,
      0,
      0,
      NULL },

    { ngx_string("hidden_number"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, sender.ask_hidden),
      &ngx_http_whatsauth_app_sender_hidden },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_sender = {
    ngx_http_whatsauth_app_sender_commands,
    ngx_http_whatsauth_app_sender_create,
    ngx_http_whatsauth_app_sender_init
};


static ngx_int_t
ngx_http_whatsauth_app_sender_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->sender.ask_hidden = NGX_CONF_UNSET_UINT;

    return NGX_OK;
}


static char *
ngx_http_whatsauth_app_sender_numbers(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t                 *value, *numbers, wrong;
    ngx_uint_t                 i;
    whatsauth_text_t           text;
    whatsauth_phone_list_t     list;
    whatsauth_phone_result_t   rc;

    numbers = &app->sender.numbers;

    if (numbers->data != NULL) {
        return "is duplicate";
    }

    if (cf->args->nelts > 1 + WHATSAUTH_PHONE_LIST_MAX) {
        return ngx_http_whatsauth_argument_count(cf);
    }

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

    numbers->len = list.len;
    numbers->data = ngx_pnalloc(cf->pool, list.len);

    if (numbers->data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(numbers->data, list.data, list.len);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_sender_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t  able;

    able = ngx_http_whatsauth_account_asks(app);

    ngx_conf_init_uint_value(app->sender.ask_hidden, able);

    if (app->sender.ask_hidden && !able) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"hidden_number request\" without %s in "
                           "whatsauth_app \"%V\"",
                           ngx_http_whatsauth_provider_ask_needs(),
                           &app->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}
