
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A PIN that is typed into the page, or asked for again.  Nothing here knows of
 * HTTP.
 */


#ifndef _NGX_HTTP_WHATSAUTH_CONFIRM_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CONFIRM_H_INCLUDED_


#include "door/door.h"
#include "kit/conf.h"
#include "kit/result.h"

#include "protocol/token.h"


typedef struct {
    ngx_http_whatsauth_result_t         result;  /* NONE: as was asked */
    const char                         *detail;  /* of any other */
} ngx_http_whatsauth_confirmed_t;

typedef void (*ngx_http_whatsauth_confirmed_pt)(void *data,
    const ngx_http_whatsauth_confirmed_t *confirmed);

typedef struct {
    /* Given. */
    ngx_http_whatsauth_main_conf_t     *conf;
    ngx_http_whatsauth_app_t           *app;
    whatsauth_token_t                   claim;
    whatsauth_text_t                    pin;     /* as it was typed */
    unsigned                            resend:1;   /* or: to be sent again */
    ngx_http_whatsauth_confirmed_pt     done;
    void                               *data;

    /* Its own; at most one of them. */
    ngx_http_whatsauth_wait_t          *read;
    void                               *commit;
} ngx_http_whatsauth_confirm_t;


/*
 * Calls done once, within this call or later on the event loop, unless
 * forgotten before: a commit that is under way takes place all the same, with
 * its callback and its reply.  confirm may go when done is called or it is
 * forgotten.
 */
void ngx_http_whatsauth_confirm(ngx_http_whatsauth_confirm_t *confirm);
void ngx_http_whatsauth_confirm_forget(void *confirm);


#endif /* _NGX_HTTP_WHATSAUTH_CONFIRM_H_INCLUDED_ */
