
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CANCEL_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CANCEL_H_INCLUDED_


#include "door/door.h"
#include "kit/conf.h"

#include "protocol/token.h"


/*
 * Ends the login of a claim before a message has validated it.  Calls done as
 * ngx_http_whatsauth_door_submit() does; NULL: nothing was taken.
 */
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_cancel(
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_token_t *claim, ngx_http_whatsauth_done_pt done,
    void *data);


#endif /* _NGX_HTTP_WHATSAUTH_CANCEL_H_INCLUDED_ */
