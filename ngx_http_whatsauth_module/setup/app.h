
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_APP_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_APP_H_INCLUDED_


#include "kit/module.h"

#include "protocol/message.h"


/* The directive whatsauth_app NAME { ... }. */
char *ngx_http_whatsauth_app(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* The app of that very name, or NULL; looks at all, whichever it is. */
ngx_http_whatsauth_app_t *ngx_http_whatsauth_app_by_name(
    ngx_http_whatsauth_main_conf_t *mcf, const void *name, size_t len);

/* How far a callback URL is trusted. */
typedef enum {
    NGX_HTTP_WHATSAUTH_CALLBACK_REFUSED = 0,
    NGX_HTTP_WHATSAUTH_CALLBACK_PUBLIC,     /* to public addresses only */
    NGX_HTTP_WHATSAUTH_CALLBACK_DECLARED    /* the operator wrote it */
} ngx_http_whatsauth_trust_t;

ngx_http_whatsauth_trust_t ngx_http_whatsauth_app_trusts(
    ngx_http_whatsauth_app_t *app, const whatsauth_url_t *url);

/*
 * 1 if a message that was signed with these secrets of its provider came to
 * a number of the app by a way that the app has configured with one of them.
 */
ngx_uint_t ngx_http_whatsauth_app_hears(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_secrets_t verified, const whatsauth_message_t *message);


#endif /* _NGX_HTTP_WHATSAUTH_APP_H_INCLUDED_ */
