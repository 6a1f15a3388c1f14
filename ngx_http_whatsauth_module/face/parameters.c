
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/parameters.h"

#include "protocol/code.h"
#include "protocol/form.h"
#include "protocol/link_message.h"


/* As much of a wrong number is shown. */
#define NGX_HTTP_WHATSAUTH_WRITTEN_MAX  40


typedef struct {
    ngx_str_t    name;
    size_t       offset;
    const char  *(*problem)(const whatsauth_text_t *text);
    ngx_uint_t   page;                     /* may come with a page's token */
} ngx_http_whatsauth_parameter_t;


static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_read(
    ngx_http_request_t *r, const whatsauth_text_t *form,
    ngx_http_whatsauth_parameters_t *parameters, const char **detail);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameter(
    ngx_http_request_t *r, const whatsauth_field_t *field,
    ngx_http_whatsauth_parameters_t *parameters, const char **detail);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameter_numbers(
    ngx_http_request_t *r, const whatsauth_text_t *value,
    ngx_http_whatsauth_parameters_t *parameters, const char **detail);
static size_t ngx_http_whatsauth_parameter_written(
    const whatsauth_text_t *text, u_char *buf);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameter_callback(
    ngx_http_request_t *r, ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_parameters_t *parameters, const char **detail);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameter_expires_at(
    ngx_http_request_t *r, ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_parameters_t *parameters, const char **detail);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameter_channel(
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_parameters_t *parameters,
    const char **detail);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameter_qr(
    ngx_http_whatsauth_parameters_t *parameters, const char **detail);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameter_forbidden(
    ngx_http_request_t *r, const char **detail, const whatsauth_text_t *name);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameter_wrong(
    ngx_http_request_t *r, const char **detail, const char *fmt, ...);


static const ngx_http_whatsauth_parameter_t
    ngx_http_whatsauth_parameter_names[] =
{
    { ngx_string("callback_url"),
      offsetof(ngx_http_whatsauth_parameters_t, callback_url), NULL, 1 },

    { ngx_string("expires_at"),
      offsetof(ngx_http_whatsauth_parameters_t, expires_at), NULL, 0 },

    { ngx_string("link_message"),
      offsetof(ngx_http_whatsauth_parameters_t, link_message),
      ngx_http_whatsauth_link_message_problem, 0 },

    { ngx_string("response_message"),
      offsetof(ngx_http_whatsauth_parameters_t, response_message),
      ngx_http_whatsauth_message_problem, 0 },

    { ngx_string("expiration_message"),
      offsetof(ngx_http_whatsauth_parameters_t, expiration_message),
      ngx_http_whatsauth_message_problem, 0 },

    { ngx_string("failure_message"),
      offsetof(ngx_http_whatsauth_parameters_t, failure_message),
      ngx_http_whatsauth_message_problem, 0 },

    { ngx_string("qr"),
      offsetof(ngx_http_whatsauth_parameters_t, qr), NULL, 1 },

    { ngx_string("channel"),
      offsetof(ngx_http_whatsauth_parameters_t, channel), NULL, 0 },

    { ngx_null_string, 0, NULL, 0 }
};


ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_text_t *form,
    ngx_http_whatsauth_parameters_t *parameters, const char **detail)
{
    ngx_http_whatsauth_result_t  result;

    result = ngx_http_whatsauth_parameters_read(r, form, parameters, detail);

    if (result == NGX_HTTP_WHATSAUTH_NONE) {
        result = ngx_http_whatsauth_parameter_expires_at(r, app, parameters,
                                                         detail);
    }

    if (result == NGX_HTTP_WHATSAUTH_NONE) {
        result = ngx_http_whatsauth_parameter_channel(app, parameters, detail);
    }

    if (result == NGX_HTTP_WHATSAUTH_NONE) {
        result = ngx_http_whatsauth_parameter_qr(parameters, detail);
    }

    if (result == NGX_HTTP_WHATSAUTH_NONE) {
        result = ngx_http_whatsauth_parameter_callback(r, app, parameters,
                                                       detail);
    }

    return result;
}


static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_read(ngx_http_request_t *r,
    const whatsauth_text_t *form, ngx_http_whatsauth_parameters_t *parameters,
    const char **detail)
{
    char                         *buf;
    whatsauth_form_t              reader;
    whatsauth_field_t             field;
    ngx_http_whatsauth_result_t   result;

    if (form->len == 0) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    buf = ngx_pnalloc(r->pool, form->len);
    if (buf == NULL) {
        *detail = "out of memory";
        return NGX_HTTP_WHATSAUTH_INTERNAL_ERROR;
    }

    whatsauth_form_start(&reader, form, buf);

    while (whatsauth_form_next(&reader, &field)) {

        result = ngx_http_whatsauth_parameter(r, &field, parameters, detail);

        if (result != NGX_HTTP_WHATSAUTH_NONE) {
            return result;
        }
    }

    return NGX_HTTP_WHATSAUTH_NONE;
}


