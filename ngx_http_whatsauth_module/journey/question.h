
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_QUESTION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_QUESTION_H_INCLUDED_


#include "provider/reply_request.h"


/*
 * Asks the user for the hidden phone number, once the store has granted it.
 * NGX_DECLINED if this hour's questions are used up.  All texts may go when it
 * returns.
 */
ngx_int_t ngx_http_whatsauth_question(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_destination_t *destination);


#endif /* _NGX_HTTP_WHATSAUTH_QUESTION_H_INCLUDED_ */
