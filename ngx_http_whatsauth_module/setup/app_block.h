
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The block whatsauth_app.
 *
 * Its directives lie by subject, one file each: the rows of a subject, their
 * defaults and their checks stand beside one another.  Adding a directive is
 * a row in its subject; adding a subject is a file and a row in app_block.c.
 */


#ifndef _NGX_HTTP_WHATSAUTH_APP_BLOCK_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_APP_BLOCK_H_INCLUDED_


#include "kit/app.h"


/* The context of rows inside the block; `conf` of their setters is the app. */
#define NGX_HTTP_WHATSAUTH_APP_CONF  0x02000000


typedef struct {
    ngx_command_t  *commands;     /* ends with ngx_null_command */

    /* Before the block is read: makes what is not zero.  May be NULL. */
    ngx_int_t     (*create)(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app);

    /* When it is complete: defaults, then what is wrong.  May be NULL. */
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


/* The directive whatsauth_app NAME { ... }. */
char *ngx_http_whatsauth_app_block(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Logs that the block has no WHAT; NGX_ERROR. */
ngx_int_t ngx_http_whatsauth_app_block_lacks(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, const char *what);


#endif /* _NGX_HTTP_WHATSAUTH_APP_BLOCK_H_INCLUDED_ */
