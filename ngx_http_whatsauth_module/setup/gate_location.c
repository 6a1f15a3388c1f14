
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "setup/gate_location.h"
#include "setup/gate_numbers.h"


static ngx_int_t ngx_http_whatsauth_gate_location_option(ngx_conf_t *cf,
    ngx_http_whatsauth_gate_line_t *line, ngx_str_t *value);
static ngx_http_whatsauth_gate_condition_t *
    ngx_http_whatsauth_gate_location_condition(ngx_conf_t *cf);
static ngx_int_t ngx_http_whatsauth_gate_location_value(ngx_conf_t *cf,
    ngx_array_t *values, ngx_str_t *value);
static void ngx_http_whatsauth_gate_location_inherit(
    ngx_http_whatsauth_gate_condition_t **condition,
    ngx_http_whatsauth_gate_condition_t *prev);
static ngx_http_whatsauth_gate_conf_t *ngx_http_whatsauth_gate_location_make(
    ngx_conf_t *cf, const ngx_http_whatsauth_gate_lines_t *lines);
static void ngx_http_whatsauth_gate_location_use(
    ngx_http_whatsauth_gate_condition_t *condition);


char *
ngx_http_whatsauth_gate(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_loc_conf_t *wlcf = conf;

    ngx_str_t                       *value;
    ngx_uint_t                       i;
    ngx_http_whatsauth_gate_line_t  *line;

    if (wlcf->gate_lines.gate != NULL) {
        return "is duplicate";
    }

    line = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_gate_line_t));
    if (line == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    ngx_http_whatsauth_conf_line(cf, &line->at);
    line->app = value[1];
    line->off = ngx_strcmp(value[1].data, "off") == 0;

    if (line->off && cf->args->nelts > 2) {
        return ngx_http_whatsauth_argument_count(cf);
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_whatsauth_gate_location_option(cf, line, &value[i])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (line->status == 0) {
        line->status = NGX_HTTP_UNAUTHORIZED;
    }

    wlcf->gate_lines.gate = line;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_whatsauth_gate_location_option(ngx_conf_t *cf,
    ngx_http_whatsauth_gate_line_t *line, ngx_str_t *value)
{
    if (ngx_strcmp(value->data, "optional") == 0 && !line->optional) {
        line->optional = 1;
        return NGX_OK;
    }

    if (ngx_strcmp(value->data, "page=200") == 0 && line->status == 0) {
        line->status = NGX_HTTP_OK;
        return NGX_OK;
    }

    (void) ngx_http_whatsauth_argument_invalid(cf, "parameter", value,
                                   ": \"optional\" and \"page=200\" may "
                                   "follow the app, each once");

    return NGX_ERROR;
}


char *
ngx_http_whatsauth_gate_numbers(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_loc_conf_t *wlcf = conf;

    ngx_http_whatsauth_gate_condition_t  *condition;

    if (wlcf->gate_lines.numbers != NULL) {
        return "is duplicate";
    }

    condition = ngx_http_whatsauth_gate_location_condition(cf);
    if (condition == NULL) {
        return NGX_CONF_ERROR;
    }

    wlcf->gate_lines.numbers = condition;

    return ngx_http_whatsauth_gate_numbers_read(cf, &condition->numbers)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


char *
ngx_http_whatsauth_gate_require(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_loc_conf_t *wlcf = conf;

    ngx_uint_t                            i;
    ngx_str_t                            *value;
    ngx_http_whatsauth_gate_condition_t  *condition;

    if (wlcf->gate_lines.require != NULL) {
        return "is duplicate";
    }

    condition = ngx_http_whatsauth_gate_location_condition(cf);
    if (condition == NULL) {
        return NGX_CONF_ERROR;
    }

    wlcf->gate_lines.require = condition;

    condition->require = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                          sizeof(ngx_http_complex_value_t));
    if (condition->require == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_whatsauth_gate_location_value(cf, condition->require,
                                                   &value[i])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* A word without a variable, such as a forgotten "$", would hold always. */

static ngx_int_t
ngx_http_whatsauth_gate_location_value(ngx_conf_t *cf, ngx_array_t *values,
    ngx_str_t *value)
{
    ngx_http_complex_value_t          *cv;
    ngx_http_compile_complex_value_t   ccv;

    if (ngx_http_script_variables_count(value) == 0) {
        (void) ngx_http_whatsauth_argument_invalid(cf, "value", value,
                                                   ", it has no variable");
        return NGX_ERROR;
    }

    cv = ngx_array_push(values);
    if (cv == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));
    ccv.cf = cf;
    ccv.value = value;
    ccv.complex_value = cv;

    return ngx_http_compile_complex_value(&ccv);
}


static ngx_http_whatsauth_gate_condition_t *
ngx_http_whatsauth_gate_location_condition(ngx_conf_t *cf)
{
    ngx_str_t                             *value;
    ngx_http_whatsauth_main_conf_t        *mcf;
    ngx_http_whatsauth_gate_condition_t   *condition, **pushed;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    pushed = ngx_array_push(&mcf->gate_conditions);
    condition = ngx_pcalloc(cf->pool,
                            sizeof(ngx_http_whatsauth_gate_condition_t));

    if (pushed == NULL || condition == NULL) {
        return NULL;
    }

    value = cf->args->elts;

    ngx_http_whatsauth_conf_line(cf, &condition->at);
    condition->directive = value[0];

    *pushed = condition;

    return condition;
}


ngx_int_t
ngx_http_whatsauth_gate_location_merge(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *prev, ngx_http_whatsauth_loc_conf_t *conf)
{
    ngx_http_whatsauth_gate_line_t   *own;
    ngx_http_whatsauth_gate_lines_t  *lines;

    lines = &conf->gate_lines;
    own = lines->gate;

    if (conf->enabled && own != NULL && !own->off) {
        ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, &own->at,
                           "\"whatsauth_gate\" and \"%V\" in location \"%V\": "
                           "a gate there would let nobody log in",
                           &conf->directive, &conf->prefix);
        return NGX_ERROR;
    }

    if (lines->gate == NULL) {
        lines->gate = prev->gate_lines.gate;
    }

    ngx_http_whatsauth_gate_location_inherit(&lines->numbers,
                                             prev->gate_lines.numbers);
    ngx_http_whatsauth_gate_location_inherit(&lines->require,
                                             prev->gate_lines.require);

    if (conf->enabled || lines->gate == NULL || lines->gate->off) {
        return NGX_OK;
    }

    conf->gate = ngx_http_whatsauth_gate_location_make(cf, lines);

    return conf->gate != NULL ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_whatsauth_gate_location_inherit(
    ngx_http_whatsauth_gate_condition_t **condition,
    ngx_http_whatsauth_gate_condition_t *prev)
{
    if (*condition == NULL) {
        *condition = prev;

    } else {
        (*condition)->around = prev;
    }
}


static ngx_http_whatsauth_gate_conf_t *
ngx_http_whatsauth_gate_location_make(ngx_conf_t *cf,
    const ngx_http_whatsauth_gate_lines_t *lines)
{
    ngx_http_whatsauth_gate_conf_t  *gate;

    gate = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_gate_conf_t));
    if (gate == NULL) {
        return NULL;
    }

    gate->status = lines->gate->status;
    gate->optional = lines->gate->optional;

    if (lines->numbers != NULL) {
        gate->numbers = lines->numbers->numbers;
    }

    if (lines->require != NULL) {
        gate->require = lines->require->require;
    }

    ngx_http_whatsauth_gate_location_use(lines->numbers);
    ngx_http_whatsauth_gate_location_use(lines->require);

    return gate;
}


/* Also of those around it, which are the defaults of the block. */

static void
ngx_http_whatsauth_gate_location_use(
    ngx_http_whatsauth_gate_condition_t *condition)
{
    for ( /* void */ ; condition != NULL; condition = condition->around) {
        condition->used = 1;
    }
}
