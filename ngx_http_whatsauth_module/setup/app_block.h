
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The block whatsauth_app.
 *
 * Each subject has a file, setup/app_SUBJECT.c, with its directives, their
 * defaults and their checks.  A new directive is a row in its subject's table;
 * a new subject is a file, and a row in app_block.c.
 */


#ifndef _NGX_HTTP_WHATSAUTH_APP_BLOCK_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_APP_BLOCK_H_INCLUDED_


#include "kit/app.h"


/* The context of directives inside the block; their `conf` is the app. */
#define NGX_HTTP_WHATSAUTH_APP_CONF  0x02000000


typedef struct {
    ngx_command_t  *commands;     /* ends with ngx_null_command */

    /* Runs before the block is read, on zeros.  May be NULL. */
    ngx_int_t     (*create)(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app);

    /* Runs when the block is complete: sets defaults, refuses what is wrong.
       May be NULL. */
    ngx_int_t     (*init)(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app);
} ngx_http_whatsauth_app_subject_t;


extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_callback;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_access;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_phone;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_provider;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_code;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_sender;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_texts;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_limits;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_reply;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_login;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_session;
extern const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_consent;


/* The directive whatsauth_app NAME { ... }. */
char *ngx_http_whatsauth_app_block(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Logs that the block has no WHAT; returns NGX_ERROR. */
ngx_int_t ngx_http_whatsauth_app_block_lacks(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, const char *what);


#endif /* _NGX_HTTP_WHATSAUTH_APP_BLOCK_H_INCLUDED_ */
