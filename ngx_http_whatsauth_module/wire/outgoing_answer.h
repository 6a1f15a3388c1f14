
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_OUTGOING_ANSWER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OUTGOING_ANSWER_H_INCLUDED_


#include "wire/outgoing.h"


/* Hooks of the upstream: forget the answer to the last address; read on. */
ngx_int_t ngx_http_whatsauth_outgoing_answer_reinit(ngx_http_request_t *r);
ngx_int_t ngx_http_whatsauth_outgoing_answer_header(ngx_http_request_t *r);

/* Takes the status and headers that have come, however the answer ends. */
void ngx_http_whatsauth_outgoing_answer_take(
    ngx_http_whatsauth_outgoing_t *out);


#endif /* _NGX_HTTP_WHATSAUTH_OUTGOING_ANSWER_H_INCLUDED_ */
