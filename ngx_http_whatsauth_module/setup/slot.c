
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "kit/secret.h"
#include "setup/slot.h"


/* Enough for the words of one directive. */
#define NGX_HTTP_WHATSAUTH_SLOT_WORDS_LEN  128


static ngx_str_t ngx_http_whatsauth_slot_words(const ngx_conf_enum_t *words,
    u_char *buf);


ngx_conf_enum_t  ngx_http_whatsauth_slot_switch[] = {
    { ngx_string("on"), 1 },
    { ngx_string("off"), 0 },
    { ngx_null_string, 0 }
};


char *
ngx_http_whatsauth_slot_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    u_char            buf[NGX_HTTP_WHATSAUTH_SLOT_WORDS_LEN];
    ngx_str_t        *value, expected;
    ngx_uint_t       *field;
    ngx_conf_enum_t  *word;

    field = (ngx_uint_t *) ((u_char *) conf + cmd->offset);

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (word = cmd->post; word->name.len; word++) {
        if (ngx_strcmp(word->name.data, value[1].data) == 0) {
            *field = word->value;
            return NGX_CONF_OK;
        }
    }

    expected = ngx_http_whatsauth_slot_words(cmd->post, buf);

    return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                                               ", it must be %V", &expected);
}


/* `"a", "b" or "c"` */

static ngx_str_t
ngx_http_whatsauth_slot_words(const ngx_conf_enum_t *words, u_char *buf)
{
    u_char                 *p, *last;
    ngx_str_t               list;
    const char             *before;
    const ngx_conf_enum_t  *word;

    p = buf;
    last = buf + NGX_HTTP_WHATSAUTH_SLOT_WORDS_LEN;

    for (word = words; word->name.len; word++) {
        before = word == words ? "" : word[1].name.len ? ", " : " or ";
        p = ngx_slprintf(p, last, "%s\"%V\"", before, &word->name);
    }

    list.data = buf;
    list.len = p - buf;

    return list;
}


char *
ngx_http_whatsauth_slot_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t   *value;
    ngx_msec_t  *field;

    field = (ngx_msec_t *) ((u_char *) conf + cmd->offset);

    if (*field != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    value = cf->args->elts;

    return ngx_http_whatsauth_argument_span(cf, &value[1], cmd->post, field)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


char *
ngx_http_whatsauth_slot_number(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_slot_part_t *part = cmd->post;

    ngx_int_t    n, m;
    ngx_str_t   *value, rest;
    ngx_uint_t  *field;

    field = (ngx_uint_t *) ((u_char *) conf + cmd->offset);

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;
    n = ngx_atoi(value[1].data, value[1].len);

    if (n == NGX_ERROR || n == 0) {
        return ngx_http_whatsauth_argument_invalid(cf, "number", &value[1],
                                                   "");
    }

    *field = n;

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    m = ngx_http_whatsauth_argument_after(&value[2], &part->name, &rest)
        ? ngx_atoi(rest.data, rest.len) : NGX_ERROR;

    if (m == NGX_ERROR || m == 0 || m > n) {
        return ngx_http_whatsauth_argument_invalid(cf, "parameter", &value[2],
                                                   part->expected, n);
    }

    *(ngx_uint_t *) ((u_char *) conf + part->offset) = m;

    return NGX_CONF_OK;
}


char *
ngx_http_whatsauth_slot_digest(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t    *value;
    ngx_array_t  *digests;

    value = cf->args->elts;
    digests = (ngx_array_t *) ((u_char *) conf + cmd->offset);

    return ngx_http_whatsauth_secret_digest(cf, &value[0], &value[1], digests)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}
