
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_TWILIO_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TWILIO_H_INCLUDED_


#include "kit/conf.h"
#include "kit/secret.h"

#include "protocol/message.h"


/* One "twilio" directive: an account at Twilio. */
typedef struct {
    ngx_str_t                          account_sid;
    ngx_http_whatsauth_secret_mask_t   auth_tokens;  /* of those of all apps */
    ngx_str_t                          auth_token;   /* the first: for
                                                        replies */
    whatsauth_url_t                    api;
} ngx_http_whatsauth_twilio_t;


/* The directive "twilio" of an app block: one account at Twilio. */
char *ngx_http_whatsauth_twilio(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* 1 if it has a parameter of that name. */
ngx_uint_t ngx_http_whatsauth_twilio_parameter(ngx_str_t *name);

/* The accounts of the app against those of the apps before it. */
ngx_int_t ngx_http_whatsauth_twilio_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);

/* Checks the accounts of all apps; when http{} is complete. */
ngx_int_t ngx_http_whatsauth_twilio_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);

/* The app's account of that AccountSid, or NULL. */
ngx_http_whatsauth_twilio_t *ngx_http_whatsauth_twilio_account(
    ngx_http_whatsauth_app_t *app, const void *sid, size_t len);

/*
 * 1 if the message came to the app's number for its channel, by an account
 * of the app whose auth tokens are among the verified.
 */
ngx_uint_t ngx_http_whatsauth_twilio_hears(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message);


#endif /* _NGX_HTTP_WHATSAUTH_TWILIO_H_INCLUDED_ */
