
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Refusals of the login page: problem+json where a script has asked, else the
 * page or the frame that says so.
 */


#ifndef _NGX_HTTP_WHATSAUTH_REFUSE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REFUSE_H_INCLUDED_


#include "login/visit.h"


/* detail is plain ASCII.  All of them return as a content handler does. */
ngx_int_t ngx_http_whatsauth_refuse(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_result_t result, const char *detail);

/* Refuses for so many seconds. */
ngx_int_t ngx_http_whatsauth_refuse_later(ngx_http_whatsauth_visit_t *visit,
    const char *detail, time_t wait);


#endif /* _NGX_HTTP_WHATSAUTH_REFUSE_H_INCLUDED_ */
