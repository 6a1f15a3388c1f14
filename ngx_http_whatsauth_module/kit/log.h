
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LOG_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOG_H_INCLUDED_


#include "kit/module.h"


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Clients and sites must not be able to flood the log with lines of one kind.
 * A text names the kind.  In each minute a worker writes the first ten lines
 * of a text, and then how many more there were.
 */

/* Counts a line that is its own text, and writes it if it is one of ten. */
void ngx_http_whatsauth_log(ngx_uint_t level, ngx_log_t *log,
    const char *fmt, ...);

/* Counts a line that says more than its text; 1 if it is to be written. */
ngx_uint_t ngx_http_whatsauth_log_wanted(ngx_uint_t level, ngx_log_t *log,
    const char *fmt, ...);

/* 1 if this minute's ten lines of the text are written. */
ngx_uint_t ngx_http_whatsauth_log_enough(const char *fmt, ...);

/*
 * Replaces each byte that is not printable ASCII with a question mark: a line
 * feed in a client's text could forge a log line, and an escape sequence could
 * control the operator's terminal.
 */
void ngx_http_whatsauth_log_clean(ngx_str_t *text);

void ngx_http_whatsauth_log_init_process(ngx_cycle_t *cycle);

/* Writes the counts of the unfinished minute. */
void ngx_http_whatsauth_log_exit_process(ngx_cycle_t *cycle);


#endif /* _NGX_HTTP_WHATSAUTH_LOG_H_INCLUDED_ */