static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameter(ngx_http_request_t *r,
    const whatsauth_field_t *field,
    ngx_http_whatsauth_parameters_t *parameters, const char **detail)
{
    const char                            *problem;
    whatsauth_text_t                      *value;
    const ngx_http_whatsauth_parameter_t  *p;

    static const whatsauth_text_t  numbers =
                                       whatsauth_text("authorized_numbers");

    if (whatsauth_text_equal(&field->name, &numbers)) {

        if (parameters->page) {
            return ngx_http_whatsauth_parameter_forbidden(r, detail,
                                                          &field->name);
        }

        return ngx_http_whatsauth_parameter_numbers(r, &field->value,
                                                    parameters, detail);
    }

    if (field->value.len == 0) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    for (p = ngx_http_whatsauth_parameter_names; p->name.len; p++) {
        if (p->name.len == field->name.len
            && ngx_memcmp(p->name.data, field->name.data, p->name.len) == 0)
        {
            break;
        }
    }

    if (p->name.len == 0) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    if (parameters->page && !p->page) {
        return ngx_http_whatsauth_parameter_forbidden(r, detail,
                                                      &field->name);
    }

    value = (whatsauth_text_t *) ((u_char *) parameters + p->offset);

    if (value->len) {
        return ngx_http_whatsauth_parameter_wrong(r, detail,
                                                  "%V is given twice",
                                                  &p->name);
    }

    problem = p->problem ? p->problem(&field->value) : NULL;

    if (problem != NULL) {
        return ngx_http_whatsauth_parameter_wrong(r, detail, "%V %s",
                                                  &p->name, problem);
    }

    *value = field->value;

    return NGX_HTTP_WHATSAUTH_NONE;
}


/* The answer tells which number it is: its place, and how it was written. */

static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameter_numbers(ngx_http_request_t *r,
    const whatsauth_text_t *value, ngx_http_whatsauth_parameters_t *parameters,
    const char **detail)
{
    ngx_str_t                  written;
    whatsauth_phone_list_t    *list;
    whatsauth_phone_result_t   rc;
    u_char                     buf[NGX_HTTP_WHATSAUTH_WRITTEN_MAX];

    list = &parameters->authorized_numbers;
    rc = whatsauth_phone_list(value, list);

    switch (rc) {

    case WHATSAUTH_PHONE_OK:
        return NGX_HTTP_WHATSAUTH_NONE;

    case WHATSAUTH_PHONE_TOO_MANY:
        *detail = "authorized_numbers has more than 20 numbers";
        return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;

    case WHATSAUTH_PHONE_EMPTY:
        return ngx_http_whatsauth_parameter_wrong(r, detail,
                   "number %uz of authorized_numbers is empty: leave the "
                   "parameter out where anyone may use the code", list->n + 1);

    default:
        written.data = buf;
        written.len = ngx_http_whatsauth_parameter_written(&list->wrong, buf);

        return ngx_http_whatsauth_parameter_wrong(r, detail,
                                    "number %uz of authorized_numbers (%V) %s",
                                    list->n + 1, &written,
                                    whatsauth_phone_strresult(rc));
    }
}


/* Nothing that would have to be escaped in JSON, and not much of it. */

static size_t
ngx_http_whatsauth_parameter_written(const whatsauth_text_t *text,
    u_char *buf)
{
    size_t  i, n;
    u_char  c;

    n = ngx_min(text->len, NGX_HTTP_WHATSAUTH_WRITTEN_MAX);

    for (i = 0; i < n; i++) {
        c = (u_char) text->data[i];

        buf[i] = (isalnum(c)
                  || memchr("+-.() ", c, sizeof("+-.() ") - 1) != NULL)
                 ? c : '?';
    }

    return n;
}


const char *
ngx_http_whatsauth_message_problem(const whatsauth_text_t *text)
{
    if (text->len > NGX_HTTP_WHATSAUTH_MESSAGE_MAX) {
        return "is longer than 512 bytes";
    }

    return whatsauth_text_is_utf8(text) ? NULL : "is not valid UTF-8";
}


/* A code of its own in the link's text would leave two in the message. */

const char *
ngx_http_whatsauth_link_message_problem(const whatsauth_text_t *text)
{
    whatsauth_message_code_t  code;

    if (text->len > WHATSAUTH_LINK_MESSAGE_MAX) {
        return "is longer than 256 bytes";
    }

    if (!whatsauth_text_is_utf8(text)) {
        return "is not valid UTF-8";
    }

    switch (whatsauth_message_code(text, &code)) {

    case WHATSAUTH_CODE_FOUND:
    case WHATSAUTH_CODE_AMBIGUOUS:
        return "holds a code";

    default:
        return NULL;
    }
}


