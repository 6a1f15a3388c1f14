
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The words to the client of a stream, and how much of them it has got. */


#ifndef _NGX_HTTP_WHATSAUTH_STREAM_TELL_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_STREAM_TELL_H_INCLUDED_


#include "face/stream.h"


typedef struct {
    ngx_http_request_t                        *request;
    const ngx_http_whatsauth_stream_format_t  *format;
    uint64_t                                   state;    /* as it was told */
    unsigned                                   begun:1;
    unsigned                                   ending:1; /* whatever is told
                                                            next */
} ngx_http_whatsauth_stream_told_t;


/*
 * Tells what is new in the record.  Returns NGX_DONE if the stream goes on,
 * else what it ends with.
 */
ngx_int_t ngx_http_whatsauth_stream_tell(
    ngx_http_whatsauth_stream_told_t *told, const ledger_record_t *record);

/*
 * The record is gone, its claim is dead, or the store cannot be read.  The
 * first response says which; one that has begun ends, and the client asks.
 * Returns what the stream ends with.
 */
ngx_int_t ngx_http_whatsauth_stream_tell_lost(
    ngx_http_whatsauth_stream_told_t *told,
    ngx_http_whatsauth_result_t result);

/* Responds to a client that has been told nothing, likewise. */
ngx_int_t ngx_http_whatsauth_stream_tell_refuse(
    ngx_http_whatsauth_stream_told_t *told,
    ngx_http_whatsauth_result_t result);


#endif /* _NGX_HTTP_WHATSAUTH_STREAM_TELL_H_INCLUDED_ */
