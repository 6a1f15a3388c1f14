
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What an operator has to see at nginx's default level of the error log: a
 * wrong secret, a site that cannot be called.  All workers together write at
 * most one line a minute for each cause and app, with how often it happened
 * since the line before, and one when it works again.  So nobody can flood
 * the log, and no trouble can hide another.
 *
 *     ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_CALLBACK, app,
 *                                &host, ngx_cycle->log,
 *                                "callback to %V given up", &host);
 *     ...
 *     ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_CALLBACK,
 *                                     app, &host);
 *
 * A new cause is one line of the enumeration and one of the table in
 * kit/trouble.c.
 */


#ifndef _NGX_HTTP_WHATSAUTH_TROUBLE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TROUBLE_H_INCLUDED_


#include "kit/app.h"


typedef enum {
    /* Of an app. */
    NGX_HTTP_WHATSAUTH_TROUBLE_NUMBER = 0,
    NGX_HTTP_WHATSAUTH_TROUBLE_OTHER_SECRET,
    NGX_HTTP_WHATSAUTH_TROUBLE_CALLBACK,
    NGX_HTTP_WHATSAUTH_TROUBLE_REPLY,
    NGX_HTTP_WHATSAUTH_TROUBLE_STORE_SHARE,

    /* Of an app, or of none that is known. */
    NGX_HTTP_WHATSAUTH_TROUBLE_META_SIGNATURE,
    NGX_HTTP_WHATSAUTH_TROUBLE_TWILIO_SIGNATURE,

    /* Of no app alone. */
    NGX_HTTP_WHATSAUTH_TROUBLE_UNSIGNED,
    NGX_HTTP_WHATSAUTH_TROUBLE_HANDSHAKE,
    NGX_HTTP_WHATSAUTH_TROUBLE_CLOCK,
    NGX_HTTP_WHATSAUTH_TROUBLE_BODY,
    NGX_HTTP_WHATSAUTH_TROUBLE_READING,

    NGX_HTTP_WHATSAUTH_CAUSES_N
} ngx_http_whatsauth_cause_t;


#define NGX_HTTP_WHATSAUTH_TROUBLE_TEXT_MAX     512
#define NGX_HTTP_WHATSAUTH_TROUBLE_SUBJECT_MAX  64

/* One cause of one app, in shared memory. */
typedef struct {
    ngx_uint_t   told;                 /* and not yet that it works again */
    ngx_uint_t   over;                 /* it works again, to be told later */
    ngx_uint_t   untold;               /* since the last line */
    ngx_uint_t   failures;             /* since it worked */
    time_t       told_at;              /* 0: never */
    size_t       subject_len;
    size_t       text_len;
    u_char       subject[NGX_HTTP_WHATSAUTH_TROUBLE_SUBJECT_MAX];
    u_char       text[NGX_HTTP_WHATSAUTH_TROUBLE_TEXT_MAX];
} ngx_http_whatsauth_trouble_t;


/*
 * Counts a failure, and writes its text to log or leaves it to the end of the
 * minute.  ", count=N" follows the text, and ", app=NAME" if app is not NULL.
 * With a subject, such as a host, only the success of the same one ends it.
 * The text must hold no secret, code or whole phone number.
 */
void ngx_http_whatsauth_trouble(ngx_http_whatsauth_cause_t cause,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *subject, ngx_log_t *log,
    const char *fmt, ...);

/*
 * A success: writes that it works again, at once if a line has told of a
 * failure, else at the end of the minute, in the place of that line.  It costs
 * one comparison where nothing has failed.
 */
void ngx_http_whatsauth_trouble_over(ngx_http_whatsauth_cause_t cause,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *subject);

void ngx_http_whatsauth_trouble_init_process(ngx_cycle_t *cycle);


#endif /* _NGX_HTTP_WHATSAUTH_TROUBLE_H_INCLUDED_ */
