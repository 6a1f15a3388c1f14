
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_META_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_META_H_INCLUDED_


#include "kit/app.h"
#include "kit/secret.h"


/* One "meta" directive: a number of ours at Meta. */
typedef struct {
    ngx_http_whatsauth_secret_mask_t   secrets;
    ngx_array_t                        verify_tokens;
                                            /* ngx_http_whatsauth_digest_t */
    ngx_str_t                          phone_number_id;
    ngx_str_t                          access_token;    /* for replies */
    whatsauth_url_t                    api;
    unsigned                           verify_by_token:1;
                                            /* the app's tokens verify, too */
} ngx_http_whatsauth_meta_t;


/* The directive "meta" of an app block: one number of ours at Meta. */
char *ngx_http_whatsauth_meta(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* 1 if it has a parameter of that name. */
ngx_uint_t ngx_http_whatsauth_meta_parameter(ngx_str_t *name);

/* The numbers of the app against those of the apps before it. */
ngx_int_t ngx_http_whatsauth_meta_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);

/* 1 if users can be written to, because a number has an access_token. */
ngx_uint_t ngx_http_whatsauth_meta_replies(ngx_http_whatsauth_app_t *app);


#endif /* _NGX_HTTP_WHATSAUTH_META_H_INCLUDED_ */
