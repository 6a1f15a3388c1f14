
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/local.h"
#include "kit/cookies.h"
#include "kit/response.h"
#include "login/cookie_jar.h"

#include "protocol/cookie.h"


/* The longest name. */
#define NGX_HTTP_WHATSAUTH_COOKIE_JAR_NAME                                    \
    (sizeof("__Host-wa-known-") - 1 + LEDGER_APP_MAX)


static void ngx_http_whatsauth_cookie_jar_name(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    u_char *buf, ngx_str_t *name);
static size_t ngx_http_whatsauth_cookie_jar_find(ngx_http_request_t *r,
    const ngx_str_t *name, whatsauth_text_t *value);
static ngx_uint_t ngx_http_whatsauth_cookie_jar_take(whatsauth_text_t *name,
    const ngx_str_t *prefix);
static ngx_int_t ngx_http_whatsauth_cookie_jar_write(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    const ngx_str_t *value, const ngx_str_t *age);


static const ngx_str_t  ngx_http_whatsauth_cookie_jar_prefix =
    ngx_string("__Host-");

static const struct {
    whatsauth_token_kind_t   kind;
    ngx_str_t                name;
} ngx_http_whatsauth_cookie_jar_kinds[NGX_HTTP_WHATSAUTH_COOKIES_N] = {
    /* NGX_HTTP_WHATSAUTH_COOKIE_SESSION */
    { WHATSAUTH_TOKEN_SESSION, ngx_string("wa-") },
    /* NGX_HTTP_WHATSAUTH_COOKIE_CLAIM */
    { WHATSAUTH_TOKEN_PAGE_CLAIM, ngx_string("wa-claim-") },
    /* NGX_HTTP_WHATSAUTH_COOKIE_KNOWN */
    { WHATSAUTH_TOKEN_KNOWN, ngx_string("wa-known-") }
};


ngx_int_t
ngx_http_whatsauth_cookie_jar_get(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    whatsauth_token_t *token)
{
    int                 rc;
    size_t              n;
    u_char              buf[NGX_HTTP_WHATSAUTH_COOKIE_JAR_NAME];
    ngx_str_t           name;
    whatsauth_text_t    value;
    whatsauth_codec_t  *codec;

    ngx_http_whatsauth_cookie_jar_name(r, app, cookie, buf, &name);

    n = ngx_http_whatsauth_cookie_jar_find(r, &name, &value);

    if (n == 0) {
        return NGX_DECLINED;
    }

    codec = ngx_http_whatsauth_door_codec();

    if (codec == NULL) {
        return NGX_ERROR;
    }

    if (n > 1) {
        return NGX_ABORT;
    }

    rc = whatsauth_token_parse(codec, value.data, value.len, token);

    if (rc == -1) {
        return NGX_ERROR;
    }

    return rc == 0
           && token->kind == ngx_http_whatsauth_cookie_jar_kinds[cookie].kind
           ? NGX_OK : NGX_ABORT;
}


ngx_uint_t
ngx_http_whatsauth_cookie_jar_value(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    whatsauth_text_t *value)
{
    u_char     buf[NGX_HTTP_WHATSAUTH_COOKIE_JAR_NAME];
    ngx_str_t  name;

    ngx_http_whatsauth_cookie_jar_name(r, app, cookie, buf, &name);

    return ngx_http_whatsauth_cookie_jar_find(r, &name, value) == 1
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
    u_char     buf[NGX_HTTP_WHATSAUTH_COOKIE_JAR_NAME];
    ngx_str_t  name, line;

    ngx_http_whatsauth_cookie_jar_name(r, app, cookie, buf, &name);

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


/* Each request behind a gate comes here: ngx_sprintf() takes three times as
   long. */

static void
ngx_http_whatsauth_cookie_jar_name(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    u_char *buf, ngx_str_t *name)
{
    u_char           *p;
    const ngx_str_t  *kind;

    kind = &ngx_http_whatsauth_cookie_jar_kinds[cookie].name;
    p = buf;

    if (!ngx_http_whatsauth_local(r)) {
        p = ngx_cpymem(p, ngx_http_whatsauth_cookie_jar_prefix.data,
                       ngx_http_whatsauth_cookie_jar_prefix.len);
    }

    p = ngx_cpymem(p, kind->data, kind->len);
    p = ngx_cpymem(p, app->name.data, app->name.len);

    name->data = buf;
    name->len = p - buf;
}


static size_t
ngx_http_whatsauth_cookie_jar_find(ngx_http_request_t *r,
    const ngx_str_t *name, whatsauth_text_t *value)
{
    size_t                        n;
    whatsauth_text_t              header, wanted;
    ngx_http_whatsauth_cookies_t  cookies;

    n = 0;
    wanted = ngx_http_whatsauth_text(name);

    ngx_http_whatsauth_cookies(r, &cookies);

    while (ngx_http_whatsauth_cookies_next(&cookies, &header)) {
        n += whatsauth_cookie(&header, &wanted, value);
    }

    return n;
}


ngx_uint_t
ngx_http_whatsauth_cookie_jar_is_ours(ngx_http_whatsauth_main_conf_t *mcf,
    const ngx_http_whatsauth_app_t *app, const whatsauth_text_t *name)
{
    ngx_uint_t        i;
    whatsauth_text_t  bare, rest;

    bare = *name;
    (void) ngx_http_whatsauth_cookie_jar_take(&bare,
                                        &ngx_http_whatsauth_cookie_jar_prefix);

    for (i = 0; i < NGX_HTTP_WHATSAUTH_COOKIES_N; i++) {
        rest = bare;

        if (!ngx_http_whatsauth_cookie_jar_take(&rest,
                                 &ngx_http_whatsauth_cookie_jar_kinds[i].name))
        {
            continue;
        }

        if ((app->name.len == rest.len
             && ngx_memcmp(app->name.data, rest.data, rest.len) == 0)
            || ngx_http_whatsauth_conf_app(mcf, rest.data, rest.len) != NULL)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_whatsauth_cookie_jar_take(whatsauth_text_t *name,
    const ngx_str_t *prefix)
{
    if (name->len < prefix->len
        || ngx_memcmp(name->data, prefix->data, prefix->len) != 0)
    {
        return 0;
    }

    name->data += prefix->len;
    name->len -= prefix->len;

    return 1;
}