/* Whole minutes, as the hosted service has it. */

static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameter_expires_at(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_parameters_t *parameters,
    const char **detail)
{
    ngx_int_t  minutes;

    if (parameters->expires_at.len == 0) {
        parameters->lifetime = app->code.expires;
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    minutes = ngx_atoi((u_char *) parameters->expires_at.data,
                       parameters->expires_at.len);

    if (minutes < 1 || (ngx_msec_t) minutes > app->code.expires_max / 60000) {
        return ngx_http_whatsauth_parameter_wrong(r, detail,
                              "expires_at is a number of minutes from 1 to %M",
                              app->code.expires_max / 60000);
    }

    parameters->lifetime = (uint64_t) minutes * 60000;

    return NGX_HTTP_WHATSAUTH_NONE;
}


static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameter_channel(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_parameters_t *parameters, const char **detail)
{
    static const whatsauth_text_t  whatsapp = whatsauth_text("whatsapp");
    static const whatsauth_text_t  sms = whatsauth_text("sms");

    parameters->sent_by = LEDGER_CHANNEL_WHATSAPP;

    if (parameters->channel.len == 0
        || whatsauth_text_equal(&parameters->channel, &whatsapp))
    {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    if (!whatsauth_text_equal(&parameters->channel, &sms)) {
        *detail = "channel is whatsapp or sms";
        return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
    }

    if (!app->phone.sms_on) {
        *detail = "channel sms needs an app with sms on and sms_phone";
        return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
    }

    parameters->sent_by = LEDGER_CHANNEL_SMS;

    return NGX_HTTP_WHATSAUTH_NONE;
}


static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameter_qr(ngx_http_whatsauth_parameters_t *parameters,
    const char **detail)
{
    if (parameters->qr.len == 0) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    if (parameters->qr.len != 1
        || (parameters->qr.data[0] != '0' && parameters->qr.data[0] != '1'))
    {
        *detail = "qr is 0 or 1";
        return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
    }

    parameters->qr_wanted = (parameters->qr.data[0] == '1');

    return NGX_HTTP_WHATSAUTH_NONE;
}


/* Where the site is called. */

static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameter_callback(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_parameters_t *parameters,
    const char **detail)
{
    whatsauth_url_result_t  rc;

    if (parameters->callback_url.len == 0) {

        if (app->callback.url.len == 0) {
            *detail = "callback_url is required";
            return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
        }

        parameters->callback = app->callback.parsed;
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    rc = whatsauth_url_parse(&parameters->callback_url, &parameters->callback);

    if (rc != WHATSAUTH_URL_OK) {
        return ngx_http_whatsauth_parameter_wrong(r, detail, "callback_url %s",
                                              whatsauth_url_strresult(rc));
    }

    if (parameters->page
        && (app->callback.url.len == 0
            || !whatsauth_url_equal_but_query(&app->callback.parsed,
                                              &parameters->callback)))
    {
        *detail = "callback_url with a page token is the app's own, with any "
                  "query";
        return NGX_HTTP_WHATSAUTH_PARAMETER_NOT_ALLOWED;
    }

    if (ngx_http_whatsauth_app_trusts(app, &parameters->callback)
        != NGX_HTTP_WHATSAUTH_CALLBACK_REFUSED)
    {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    *detail = "callback_url is not among the app's authorized callbacks";

    return NGX_HTTP_WHATSAUTH_CALLBACK_NOT_AUTHORIZED;
}


static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameter_forbidden(ngx_http_request_t *r,
    const char **detail, const whatsauth_text_t *name)
{
    ngx_http_whatsauth_result_t  result;

    result = ngx_http_whatsauth_parameter_wrong(r, detail,
                                                "%*s is not for page tokens",
                                                name->len, name->data);

    return result == NGX_HTTP_WHATSAUTH_INVALID_PARAMETER
           ? NGX_HTTP_WHATSAUTH_PARAMETER_NOT_ALLOWED : result;
}


static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameter_wrong(ngx_http_request_t *r, const char **detail,
    const char *fmt, ...)
{
    u_char   *p;
    va_list   args;

    p = ngx_pnalloc(r->pool, NGX_MAX_ERROR_STR);
    if (p == NULL) {
        *detail = "out of memory";
        return NGX_HTTP_WHATSAUTH_INTERNAL_ERROR;
    }

    *detail = (const char *) p;

    va_start(args, fmt);
    *ngx_vslprintf(p, p + NGX_MAX_ERROR_STR - 1, fmt, args) = '\0';
    va_end(args);

    return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
}
