
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LOG_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOG_H_INCLUDED_


#include "kit/module.h"


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Lines that clients or sites can cause as often as they like are counted by
 * a text that says what repeats itself.  In a minute each worker writes the
 * first ten of a text, and at its end how many more there were.
 */

/* Counts a line, and writes it if it is one of the first. */
void ngx_http_whatsauth_log(ngx_uint_t level, ngx_log_t *log,
    const char *fmt, ...);

/* The same for a line that says more than its text: whether to write it. */
ngx_uint_t ngx_http_whatsauth_log_wanted(ngx_uint_t level, ngx_log_t *log,
    const char *fmt, ...);

/* Whether there have been ten already. */
ngx_uint_t ngx_http_whatsauth_log_enough(const char *fmt, ...);

/*
 * Puts a question mark in place of each byte that is no printable ASCII: in a
 * stranger's text a line feed would begin a line of the stranger's own, and an
 * escape would command the operator's terminal.
 */
void ngx_http_whatsauth_log_clean(ngx_str_t *text);

void ngx_http_whatsauth_log_init_process(ngx_cycle_t *cycle);

/* Writes what is left to tell. */
void ngx_http_whatsauth_log_exit_process(ngx_cycle_t *cycle);


#endif /* _NGX_HTTP_WHATSAUTH_LOG_H_INCLUDED_ */
