
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Trouble that an operator has to mend, such as a wrong secret or a site that
 * cannot be called, reported at nginx's default level of the error log.  All
 * workers together write at most one line a minute for each cause and app,
 * with the number of failures since the line before, and one line when it
 * works again.  So nobody can flood the log, and no trouble hides another.
 *
 *     ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_CALLBACK, app,
 *                                &host, ngx_cycle->log,
 *                                "callback to %V given up", &host);
 *     ...
 *     ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_CALLBACK,
 *                                     app, &host);
 *
 * A new cause is one line of the table below.
 */


#ifndef _NGX_HTTP_WHATSAUTH_TROUBLE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TROUBLE_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"


/*
 * The causes, and the subject of "... works again".  NULL: strangers or other
 * apps can be the cause, so that a success of the app proves nothing.
 */

#define NGX_HTTP_WHATSAUTH_CAUSES(X)                                          \
    /* An app's own. */                                                       \
    X(NUMBER,        "the number that messages come to")                      \
    X(OTHER_SECRET,  NULL)                                                    \
    X(CALLBACK,      "the callback")                                          \
    X(REPLY,         "the reply to users")                                    \
    X(STORE_SHARE,   "the share of the store")                                \
                                                                              \
    /* Common to all apps. */                                                 \
    X(UNSIGNED,      NULL)                                                    \
    X(HANDSHAKE,     "the verify token")                                      \
    X(CLOCK,         "the clock")                                             \
    X(BODY,          NULL)                                                    \
    X(READING,       NULL)

/*
 * After these comes the signature of each provider: an app's, or, of messages
 * that name no known app, common to all.
 */

typedef enum {
#define NGX_HTTP_WHATSAUTH_CAUSE(name, works)                                 \
    NGX_HTTP_WHATSAUTH_TROUBLE_##name,
    NGX_HTTP_WHATSAUTH_CAUSES(NGX_HTTP_WHATSAUTH_CAUSE)
#undef NGX_HTTP_WHATSAUTH_CAUSE
    NGX_HTTP_WHATSAUTH_TROUBLE_SIGNATURE,

    NGX_HTTP_WHATSAUTH_CAUSES_N = NGX_HTTP_WHATSAUTH_TROUBLE_SIGNATURE
                                  + LEDGER_PROVIDERS_N - 1
} ngx_http_whatsauth_cause_t;

/* number is the provider's in the ledger, from 1. */
#define ngx_http_whatsauth_trouble_signature(number)                          \
    ((ngx_http_whatsauth_cause_t) (NGX_HTTP_WHATSAUTH_TROUBLE_SIGNATURE       \
                                   + (number) - 1))


#define NGX_HTTP_WHATSAUTH_TROUBLE_TEXT_MAX     512
#define NGX_HTTP_WHATSAUTH_TROUBLE_SUBJECT_MAX  64

/* One cause of one app, in shared memory. */
typedef struct {
    ngx_uint_t   reported;             /* a line named failures, and none
                                          since that it works again */
    ngx_uint_t   over;                 /* it works again, not yet reported */
    ngx_uint_t   failures;             /* since it worked */
    ngx_uint_t   unreported;           /* of them, since the last line */
    time_t       reported_at;          /* 0: never */
    size_t       subject_len;
    size_t       text_len;
    u_char       subject[NGX_HTTP_WHATSAUTH_TROUBLE_SUBJECT_MAX];
    u_char       text[NGX_HTTP_WHATSAUTH_TROUBLE_TEXT_MAX];
} ngx_http_whatsauth_trouble_t;


/*
 * Counts a failure, and writes its text to log, at once or at the end of the
 * minute.  ", count=N" follows the text, and ", app=NAME" if app is not NULL.
 * Only a success of the same subject, such as a host, ends the trouble.  The
 * text must hold no secret, code or whole phone number.
 */
void ngx_http_whatsauth_trouble(ngx_http_whatsauth_cause_t cause,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *subject, ngx_log_t *log,
    const char *fmt, ...);

/*
 * Ends the trouble and writes that it works again: at once if failures are
 * reported, else at the end of the minute, instead of them.  Costs one
 * comparison where nothing has failed.
 */
void ngx_http_whatsauth_trouble_over(ngx_http_whatsauth_cause_t cause,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *subject);

void ngx_http_whatsauth_trouble_init_process(ngx_cycle_t *cycle);


#endif /* _NGX_HTTP_WHATSAUTH_TROUBLE_H_INCLUDED_ */
