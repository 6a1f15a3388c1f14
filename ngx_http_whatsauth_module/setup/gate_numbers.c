
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "kit/shown.h"
#include "login/file.h"
#include "setup/gate_numbers.h"

#include "protocol/phone_lines.h"


/* About a million numbers. */
#define NGX_HTTP_WHATSAUTH_GATE_NUMBERS_MAX  (16 * 1024 * 1024)


static ngx_int_t ngx_http_whatsauth_gate_numbers_list(ngx_conf_t *cf,
    ngx_array_t *array);
static ngx_int_t ngx_http_whatsauth_gate_numbers_file(ngx_conf_t *cf,
    ngx_str_t *argument, ngx_array_t *array);
static ngx_int_t ngx_http_whatsauth_gate_numbers_lines(ngx_conf_t *cf,
    ngx_str_t *name, const ngx_str_t *content, ngx_array_t *array);


ngx_int_t
ngx_http_whatsauth_gate_numbers_read(ngx_conf_t *cf,
    whatsauth_phone_set_t **numbers)
{
    ngx_int_t               rc;
    ngx_str_t              *value;
    ngx_array_t             array;
    whatsauth_phone_set_t  *set;

    *numbers = NULL;
    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "any") == 0) {
        return NGX_OK;
    }

    set = ngx_palloc(cf->pool, sizeof(whatsauth_phone_set_t));

    if (set == NULL
        || ngx_array_init(&array, cf->pool, 16, sizeof(uint64_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = cf->args->nelts == 2 && ngx_strncmp(value[1].data, "file:", 5) == 0
         ? ngx_http_whatsauth_gate_numbers_file(cf, &value[1], &array)
         : ngx_http_whatsauth_gate_numbers_list(cf, &array);

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    set->numbers = array.elts;
    set->n = array.nelts;
    whatsauth_phone_set_order(set);

    *numbers = set;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_gate_numbers_list(ngx_conf_t *cf, ngx_array_t *array)
{
    uint64_t                  *number;
    ngx_str_t                 *value;
    ngx_uint_t                 i;
    whatsauth_text_t           text;
    whatsauth_phone_result_t   rc;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        number = ngx_array_push(array);
        if (number == NULL) {
            return NGX_ERROR;
        }

        text = ngx_http_whatsauth_text(&value[i]);
        rc = whatsauth_phone_set_read(&text, number);

        if (rc != WHATSAUTH_PHONE_OK) {
            (void) ngx_http_whatsauth_argument_invalid(cf, "phone number",
                                              &value[i], ": it %s",
                                              whatsauth_phone_strresult(rc));
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * An empty file is refused: it is more often the trace of a failed export than
 * the wish to let nobody in.
 */

static ngx_int_t
ngx_http_whatsauth_gate_numbers_file(ngx_conf_t *cf, ngx_str_t *argument,
    ngx_array_t *array)
{
    ngx_int_t  rc;
    ngx_str_t  name, content;

    name.data = argument->data + 5;
    name.len = argument->len - 5;

    if (name.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no path after \"file:\" in "
                           "\"whatsauth_gate_numbers\" directive");
        return NGX_ERROR;
    }

    if (ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK
        || ngx_http_whatsauth_file_read(cf, &name, "whatsauth_gate_numbers",
                                        NGX_HTTP_WHATSAUTH_GATE_NUMBERS_MAX,
                                        &content)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_whatsauth_gate_numbers_lines(cf, &name, &content, array);

    /* Only a file that is not small has a block of memory of its own. */

    (void) ngx_pfree(cf->pool, content.data);

    if (rc == NGX_OK && array->nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "there is no phone number in \"%V\" of "
                           "\"whatsauth_gate_numbers\" directive", &name);
        return NGX_ERROR;
    }

    return rc;
}


static ngx_int_t
ngx_http_whatsauth_gate_numbers_lines(ngx_conf_t *cf, ngx_str_t *name,
    const ngx_str_t *content, ngx_array_t *array)
{
    uint64_t                  *number;
    ngx_str_t                  wrong, shown;
    whatsauth_text_t           text;
    whatsauth_phone_lines_t    lines;
    whatsauth_phone_result_t   rc;

    lines.rest = ngx_http_whatsauth_text(content);
    lines.line = 0;

    while (whatsauth_phone_lines_next(&lines, &text)) {

        number = ngx_array_push(array);
        if (number == NULL) {
            return NGX_ERROR;
        }

        rc = whatsauth_phone_set_read(&text, number);

        if (rc != WHATSAUTH_PHONE_OK) {
            wrong.data = (u_char *) text.data;
            wrong.len = text.len;
            shown = ngx_http_whatsauth_shown(cf, &wrong);

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid phone number%V in \"%V:%uz\" of "
                               "\"whatsauth_gate_numbers\" directive: it %s",
                               &shown, name, lines.line,
                               whatsauth_phone_strresult(rc));
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
