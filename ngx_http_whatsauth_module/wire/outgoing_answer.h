
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_OUTGOING_ANSWER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OUTGOING_ANSWER_H_INCLUDED_


#include "wire/outgoing.h"


/*
 * The answer to an outgoing request, as hooks of its upstream: forgets what
 * has been read of it, and reads on.
 */
ngx_int_t ngx_http_whatsauth_outgoing_reinit_request(ngx_http_request_t *r);
ngx_int_t ngx_http_whatsauth_outgoing_process_header(ngx_http_request_t *r);

/* What has been read so far counts, however the answer ends. */
void ngx_http_whatsauth_outgoing_take_answer(
    ngx_http_whatsauth_outgoing_t *out);


#endif /* _NGX_HTTP_WHATSAUTH_OUTGOING_ANSWER_H_INCLUDED_ */
