
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The HTML of the login page.  The faces of login fill in a page and send what
 * comes out.
 */


#ifndef _NGX_HTTP_WHATSAUTH_RENDER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RENDER_H_INCLUDED_


#include "kit/conf.h"
#include "kit/result.h"


/* The states of the page: the name, the result that the request ends with,
   which has the HTTP status, and the word in data-state. */
#define NGX_HTTP_WHATSAUTH_PAGE_STATES(X)                                     \
    X(START,        SHOWN,              "start")                              \
    X(SEND,         SHOWN,              "send")                               \
    X(PIN,          SHOWN,              "pin")                                \
    X(SEND_FAILED,  SHOWN,              "send_failed")                        \
    X(VALIDATED,    SHOWN,              "validated")                          \
    X(EXPIRED,      SHOWN,              "expired")                            \
    X(FAILED,       SHOWN,              "failed")                             \
    X(SESSION,      SHOWN,              "session")                            \
    X(SESSIONS,     SHOWN,              "sessions")                           \
    X(LOGGED_OUT,   SHOWN,              "logged_out")                         \
    X(LIMITED,      TOO_MANY_REQUESTS,  "limited")                            \
    X(UNAVAILABLE,  STORE_UNAVAILABLE,  "unavailable")                        \
    X(CROSS_SITE,   CROSS_SITE,         "cross_site")                         \
    X(NUMBER_NOT_ALLOWED,                                                     \
                    NUMBER_NOT_ALLOWED, "number_not_allowed")                 \
    X(ACCESS_DENIED,                                                          \
                    ACCESS_DENIED,      "access_denied")

typedef enum {
#define NGX_HTTP_WHATSAUTH_PAGE_STATE(name, result, word)                     \
    NGX_HTTP_WHATSAUTH_PAGE_##name,
    NGX_HTTP_WHATSAUTH_PAGE_STATES(NGX_HTTP_WHATSAUTH_PAGE_STATE)
#undef NGX_HTTP_WHATSAUTH_PAGE_STATE
    NGX_HTTP_WHATSAUTH_PAGE_STATES_N
} ngx_http_whatsauth_page_state_t;


/* One row of the list of a person's sessions. */
typedef struct {
    ngx_str_t                         id;         /* field "session" */
    ngx_str_t                         place;
    ngx_str_t                         device;
    uint64_t                          login_at;   /* unix milliseconds */
    unsigned                          this:1;     /* that of the request */
} ngx_http_whatsauth_page_session_t;


/* Texts are raw: the renderer escapes them.  An empty one is not known. */
typedef struct {
    ngx_http_whatsauth_page_state_t   state;
    ngx_http_whatsauth_app_t         *app;
    ngx_str_t                         prefix;     /* L, as "/login/": all
                                                     forms and files are below
                                                     it */
    ngx_str_t                         page_path;  /* of this page: field
                                                     "return" of start, pin
                                                     and cancel */
    ngx_str_t                         return_path;
                                                  /* where the login leads to:
                                                     field "return" of finish
                                                     and logout */
    ngx_str_t                         csrf;       /* field "csrf" of all forms,
                                                     or empty */

    ngx_str_t                         typed_number;
                                                  /* START: that was refused */
    /* SEND. */
    ngx_str_t                         link;
    ngx_str_t                         deep_link;
    ngx_str_t                         number;     /* that is written to */
    ngx_str_t                         text;       /* that is to be sent */
    ngx_str_t                         qr;         /* path of the image */

    uint64_t                          now;        /* unix milliseconds */
    uint64_t                          expires_at;
    ngx_str_t                         phone_hint; /* VALIDATED, SESSION, and
                                                     those of a gate */
    ngx_str_t                         error;      /* word: of FAILED, of a
                                                     form that was refused */
    ngx_uint_t                        tries_left; /* PIN */
    time_t                            retry_after;  /* LIMITED, seconds */

    const ngx_http_whatsauth_page_session_t
                                     *sessions;   /* SESSIONS */
    ngx_uint_t                        sessions_n;

    unsigned                          asks_number:1;
    unsigned                          offers_sms:1;
                                                  /* start takes channel=sms */
    unsigned                          sms:1;      /* the code goes by SMS */
    unsigned                          autostart:1;
    unsigned                          resent:1;   /* PIN: no third sending */
} ngx_http_whatsauth_page_t;


extern const ngx_str_t
    ngx_http_whatsauth_page_states[NGX_HTTP_WHATSAUTH_PAGE_STATES_N];

/* Fills in what the app's configuration says of all its pages. */
void ngx_http_whatsauth_render_app(ngx_http_whatsauth_page_t *page,
    ngx_http_whatsauth_app_t *app);

/* The HTML, in the request's pool or for ever. */
ngx_int_t ngx_http_whatsauth_render(ngx_http_request_t *r,
    const ngx_http_whatsauth_page_t *page, ngx_str_t *html);

/*
 * The frame of a page without scripts, or one of its two parts: WAITING is sent
 * at once, CHANGED when the login has another state, which is that of page
 * then.  Its link leads to page_path.
 */
#define NGX_HTTP_WHATSAUTH_FRAME_WAITING  0x1
#define NGX_HTTP_WHATSAUTH_FRAME_CHANGED  0x2

ngx_int_t ngx_http_whatsauth_render_frame(ngx_http_request_t *r,
    const ngx_http_whatsauth_page_t *page, ngx_uint_t parts, ngx_str_t *html);

/*
 * Renders the pages before a login, when the configuration is read: most
 * visits see no other.
 */
ngx_int_t ngx_http_whatsauth_render_start(ngx_conf_t *cf,
    ngx_http_whatsauth_pages_t *pages);


#endif /* _NGX_HTTP_WHATSAUTH_RENDER_H_INCLUDED_ */
