
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/log.h"

#include <ngx_event.h>


/* A worker writes so many lines of one text in so many milliseconds. */
#define NGX_HTTP_WHATSAUTH_LOG_LINES     10
#define NGX_HTTP_WHATSAUTH_LOG_TIME      60000

/* Texts that are counted; the last counter is for all other texts. */
#define NGX_HTTP_WHATSAUTH_LOG_TEXTS     64
#define NGX_HTTP_WHATSAUTH_LOG_TEXT_MAX  384


typedef struct {
    u_char                          data[NGX_HTTP_WHATSAUTH_LOG_TEXT_MAX];
    size_t                          len;
    ngx_uint_t                      level;       /* the gravest */
    ngx_uint_t                      lines;
} ngx_http_whatsauth_log_text_t;


typedef struct {
    ngx_http_whatsauth_log_text_t   texts[NGX_HTTP_WHATSAUTH_LOG_TEXTS];
    ngx_uint_t                      n;
    ngx_event_t                     timer;
    ngx_connection_t                dummy;       /* what the timer prints */
} ngx_http_whatsauth_log_book_t;


static void ngx_http_whatsauth_log_format(ngx_str_t *text, u_char *buf,
    const char *fmt, va_list args);
static ngx_uint_t ngx_http_whatsauth_log_count(ngx_uint_t level,
    ngx_log_t *log, ngx_str_t *text);
static ngx_http_whatsauth_log_text_t *ngx_http_whatsauth_log_find(
    ngx_str_t *text);
static ngx_http_whatsauth_log_text_t *ngx_http_whatsauth_log_add(
    ngx_str_t *text);
static void ngx_http_whatsauth_log_minute(ngx_event_t *ev);


static ngx_http_whatsauth_log_book_t  ngx_http_whatsauth_log_book;


void
ngx_http_whatsauth_log_init_process(ngx_cycle_t *cycle)
{
    ngx_event_t  *timer;

    timer = &ngx_http_whatsauth_log_book.timer;

    timer->handler = ngx_http_whatsauth_log_minute;
    timer->log = cycle->log;
    timer->data = &ngx_http_whatsauth_log_book.dummy;
    timer->cancelable = 1;

    ngx_http_whatsauth_log_book.dummy.fd = (ngx_socket_t) -1;
}


void
ngx_http_whatsauth_log_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_log_minute(&ngx_http_whatsauth_log_book.timer);
}


void
ngx_http_whatsauth_log(ngx_uint_t level, ngx_log_t *log, const char *fmt, ...)
{
    u_char     buf[NGX_HTTP_WHATSAUTH_LOG_TEXT_MAX];
    va_list    args;
    ngx_str_t  text;

    va_start(args, fmt);
    ngx_http_whatsauth_log_format(&text, buf, fmt, args);
    va_end(args);

    if (ngx_http_whatsauth_log_count(level, log, &text)) {
        ngx_log_error(level, log, 0, "whatsauth: %V", &text);
    }
}


ngx_uint_t
ngx_http_whatsauth_log_wanted(ngx_uint_t level, ngx_log_t *log,
    const char *fmt, ...)
{
    u_char     buf[NGX_HTTP_WHATSAUTH_LOG_TEXT_MAX];
    va_list    args;
    ngx_str_t  text;

    va_start(args, fmt);
    ngx_http_whatsauth_log_format(&text, buf, fmt, args);
    va_end(args);

    return ngx_http_whatsauth_log_count(level, log, &text);
}


ngx_uint_t
ngx_http_whatsauth_log_enough(const char *fmt, ...)
{
    u_char                          buf[NGX_HTTP_WHATSAUTH_LOG_TEXT_MAX];
    va_list                         args;
    ngx_str_t                       text;
    ngx_http_whatsauth_log_text_t  *found;

    va_start(args, fmt);
    ngx_http_whatsauth_log_format(&text, buf, fmt, args);
    va_end(args);

    found = ngx_http_whatsauth_log_find(&text);

    return found != NULL && found->lines >= NGX_HTTP_WHATSAUTH_LOG_LINES;
}


static void
ngx_http_whatsauth_log_format(ngx_str_t *text, u_char *buf, const char *fmt,
    va_list args)
{
    u_char  *end;

    end = buf + NGX_HTTP_WHATSAUTH_LOG_TEXT_MAX;

    text->data = buf;
    text->len = ngx_vslprintf(buf, end, fmt, args) - buf;

    ngx_http_whatsauth_log_clean(text);
}


void
ngx_http_whatsauth_log_clean(ngx_str_t *text)
{
    u_char  *p;

    for (p = text->data; p < text->data + text->len; p++) {
        if (*p < ' ' || *p > '~') {
            *p = '?';
        }
    }
}


static ngx_uint_t
ngx_http_whatsauth_log_count(ngx_uint_t level, ngx_log_t *log, ngx_str_t *text)
{
    ngx_event_t                    *timer;
    ngx_http_whatsauth_log_text_t  *found;

    if (log->log_level < level) {
        return 0;
    }

    timer = &ngx_http_whatsauth_log_book.timer;

    if (!timer->timer_set) {
        ngx_add_timer(timer, NGX_HTTP_WHATSAUTH_LOG_TIME);
    }

    found = ngx_http_whatsauth_log_find(text);

    if (found == NULL) {
        found = ngx_http_whatsauth_log_add(text);
    }

    found->level = ngx_min(found->level, level);
    found->lines++;

    return found->lines <= NGX_HTTP_WHATSAUTH_LOG_LINES;
}


static ngx_http_whatsauth_log_text_t *
ngx_http_whatsauth_log_find(ngx_str_t *text)
{
    ngx_uint_t                      i;
    ngx_http_whatsauth_log_text_t  *known;

    known = ngx_http_whatsauth_log_book.texts;

    for (i = 0; i < ngx_http_whatsauth_log_book.n; i++) {
        if (known[i].len == text->len
            && ngx_memcmp(known[i].data, text->data, text->len) == 0)
        {
            return &known[i];
        }
    }

    return i == NGX_HTTP_WHATSAUTH_LOG_TEXTS ? &known[i - 1] : NULL;
}


static ngx_http_whatsauth_log_text_t *
ngx_http_whatsauth_log_add(ngx_str_t *text)
{
    ngx_str_t                       other;
    ngx_http_whatsauth_log_text_t  *added;

    added = &ngx_http_whatsauth_log_book.texts[ngx_http_whatsauth_log_book.n];
    ngx_http_whatsauth_log_book.n++;

    if (ngx_http_whatsauth_log_book.n == NGX_HTTP_WHATSAUTH_LOG_TEXTS) {
        ngx_str_set(&other, "other lines");
        text = &other;
    }

    ngx_memcpy(added->data, text->data, text->len);
    added->len = text->len;
    added->level = NGX_LOG_DEBUG;
    added->lines = 0;

    return added;
}


static void
ngx_http_whatsauth_log_minute(ngx_event_t *ev)
{
    ngx_str_t                       name;
    ngx_uint_t                      i;
    ngx_http_whatsauth_log_text_t  *text;

    for (i = 0; i < ngx_http_whatsauth_log_book.n; i++) {
        text = &ngx_http_whatsauth_log_book.texts[i];

        if (text->lines <= NGX_HTTP_WHATSAUTH_LOG_LINES) {
            continue;
        }

        name.data = text->data;
        name.len = text->len;

        ngx_log_error(text->level, ngx_cycle->log, 0,
                      "whatsauth: %ui more within a minute: %V",
                      text->lines - NGX_HTTP_WHATSAUTH_LOG_LINES, &name);
    }

    ngx_http_whatsauth_log_book.n = 0;
}
