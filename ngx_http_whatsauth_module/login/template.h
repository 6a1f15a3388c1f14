
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The parts of the pages of one location, compiled when the configuration is
 * read: the templates of page/ in each language, and the files.
 */


#ifndef _NGX_HTTP_WHATSAUTH_TEMPLATE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TEMPLATE_H_INCLUDED_


#include "login/files.h"
#include "login/language.h"
#include "login/render.h"

#include "protocol/template.h"


/*
 * The names in the templates, and the number of fields of a list.  Besides
 * them, each state of the page is one that is set in that state.
 */

#define NGX_HTTP_WHATSAUTH_TEMPLATE_NAMES(X)                                  \
    X(state, 0)                                                               \
    X(language, 0)                                                            \
    X(language_name, 0)                                                       \
    X(dir, 0)                                                                 \
    X(title, 0)                                                               \
    X(logo, 0)                                                                \
    X(css, 0)                                                                 \
    X(js, 0)                                                                  \
    X(prefix, 0)                                                              \
    X(page_path, 0)                                                           \
    X(page_arg, 0)                /* the same in a query */                   \
    X(return_path, 0)                                                         \
    X(return_arg, 0)              /* the same in a query */                   \
    X(onward, 0)                  /* the same, if it leaves the login page */ \
    X(csrf, 0)                                                                \
    X(link, 0)                                                                \
    X(deep_link, 0)                                                           \
    X(number, 0)                                                              \
    X(text, 0)                                                                \
    X(qr, 0)                                                                  \
    X(now, 0)                     /* unix milliseconds */                     \
    X(left, 0)                    /* seconds */                               \
    X(clock, 0)                   /* minutes and seconds */                   \
    X(minutes, 0)                 /* to wait */                               \
    X(phone_hint, 0)                                                          \
    X(tries_left, 0)                                                          \
    X(autostart, 0)                                                           \
    X(asks_number, 0)                                                         \
    X(typed_number, 0)            /* that was refused */                      \
    X(offers_sms, 0)                                                          \
    X(sms, 0)                                                                 \
    X(resent, 0)                  /* the PIN was */                           \
    X(refused, 0)                 /* a form was */                            \
    X(again, 0)                   /* a state that offers a new code */        \
    X(look, 0)                    /* a state that offers to look again */     \
    X(denied, 0)                  /* a state that offers another number */    \
    X(waiting, 0)                 /* the frame: its first part */             \
    X(changed, 0)                 /* the frame: its second part */            \
    X(error_pin_wrong, 0)                                                     \
    X(error_cancelled, 0)                                                     \
    X(error_phone_number_not_authorized, 0)                                   \
    X(error_phone_number_unavailable, 0)                                      \
    X(error_number_required, 0)                                               \
    X(error_invalid_parameter, 0)                                             \
    X(error_too_many_requests, 0) /* PIN: it was sent twice */                \
    X(error_failed, 0)            /* any other */                             \
    X(language_list, 3)                                                       \
    X(code, 0)                                                                \
    X(own_name, 0)                                                            \
    X(current, 0)                                                             \
    X(session_list, 6)                                                        \
    X(id, 0)                                                                  \
    X(place, 0)                                                               \
    X(device, 0)                                                              \
    X(login_at, 0)                /* as <time> has it */                      \
    X(login_text, 0)                                                          \
    X(this, 0)

typedef enum {
#define NGX_HTTP_WHATSAUTH_TEMPLATE_NAME(name, fields)                        \
    NGX_HTTP_WHATSAUTH_TEMPLATE_##name,
    NGX_HTTP_WHATSAUTH_TEMPLATE_NAMES(NGX_HTTP_WHATSAUTH_TEMPLATE_NAME)
#undef NGX_HTTP_WHATSAUTH_TEMPLATE_NAME
    NGX_HTTP_WHATSAUTH_TEMPLATE_STATES,
    NGX_HTTP_WHATSAUTH_TEMPLATE_NAMES_N = NGX_HTTP_WHATSAUTH_TEMPLATE_STATES
                                          + NGX_HTTP_WHATSAUTH_PAGE_STATES_N
} ngx_http_whatsauth_template_name_t;

extern const whatsauth_template_name_t
    ngx_http_whatsauth_template_names[NGX_HTTP_WHATSAUTH_TEMPLATE_NAMES_N + 1];


typedef struct {
    whatsauth_template_t  *page;
    whatsauth_template_t  *wait;
    ngx_str_t              name;       /* of the language, in itself */
    ngx_str_t              start;      /* the page before a login */
} ngx_http_whatsauth_words_t;


struct ngx_http_whatsauth_pages_s {
    ngx_http_whatsauth_app_t    *app;
    ngx_str_t                    prefix;      /* of the location, escaped */
    ngx_http_whatsauth_page_t    start;       /* as words[].start show it */
    ngx_http_whatsauth_files_t   files;
    ngx_http_whatsauth_words_t   words[WHATSAUTH_LANGUAGES_N];
};


/* Returns NULL after an [emerg], or without memory. */
ngx_http_whatsauth_pages_t *ngx_http_whatsauth_template_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *prefix);


#endif /* _NGX_HTTP_WHATSAUTH_TEMPLATE_H_INCLUDED_ */
