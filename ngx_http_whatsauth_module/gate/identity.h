
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The person that a request comes from, as its session says. */


#ifndef _NGX_HTTP_WHATSAUTH_IDENTITY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_IDENTITY_H_INCLUDED_


#include "face/hold.h"
#include "kit/conf.h"
#include "kit/lasting.h"

#include "protocol/token.h"


typedef enum {
    NGX_HTTP_WHATSAUTH_IDENTITY_WAITS = 0,  /* for the read */
    NGX_HTTP_WHATSAUTH_IDENTITY_FOUND,
    NGX_HTTP_WHATSAUTH_IDENTITY_SPOILT,     /* the cookie leads to no session */
    NGX_HTTP_WHATSAUTH_IDENTITY_UNREADABLE  /* only the store knows */
} ngx_http_whatsauth_identity_state_t;

typedef struct ngx_http_whatsauth_identity_s  ngx_http_whatsauth_identity_t;

struct ngx_http_whatsauth_identity_s {
    ngx_http_request_t                   *request;
    ngx_http_whatsauth_app_t             *app;     /* the gate's */
    ngx_http_whatsauth_identity_state_t   state;
    whatsauth_token_t                     token;
    ngx_http_whatsauth_hold_t             hold;

    /* FOUND. */
    uint64_t                              key;
    uint64_t                              login_at;
    unsigned                              flags;   /* LEDGER_CLAIM_* */
    ngx_str_t                             phone;   /* with "+" */
    ngx_str_t                             subject;
    ngx_str_t                             name;
};


/*
 * Looks for the session of the app by the request's cookie.  NGX_OK: *identity
 * says what became of it, and is NULL if there is no cookie; NGX_AGAIN: the
 * request waits, and this is to be called again; else an HTTP status.
 */
ngx_int_t ngx_http_whatsauth_identity(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_identity_t **identity);

/* That of a session, or NULL. */
ngx_http_whatsauth_identity_t *ngx_http_whatsauth_identity_found(
    ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_IDENTITY_H_INCLUDED_ */
