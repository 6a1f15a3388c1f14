
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The cookies of an app.  Each holds a token (protocol/token.h) and nothing
 * else:
 *
 *     __Host-wa-APP          the session
 *     __Host-wa-claim-APP    the claim of the login that goes on
 *     __Host-wa-known-APP    the mark of a browser that has been confirmed
 *
 * "__Host-" makes browsers refuse a cookie of that name from a subdomain or
 * from plain http (RFC 6265bis, 4.1.3.2): neither can plant a session there.
 * On this machine itself, without TLS, names have no prefix and cookies are
 * not Secure, because browsers would drop them.
 */


#ifndef _NGX_HTTP_WHATSAUTH_COOKIE_JAR_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_COOKIE_JAR_H_INCLUDED_


#include "kit/conf.h"

#include "protocol/token.h"


typedef enum {
    NGX_HTTP_WHATSAUTH_COOKIE_SESSION,
    NGX_HTTP_WHATSAUTH_COOKIE_CLAIM,
    NGX_HTTP_WHATSAUTH_COOKIE_KNOWN,
    NGX_HTTP_WHATSAUTH_COOKIES_N
} ngx_http_whatsauth_cookie_t;


/*
 * The token of a cookie: NGX_OK; NGX_DECLINED if the browser has sent none; or
 * NGX_ABORT if what it has sent is none of ours or stands twice, which the
 * caller clears.  NGX_ERROR if the store is not open, or memory is out.
 */
ngx_int_t ngx_http_whatsauth_cookie_jar_get(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    whatsauth_token_t *token);

/* Its value; 0 if it is not sent once, or has not the length of a token. */
ngx_uint_t ngx_http_whatsauth_cookie_jar_value(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    whatsauth_text_t *value);

/* Sets it in the response; max_age 0: until the browser ends. */
ngx_int_t ngx_http_whatsauth_cookie_jar_set(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie,
    const whatsauth_token_t *token, time_t max_age);

ngx_int_t ngx_http_whatsauth_cookie_jar_clear(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_cookie_t cookie);

/*
 * 1 if a cookie of that name is ours, of any app and by either form of the
 * name.  app is compared first.
 */
ngx_uint_t ngx_http_whatsauth_cookie_jar_is_ours(
    ngx_http_whatsauth_main_conf_t *mcf, const ngx_http_whatsauth_app_t *app,
    const whatsauth_text_t *name);


#endif /* _NGX_HTTP_WHATSAUTH_COOKIE_JAR_H_INCLUDED_ */
