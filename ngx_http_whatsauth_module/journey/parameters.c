
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/parameters_check.h"

#include "protocol/form.h"
#include "protocol/link_message.h"


/* As much of a wrong number is shown. */
#define NGX_HTTP_WHATSAUTH_PARAMETERS_SHOWN_MAX  40

/* A page may set it. */
#define NGX_HTTP_WHATSAUTH_PARAMETERS_PAGE  0x1
/* Numbers: may be repeated; an empty list must not come to mean "anyone". */
#define NGX_HTTP_WHATSAUTH_PARAMETERS_LIST  0x2


typedef const char *(*ngx_http_whatsauth_parameters_problem_pt)(
    const whatsauth_text_t *text);

typedef ngx_http_whatsauth_result_t (*ngx_http_whatsauth_parameters_check_pt)(
    ngx_http_whatsauth_parameters_t *p);

typedef struct {
    whatsauth_text_t                           name;
    ngx_uint_t                                 flags;
    size_t                                     offset;   /* in what is given */
    ngx_http_whatsauth_parameters_problem_pt   problem;  /* of the text alone */
    ngx_http_whatsauth_parameters_check_pt     check;    /* when all are read,
                                                            given or not */
} ngx_http_whatsauth_parameters_row_t;


static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_enabled(
    ngx_http_whatsauth_parameters_t *p);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_set(
    ngx_http_whatsauth_parameters_t *p, const whatsauth_field_t *field);
static const ngx_http_whatsauth_parameters_row_t *
    ngx_http_whatsauth_parameters_row(const whatsauth_text_t *name);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_text(
    ngx_http_whatsauth_parameters_t *p,
    const ngx_http_whatsauth_parameters_row_t *row,
    const whatsauth_text_t *value);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_numbers(
    ngx_http_whatsauth_parameters_t *p, const whatsauth_text_t *value);
static size_t ngx_http_whatsauth_parameters_shown(
    const whatsauth_text_t *text, u_char *buf);


#define ngx_http_whatsauth_parameters_offset(name)                            \
    offsetof(ngx_http_whatsauth_parameters_given_t, name)

/* Checked in this order. */

static const ngx_http_whatsauth_parameters_row_t
    ngx_http_whatsauth_parameters_rows[] =
{
    { whatsauth_text("expires_at"), 0,
      ngx_http_whatsauth_parameters_offset(expires_at), NULL,
      ngx_http_whatsauth_parameters_check_lifetime },

    { whatsauth_text("channel"), 0,
      ngx_http_whatsauth_parameters_offset(channel), NULL,
      ngx_http_whatsauth_parameters_check_channel },

    { whatsauth_text("qr"), NGX_HTTP_WHATSAUTH_PARAMETERS_PAGE,
      ngx_http_whatsauth_parameters_offset(qr), NULL,
      ngx_http_whatsauth_parameters_check_qr },

    { whatsauth_text("claim"), NGX_HTTP_WHATSAUTH_PARAMETERS_PAGE,
      ngx_http_whatsauth_parameters_offset(claim), NULL,
      ngx_http_whatsauth_parameters_check_claim },

    { whatsauth_text("callback_url"), NGX_HTTP_WHATSAUTH_PARAMETERS_PAGE,
      ngx_http_whatsauth_parameters_offset(callback_url), NULL,
      ngx_http_whatsauth_parameters_check_callback },

    { whatsauth_text("link_message"), 0,
      ngx_http_whatsauth_parameters_offset(link_message),
      ngx_http_whatsauth_parameters_link_message_problem, NULL },

    { whatsauth_text("response_message"), 0,
      ngx_http_whatsauth_parameters_offset(response_message),
      ngx_http_whatsauth_parameters_reply_text_problem, NULL },

    { whatsauth_text("expiration_message"), 0,
      ngx_http_whatsauth_parameters_offset(expiration_message),
      ngx_http_whatsauth_parameters_reply_text_problem, NULL },

    { whatsauth_text("failure_message"), 0,
      ngx_http_whatsauth_parameters_offset(failure_message),
      ngx_http_whatsauth_parameters_reply_text_problem, NULL },

    { whatsauth_text("authorized_numbers"),
      NGX_HTTP_WHATSAUTH_PARAMETERS_LIST, 0, NULL, NULL },

    { whatsauth_text(""), 0, 0, NULL, NULL }
};


ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_start(ngx_http_whatsauth_parameters_t *p,
    ngx_pool_t *pool, ngx_http_whatsauth_app_t *app, ngx_uint_t page)
{
    ngx_memzero(p, sizeof(ngx_http_whatsauth_parameters_t));

    p->pool = pool;
    p->app = app;
    p->page = page ? 1 : 0;

    return ngx_http_whatsauth_parameters_enabled(p);
}


