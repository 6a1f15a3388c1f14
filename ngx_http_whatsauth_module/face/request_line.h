
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * nginx prints the request line with every error that it logs for a request,
 * and access logs with $request.  The arguments of faces carry verify tokens
 * and callback URLs with session ids, so the line is cut at its "?".
 */


#ifndef _NGX_HTTP_WHATSAUTH_REQUEST_LINE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REQUEST_LINE_H_INCLUDED_


#include "kit/module.h"


/* Adds the phase handlers that cut the lines. */
ngx_int_t ngx_http_whatsauth_request_line_init(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_REQUEST_LINE_H_INCLUDED_ */
