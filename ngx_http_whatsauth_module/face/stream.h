
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Responses that stay open while a login changes: the record of a claim is
 * watched, and each change is written as its format says.
 *
 * A stream has no timer.  Each worker has one, which ticks each second while
 * there are streams, and a wheel of as many slots as there are seconds until
 * the latest thing that is to happen to a stream.
 *
 * A worker that is to exit ends its streams whole, at once: clients come back
 * to a worker that stays.
 */


#ifndef _NGX_HTTP_WHATSAUTH_STREAM_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_STREAM_H_INCLUDED_


#include "door/door.h"
#include "kit/app.h"
#include "kit/result.h"

#include "protocol/token.h"


/* The occasions on which something is written. */
#define NGX_HTTP_WHATSAUTH_STREAM_FIRST    0x1   /* behind the header */
#define NGX_HTTP_WHATSAUTH_STREAM_CHANGED  0x2   /* the record has changed */
#define NGX_HTTP_WHATSAUTH_STREAM_LAST     0x4   /* nothing will follow */

/* No wait is longer, seconds. */
#define NGX_HTTP_WHATSAUTH_STREAM_WAIT_MAX  55


/*
 * A format has type, beat and part: it writes parts.  Or it has response: it
 * sends nothing before it is asked once, for the whole response.
 */
typedef struct {
    const char  *type;
    ngx_str_t    beat;     /* written now and then: keeps proxies from closing
                              the connection, and finds out who is gone */

    /* The text for some of the occasions, in the request's pool or static. */
    ngx_int_t  (*part)(ngx_http_request_t *r, const ledger_record_t *record,
                       ngx_uint_t occasions, ngx_str_t *text);

    /* Responds, and returns as a content handler does. */
    ngx_int_t  (*response)(ngx_http_request_t *r,
                           const ledger_record_t *record);

    /* With response: 1 if the client does not know the state yet, and gets it
       at once; or NULL. */
    ngx_uint_t  (*is_news)(ngx_http_request_t *r,
                           const ledger_record_t *record);

    /* Refuses with one of the results of face/claimed.h; NULL: as that says. */
    ngx_int_t  (*refused)(ngx_http_request_t *r,
                          ngx_http_whatsauth_result_t result);
} ngx_http_whatsauth_stream_format_t;


/*
 * A content handler: responds with the state of the record of a claim, from
 * now until it is decided.  seconds: of a format with response, to wait for a
 * change at most.  For app see face/claimed.h; headers of the response that
 * belong to the format are the caller's.
 */
ngx_int_t ngx_http_whatsauth_stream(ngx_http_request_t *r,
    const ngx_http_whatsauth_stream_format_t *format,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim,
    ngx_uint_t seconds);

void ngx_http_whatsauth_stream_exit_process(void);


#endif /* _NGX_HTTP_WHATSAUTH_STREAM_H_INCLUDED_ */
