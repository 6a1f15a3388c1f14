
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/local.h"
#include "kit/response.h"
#include "login/cookie_jar.h"

#include "protocol/cookie.h"


#define NGX_HTTP_WHATSAUTH_COOKIE_JAR_PREFIX  "__Host-"


static ngx_int_t ngx_http_whatsauth_cookie_jar_name(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    ngx_str_t *name);
static size_t ngx_http_whatsauth_cookie_jar_find(ngx_http_request_t *r,
    const ngx_str_t *name, whatsauth_text_t *value);
static ngx_int_t ngx_http_whatsauth_cookie_jar_write(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    const ngx_str_t *value, const ngx_str_t *age);


static const struct {
    whatsauth_token_kind_t   kind;
    const char              *name;
} ngx_http_whatsauth_cookie_jar_kinds[] = {
    /* NGX_HTTP_WHATSAUTH_COOKIE_SESSION */
    { WHATSAUTH_TOKEN_SESSION, "wa-" },
    /* NGX_HTTP_WHATSAUTH_COOKIE_CLAIM */
    { WHATSAUTH_TOKEN_PAGE_CLAIM, "wa-claim-" },
    /* NGX_HTTP_WHATSAUTH_COOKIE_KNOWN */
    { WHATSAUTH_TOKEN_KNOWN, "wa-known-" }
};


ngx_int_t
ngx_http_whatsauth_cookie_jar_get(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    whatsauth_token_t *token)
{
    size_t              n;
    ngx_str_t           name;
    whatsauth_text_t    value;
    whatsauth_codec_t  *codec;

    if (ngx_http_whatsauth_cookie_jar_name(r, app, cookie, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    n = ngx_http_whatsauth_cookie_jar_find(r, &name, &value);

    if (n == 0) {
        return NGX_DECLINED;
    }

    codec = ngx_http_whatsauth_door_codec();

    if (codec == NULL) {
        return NGX_ERROR;
    }

    if (n > 1
        || whatsauth_token_parse(codec, value.data, value.len, token) != 0
        || token->kind != ngx_http_whatsauth_cookie_jar_kinds[cookie].kind)
    {
        return NGX_ABORT;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_whatsauth_cookie_jar_value(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    whatsauth_text_t *value)
{
    ngx_str_t  name;

    return ngx_http_whatsauth_cookie_jar_name(r, app, cookie, &name) == NGX_OK
           && ngx_http_whatsauth_cookie_jar_find(r, &name, value) == 1
           && value->len == WHATSAUTH_TOKEN_LEN;
}


ngx_int_t
ngx_http_whatsauth_cookie_jar_set(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    const whatsauth_token_t *token, time_t max_age)
{
    u_char              token_buf[WHATSAUTH_TOKEN_LEN];
    u_char              age_buf[sizeof("; Max-Age=") + NGX_TIME_T_LEN];
    ngx_str_t           value, age;
    whatsauth_codec_t  *codec;

    codec = ngx_http_whatsauth_door_codec();

    if (codec == NULL
        || whatsauth_token_format(codec, token, (char *) token_buf) != 0)
    {
        return NGX_ERROR;
    }

    value.data = token_buf;
    value.len = WHATSAUTH_TOKEN_LEN;

    age.data = age_buf;
    age.len = 0;

    if (max_age) {
        age.len = ngx_sprintf(age_buf, "; Max-Age=%T", max_age) - age_buf;
    }

    return ngx_http_whatsauth_cookie_jar_write(r, app, cookie, &value, &age);
}


ngx_int_t
ngx_http_whatsauth_cookie_jar_clear(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie)
{
    static const ngx_str_t  value = ngx_null_string;
    static const ngx_str_t  age = ngx_string("; Max-Age=0");

    return ngx_http_whatsauth_cookie_jar_write(r, app, cookie, &value, &age);
}


static ngx_int_t
ngx_http_whatsauth_cookie_jar_write(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    const ngx_str_t *value, const ngx_str_t *age)
{
    ngx_str_t  name, line;

    if (ngx_http_whatsauth_cookie_jar_name(r, app, cookie, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    line.data = ngx_pnalloc(r->pool, name.len + value->len + age->len
                            + sizeof("=; Path=/; Secure; HttpOnly; "
                                     "SameSite=Lax"));
    if (line.data == NULL) {
        return NGX_ERROR;
    }

    line.len = ngx_sprintf(line.data,
                           "%V=%V; Path=/%s; HttpOnly; SameSite=Lax%V",
                           &name, value,
                           ngx_http_whatsauth_local(r) ? "" : "; Secure", age)
               - line.data;

    return ngx_http_whatsauth_response_header(r, "Set-Cookie", &line);
}


static ngx_int_t
ngx_http_whatsauth_cookie_jar_name(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    ngx_str_t *name)
{
    const char  *prefix, *kind;

    prefix = ngx_http_whatsauth_local(r)
             ? "" : NGX_HTTP_WHATSAUTH_COOKIE_JAR_PREFIX;
    kind = ngx_http_whatsauth_cookie_jar_kinds[cookie].name;

    name->data = ngx_pnalloc(r->pool, ngx_strlen(prefix) + ngx_strlen(kind)
                                      + app->name.len);
    if (name->data == NULL) {
        return NGX_ERROR;
    }

    name->len = ngx_sprintf(name->data, "%s%s%V", prefix, kind, &app->name)
                - name->data;

    return NGX_OK;
}


/* A client may spread its cookies over several headers (RFC 9113, 8.2.3). */

static size_t
ngx_http_whatsauth_cookie_jar_find(ngx_http_request_t *r,
    const ngx_str_t *name, whatsauth_text_t *value)
{
    size_t             n;
    whatsauth_text_t   header, wanted;
    ngx_table_elt_t   *h;
#if (nginx_version < 1023000)
    ngx_uint_t         i;
    ngx_table_elt_t  **cookies;
#endif

    n = 0;
    wanted = ngx_http_whatsauth_text(name);

#if (nginx_version >= 1023000)

    for (h = r->headers_in.cookie; h != NULL; h = h->next) {
        header = ngx_http_whatsauth_text(&h->value);
        n += whatsauth_cookie(&header, &wanted, value);
    }

#else

    cookies = r->headers_in.cookies.elts;

    for (i = 0; i < r->headers_in.cookies.nelts; i++) {
        h = cookies[i];
        header = ngx_http_whatsauth_text(&h->value);
        n += whatsauth_cookie(&header, &wanted, value);
    }

#endif

    return n;
}