static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_enabled(ngx_http_whatsauth_parameters_t *p)
{
    if (!p->app->enabled) {
        return ngx_http_whatsauth_parameters_refuse(p,
                                              NGX_HTTP_WHATSAUTH_APP_DISABLED,
                                              "the app is switched off");
    }

    return NGX_HTTP_WHATSAUTH_NONE;
}


ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_read(ngx_http_whatsauth_parameters_t *p,
    const whatsauth_text_t *form)
{
    char                         *buf;
    whatsauth_form_t              reader;
    whatsauth_field_t             field;
    ngx_http_whatsauth_result_t   result;

    if (form->len == 0) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    buf = ngx_pnalloc(p->pool, form->len);
    if (buf == NULL) {
        p->detail = "out of memory";
        return NGX_HTTP_WHATSAUTH_INTERNAL_ERROR;
    }

    whatsauth_form_start(&reader, form, buf);

    while (whatsauth_form_next(&reader, &field)) {
        result = ngx_http_whatsauth_parameters_set(p, &field);

        if (result != NGX_HTTP_WHATSAUTH_NONE) {
            return result;
        }
    }

    return NGX_HTTP_WHATSAUTH_NONE;
}


ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_check(ngx_http_whatsauth_parameters_t *p)
{
    ngx_http_whatsauth_result_t                 result;
    const ngx_http_whatsauth_parameters_row_t  *row;

    result = ngx_http_whatsauth_parameters_enabled(p);
    row = ngx_http_whatsauth_parameters_rows;

    while (result == NGX_HTTP_WHATSAUTH_NONE && row->name.len) {

        if (row->check != NULL) {
            result = row->check(p);
        }

        row++;
    }

    if (result == NGX_HTTP_WHATSAUTH_NONE) {
        result = ngx_http_whatsauth_parameters_check_qr_fits(p);
    }

    p->checked = (result == NGX_HTTP_WHATSAUTH_NONE);

    return result;
}


/* Unknown parameters are passed over, and so are empty ones. */

static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_set(ngx_http_whatsauth_parameters_t *p,
    const whatsauth_field_t *field)
{
    const ngx_http_whatsauth_parameters_row_t  *row;

    row = ngx_http_whatsauth_parameters_row(&field->name);

    if (row == NULL
        || (field->value.len == 0
            && !(row->flags & NGX_HTTP_WHATSAUTH_PARAMETERS_LIST)))
    {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    if (p->page && !(row->flags & NGX_HTTP_WHATSAUTH_PARAMETERS_PAGE)) {
        return ngx_http_whatsauth_parameters_refuse(p,
                                     NGX_HTTP_WHATSAUTH_PARAMETER_NOT_ALLOWED,
                                     "%*s is not for page tokens",
                                     row->name.len, row->name.data);
    }

    return row->flags & NGX_HTTP_WHATSAUTH_PARAMETERS_LIST
           ? ngx_http_whatsauth_parameters_numbers(p, &field->value)
           : ngx_http_whatsauth_parameters_text(p, row, &field->value);
}


static const ngx_http_whatsauth_parameters_row_t *
ngx_http_whatsauth_parameters_row(const whatsauth_text_t *name)
{
    const ngx_http_whatsauth_parameters_row_t  *row;

    for (row = ngx_http_whatsauth_parameters_rows; row->name.len; row++) {
        if (whatsauth_text_equal(&row->name, name)) {
            return row;
        }
    }

    return NULL;
}


static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_text(ngx_http_whatsauth_parameters_t *p,
    const ngx_http_whatsauth_parameters_row_t *row,
    const whatsauth_text_t *value)
{
    const char        *problem;
    whatsauth_text_t  *text;

    text = (whatsauth_text_t *) ((u_char *) &p->given + row->offset);

    if (text->len) {
        problem = "is given twice";

    } else {
        problem = row->problem ? row->problem(value) : NULL;
    }

    if (problem != NULL) {
        return ngx_http_whatsauth_parameters_refuse(p,
                                         NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                         "%*s %s", row->name.len,
                                         row->name.data, problem);
    }

    *text = *value;

    return NGX_HTTP_WHATSAUTH_NONE;
}


/* The refusal names the number by its place and by how it was written. */

static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_numbers(ngx_http_whatsauth_parameters_t *p,
    const whatsauth_text_t *value)
{
    size_t                     len;
    whatsauth_phone_list_t    *list;
    whatsauth_phone_result_t   rc;
    u_char                     buf[NGX_HTTP_WHATSAUTH_PARAMETERS_SHOWN_MAX];

    list = &p->given.authorized_numbers;
    rc = whatsauth_phone_list(value, list);

    switch (rc) {

    case WHATSAUTH_PHONE_OK:
        return NGX_HTTP_WHATSAUTH_NONE;

    case WHATSAUTH_PHONE_TOO_MANY:
        return ngx_http_whatsauth_parameters_refuse(p,
                   NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                   "authorized_numbers has more than 20 numbers");

    case WHATSAUTH_PHONE_EMPTY:
        return ngx_http_whatsauth_parameters_refuse(p,
                   NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                   "number %uz of authorized_numbers is empty: leave the "
                   "parameter out where anyone may use the code", list->n + 1);

    default:
        len = ngx_http_whatsauth_parameters_shown(&list->wrong, buf);

        return ngx_http_whatsauth_parameters_refuse(p,
                   NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                   "number %uz of authorized_numbers (%*s) %s", list->n + 1,
                   len, buf, whatsauth_phone_strresult(rc));
    }
}


/* Nothing that would have to be escaped in JSON, and not much of it. */

static size_t
ngx_http_whatsauth_parameters_shown(const whatsauth_text_t *text, u_char *buf)
{
    size_t  i, n;
    u_char  c;

    n = ngx_min(text->len, NGX_HTTP_WHATSAUTH_PARAMETERS_SHOWN_MAX);

    for (i = 0; i < n; i++) {
        c = (u_char) text->data[i];

        buf[i] = (isalnum(c)
                  || memchr("+-.() ", c, sizeof("+-.() ") - 1) != NULL)
                 ? c : '?';
    }

    return n;
}


const char *
ngx_http_whatsauth_parameters_reply_text_problem(const whatsauth_text_t *text)
{
    if (text->len > NGX_HTTP_WHATSAUTH_REPLY_TEXT_MAX) {
        return "is longer than 512 bytes";
    }

    return whatsauth_text_is_utf8(text) ? NULL : "is not valid UTF-8";
}


/* With a code in the link's text the user's message would hold two. */

const char *
ngx_http_whatsauth_parameters_link_message_problem(
    const whatsauth_text_t *text)
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
