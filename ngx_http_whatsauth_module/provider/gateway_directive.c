
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "kit/secret_source.h"
#include "provider/gateway.h"

#include "protocol/json_pointer.h"


#define NGX_HTTP_WHATSAUTH_GATEWAY_NAME_MAX    32
#define NGX_HTTP_WHATSAUTH_GATEWAY_HEADER_MAX  64
#define NGX_HTTP_WHATSAUTH_GATEWAY_PREFIX_MAX  32


static ngx_int_t ngx_http_whatsauth_gateway_directive_name(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_gateway_directive_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_gateway_directive_header(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_gateway_directive_prefix(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_gateway_directive_pointer(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_gateway_directive_reply_url(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_gateway_directive_reply_body(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_gateway_directive_source(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    ngx_str_t *text);
static size_t ngx_http_whatsauth_gateway_directive_word(const ngx_str_t *value,
    const char *others);


const ngx_http_whatsauth_option_t  ngx_http_whatsauth_gateway_options[] = {

    { ngx_string("name"),
      NGX_HTTP_WHATSAUTH_OPTION_ONCE|NGX_HTTP_WHATSAUTH_OPTION_REQUIRED,
      ngx_http_whatsauth_gateway_directive_name, 0, "another gateway", NULL },

    { ngx_string("secret"), NGX_HTTP_WHATSAUTH_OPTION_REQUIRED,
      ngx_http_whatsauth_gateway_directive_secret, 0, NULL, NULL },

    { ngx_string("header"),
      NGX_HTTP_WHATSAUTH_OPTION_ONCE|NGX_HTTP_WHATSAUTH_OPTION_REQUIRED,
      ngx_http_whatsauth_gateway_directive_header, 0, NULL, NULL },

    { ngx_string("prefix"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_gateway_directive_prefix, 0, NULL, NULL },

    { ngx_string("text"),
      NGX_HTTP_WHATSAUTH_OPTION_ONCE|NGX_HTTP_WHATSAUTH_OPTION_REQUIRED,
      ngx_http_whatsauth_gateway_directive_pointer,
      offsetof(ngx_http_whatsauth_gateway_t, format.text), NULL, NULL },

    { ngx_string("sender"),
      NGX_HTTP_WHATSAUTH_OPTION_ONCE|NGX_HTTP_WHATSAUTH_OPTION_REQUIRED,
      ngx_http_whatsauth_gateway_directive_pointer,
      offsetof(ngx_http_whatsauth_gateway_t, format.sender), NULL, NULL },

    { ngx_string("id"),
      NGX_HTTP_WHATSAUTH_OPTION_ONCE|NGX_HTTP_WHATSAUTH_OPTION_REQUIRED,
      ngx_http_whatsauth_gateway_directive_pointer,
      offsetof(ngx_http_whatsauth_gateway_t, format.id), NULL, NULL },

    { ngx_string("time"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_gateway_directive_pointer,
      offsetof(ngx_http_whatsauth_gateway_t, format.time), NULL, NULL },

    { ngx_string("profile"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_gateway_directive_pointer,
      offsetof(ngx_http_whatsauth_gateway_t, format.profile), NULL, NULL },

    { ngx_string("to"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_gateway_directive_pointer,
      offsetof(ngx_http_whatsauth_gateway_t, format.to), NULL, NULL },

    { ngx_string("reply_url"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_gateway_directive_reply_url, 0, NULL, NULL },

    { ngx_string("reply_body"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_gateway_directive_reply_body, 0, NULL, NULL },

    { ngx_null_string, 0, NULL, 0, NULL, NULL }
};


static ngx_int_t
ngx_http_whatsauth_gateway_directive_name(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_account_t *account = object;

    if (value->len == 0 || value->len > NGX_HTTP_WHATSAUTH_GATEWAY_NAME_MAX
        || ngx_http_whatsauth_gateway_directive_word(value, "-_.")
           != value->len)
    {
        /* A secret may stand in its place: it is not shown. */
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid name in \"gateway\" directive: 1 to %d "
                           "letters, digits, \"_\", \"-\" and \".\" are "
                           "expected", NGX_HTTP_WHATSAUTH_GATEWAY_NAME_MAX);
        return NGX_ERROR;
    }

    account->id = *value;

    return NGX_OK;
}


/* The first character that is no letter, no digit and not among others. */

static size_t
ngx_http_whatsauth_gateway_directive_word(const ngx_str_t *value,
    const char *others)
{
    size_t  i;

    for (i = 0; i < value->len; i++) {
        if (!isalnum(value->data[i])
            && ngx_strchr(others, value->data[i]) == NULL)
        {
            break;
        }
    }

    return i;
}


/* Header and pointers may follow: it becomes known with the directive. */

static ngx_int_t
ngx_http_whatsauth_gateway_directive_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_gateway_t *gateway = object;

    ngx_str_t  name;

    if (ngx_http_whatsauth_options_name(cf, option, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    if (gateway->secrets.elts == NULL
        && ngx_array_init(&gateway->secrets, cf->pool, 2,
                          sizeof(ngx_http_whatsauth_secret_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_bit(cf, &name, value, &gateway->secrets,
                                         &gateway->secrets_mask)
           == NULL ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_gateway_directive_header(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_gateway_t *gateway = object;

    if (value->len == 0 || value->len > NGX_HTTP_WHATSAUTH_GATEWAY_HEADER_MAX
        || ngx_http_whatsauth_gateway_directive_word(value, "-_")
           != value->len)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid header in \"gateway\" directive: a name "
                           "of up to %d letters, digits, \"-\" and \"_\" is "
                           "expected", NGX_HTTP_WHATSAUTH_GATEWAY_HEADER_MAX);
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_account_check_header(cf, value, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    gateway->header = *value;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_gateway_directive_prefix(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_gateway_t *gateway = object;

    size_t  i;

    for (i = 0; i < value->len; i++) {
        if (value->data[i] <= ' ' || value->data[i] >= 0x7f) {
            break;
        }
    }

    if (i < value->len || i > NGX_HTTP_WHATSAUTH_GATEWAY_PREFIX_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid prefix in \"gateway\" directive: up to %d "
                           "characters of ASCII without spaces are expected",
                           NGX_HTTP_WHATSAUTH_GATEWAY_PREFIX_MAX);
        return NGX_ERROR;
    }

    gateway->prefix = *value;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_gateway_directive_pointer(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    whatsauth_text_t *pointer = (whatsauth_text_t *) ((u_char *) object
                                                      + option->offset);

    *pointer = ngx_http_whatsauth_text(value);

    if (value->len == 0 || !whatsauth_json_pointer_is_valid(pointer)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid %V in \"gateway\" directive: a JSON "
                           "pointer such as \"/message/%V\" is expected",
                           &option->name, &option->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* A URL in a file may have a key in its path: no error text shows it. */

static ngx_int_t
ngx_http_whatsauth_gateway_directive_reply_url(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_account_t *account = object;

    ngx_str_t                url;
    whatsauth_text_t         text;
    whatsauth_url_result_t   rc;

    if (ngx_http_whatsauth_gateway_directive_source(cf, option, value, &url)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    text = ngx_http_whatsauth_text(&url);
    rc = whatsauth_url_parse(&text, &account->api);

    if (rc != WHATSAUTH_URL_OK) {
        return ngx_http_whatsauth_argument_url_invalid(cf, value,
                                                 whatsauth_url_strresult(rc));
    }

    return ngx_http_whatsauth_argument_http(cf, &account->api);
}


static ngx_int_t
ngx_http_whatsauth_gateway_directive_reply_body(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_gateway_t *gateway = object;

    const char        *problem;
    whatsauth_text_t   template;

    if (ngx_http_whatsauth_gateway_directive_source(cf, option, value,
                                                    &gateway->reply_body)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    template = ngx_http_whatsauth_text(&gateway->reply_body);
    problem = whatsauth_gateway_template_problem(&template);

    if (problem != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the reply_body in \"gateway\" directive %s",
                           problem);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* Vendors want their API key in the URL or the body: it may be in a file. */

static ngx_int_t
ngx_http_whatsauth_gateway_directive_source(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value,
    ngx_str_t *text)
{
    ngx_str_t  name;

    if (value->len < 5 || ngx_strncmp(value->data, "file:", 5) != 0) {
        *text = *value;
        return NGX_OK;
    }

    if (ngx_http_whatsauth_options_name(cf, option, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_source_load(cf, &name, value, text);
}
