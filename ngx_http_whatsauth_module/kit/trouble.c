
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/log.h"
#include "kit/zone.h"

#include <ngx_event.h>


/* Seconds between two lines of one cause. */
#define NGX_HTTP_WHATSAUTH_TROUBLE_TIME  60

/* Milliseconds between two looks for unreported failures. */
#define NGX_HTTP_WHATSAUTH_TROUBLE_LOOK  5000


static void ngx_http_whatsauth_trouble_keep(
    ngx_http_whatsauth_trouble_t *trouble, const ngx_str_t *subject,
    const ngx_str_t *text);
static ngx_uint_t ngx_http_whatsauth_trouble_take(
    ngx_http_whatsauth_trouble_t *trouble);
static void ngx_http_whatsauth_trouble_line(ngx_log_t *log,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *text, ngx_uint_t count);
static void ngx_http_whatsauth_trouble_later(void);
static void ngx_http_whatsauth_trouble_minute(ngx_event_t *ev);
static ngx_uint_t ngx_http_whatsauth_trouble_rest(
    ngx_http_whatsauth_app_t *app);
static ngx_uint_t ngx_http_whatsauth_trouble_end(
    ngx_http_whatsauth_trouble_t *trouble);
static void ngx_http_whatsauth_trouble_works(ngx_http_whatsauth_cause_t cause,
    ngx_http_whatsauth_app_t *app, ngx_uint_t failures);
static ngx_uint_t ngx_http_whatsauth_trouble_is_about(
    ngx_http_whatsauth_trouble_t *trouble, const ngx_str_t *subject);


static const char  *ngx_http_whatsauth_trouble_names[] = {
#define NGX_HTTP_WHATSAUTH_CAUSE(name, works)  works,
    NGX_HTTP_WHATSAUTH_CAUSES(NGX_HTTP_WHATSAUTH_CAUSE)
#undef NGX_HTTP_WHATSAUTH_CAUSE

#define NGX_HTTP_WHATSAUTH_CAUSE(name, number, word)  "the signature of " word,
    LEDGER_PROVIDERS(NGX_HTTP_WHATSAUTH_CAUSE)
#undef NGX_HTTP_WHATSAUTH_CAUSE
};


static ngx_event_t       ngx_http_whatsauth_trouble_timer;
static ngx_connection_t  ngx_http_whatsauth_trouble_dummy;  /* the timer
                                                               prints it */


/* Also reports the failures that earlier workers counted and did not. */

void
ngx_http_whatsauth_trouble_init_process(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_trouble_dummy.fd = (ngx_socket_t) -1;

    ngx_http_whatsauth_trouble_timer.handler =
                                           ngx_http_whatsauth_trouble_minute;
    ngx_http_whatsauth_trouble_timer.data = &ngx_http_whatsauth_trouble_dummy;
    ngx_http_whatsauth_trouble_timer.log = cycle->log;
    ngx_http_whatsauth_trouble_timer.cancelable = 1;

    ngx_http_whatsauth_trouble_later();
}


void
ngx_http_whatsauth_trouble(ngx_http_whatsauth_cause_t cause,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *subject, ngx_log_t *log,
    const char *fmt, ...)
{
    u_char                         buf[NGX_HTTP_WHATSAUTH_TROUBLE_TEXT_MAX];
    va_list                        args;
    ngx_str_t                      text;
    ngx_uint_t                     count;
    ngx_http_whatsauth_zone_t     *zone;
    ngx_http_whatsauth_trouble_t  *trouble;

    text.data = buf;

    va_start(args, fmt);
    text.len = ngx_vslprintf(buf, buf + sizeof(buf), fmt, args) - buf;
    va_end(args);

    ngx_http_whatsauth_log_clean(&text);

    zone = ngx_http_whatsauth_zone(app);
    trouble = &zone->troubles[cause];

    ngx_shmtx_lock(zone->mutex);

    ngx_http_whatsauth_trouble_keep(trouble, subject, &text);
    count = ngx_http_whatsauth_trouble_take(trouble);

    ngx_shmtx_unlock(zone->mutex);

    if (count) {
        ngx_http_whatsauth_trouble_line(log, app, &text, count);

    } else {
        ngx_http_whatsauth_trouble_later();
    }
}


static void
ngx_http_whatsauth_trouble_keep(ngx_http_whatsauth_trouble_t *trouble,
    const ngx_str_t *subject, const ngx_str_t *text)
{
    trouble->failures++;
    trouble->unreported++;
    trouble->over = 0;

    trouble->text_len = text->len;
    ngx_memcpy(trouble->text, text->data, text->len);

    trouble->subject_len = 0;

    if (subject != NULL) {
        trouble->subject_len = ngx_min(subject->len,
                                       NGX_HTTP_WHATSAUTH_TROUBLE_SUBJECT_MAX);
        ngx_memcpy(trouble->subject, subject->data, trouble->subject_len);
    }
}


/* The failures that a line must report at this time; 0: no line is due. */

static ngx_uint_t
ngx_http_whatsauth_trouble_take(ngx_http_whatsauth_trouble_t *trouble)
{
    time_t      now;
    ngx_uint_t  count;

    now = ngx_time();

    /* A clock that was set back must not silence trouble for long. */

    if (trouble->reported_at
        && now >= trouble->reported_at
        && now < trouble->reported_at + NGX_HTTP_WHATSAUTH_TROUBLE_TIME)
    {
        return 0;
    }

    count = trouble->unreported;

    if (count) {
        trouble->unreported = 0;
        trouble->reported = 1;
        trouble->reported_at = now;
    }

    return count;
}


static void
ngx_http_whatsauth_trouble_line(ngx_log_t *log, ngx_http_whatsauth_app_t *app,
    const ngx_str_t *text, ngx_uint_t count)
{
    if (app == NULL) {
        ngx_log_error(NGX_LOG_ERR, log, 0, "whatsauth: %V, count=%ui", text,
                      count);
        return;
    }

    ngx_log_error(NGX_LOG_ERR, log, 0, "whatsauth: %V, count=%ui, app=%V",
                  text, count, &app->name);
}


void
ngx_http_whatsauth_trouble_over(ngx_http_whatsauth_cause_t cause,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *subject)
{
    ngx_uint_t                     failures;
    ngx_http_whatsauth_zone_t     *zone;
    ngx_http_whatsauth_trouble_t  *trouble;

    zone = ngx_http_whatsauth_zone(app);
    trouble = &zone->troubles[cause];

    if (trouble->failures == 0 || trouble->over) {
        return;
    }

    failures = 0;

    ngx_shmtx_lock(zone->mutex);

    if (trouble->failures
        && ngx_http_whatsauth_trouble_is_about(trouble, subject))
    {
        if (trouble->reported) {
            failures = ngx_http_whatsauth_trouble_end(trouble);

        } else {

            /* Alternating failures and successes must not flood the log. */

            trouble->over = 1;
        }
    }

    ngx_shmtx_unlock(zone->mutex);

    if (failures) {
        ngx_http_whatsauth_trouble_works(cause, app, failures);
    }
}


/* Returns the number of failures that are over. */

static ngx_uint_t
ngx_http_whatsauth_trouble_end(ngx_http_whatsauth_trouble_t *trouble)
{
    ngx_uint_t  failures;

    failures = trouble->failures;

    trouble->reported = 0;
    trouble->over = 0;
    trouble->failures = 0;
    trouble->unreported = 0;

    return failures;
}


static void
ngx_http_whatsauth_trouble_works(ngx_http_whatsauth_cause_t cause,
    ngx_http_whatsauth_app_t *app, ngx_uint_t failures)
{
    if (app == NULL) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "whatsauth: %s works again, failures=%ui",
                      ngx_http_whatsauth_trouble_names[cause], failures);
        return;
    }

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "whatsauth: %s works again, failures=%ui, app=%V",
                  ngx_http_whatsauth_trouble_names[cause], failures,
                  &app->name);
}


static ngx_uint_t
ngx_http_whatsauth_trouble_is_about(ngx_http_whatsauth_trouble_t *trouble,
    const ngx_str_t *subject)
{
    size_t  len;

    if (subject == NULL || trouble->subject_len == 0) {
        return 1;
    }

    len = ngx_min(subject->len, NGX_HTTP_WHATSAUTH_TROUBLE_SUBJECT_MAX);

    return len == trouble->subject_len
           && ngx_memcmp(subject->data, trouble->subject, len) == 0;
}


static void
ngx_http_whatsauth_trouble_later(void)
{
    if (!ngx_http_whatsauth_trouble_timer.timer_set) {
        ngx_add_timer(&ngx_http_whatsauth_trouble_timer,
                      NGX_HTTP_WHATSAUTH_TROUBLE_LOOK);
    }
}


static void
ngx_http_whatsauth_trouble_minute(ngx_event_t *ev)
{
    ngx_uint_t                       i, left;
    ngx_http_whatsauth_app_t       **apps;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);
    apps = mcf->apps.elts;

    left = ngx_http_whatsauth_trouble_rest(NULL);

    for (i = 0; i < mcf->apps.nelts; i++) {
        left |= ngx_http_whatsauth_trouble_rest(apps[i]);
    }

    if (left) {
        ngx_http_whatsauth_trouble_later();
    }
}


/* 1 if unreported failures are left, whose minute is not over. */

static ngx_uint_t
ngx_http_whatsauth_trouble_rest(ngx_http_whatsauth_app_t *app)
{
    u_char                         buf[NGX_HTTP_WHATSAUTH_TROUBLE_TEXT_MAX];
    ngx_str_t                      text;
    ngx_uint_t                     i, count, over, left;
    ngx_http_whatsauth_zone_t     *zone;
    ngx_http_whatsauth_trouble_t  *trouble;

    zone = ngx_http_whatsauth_zone(app);
    text.data = buf;
    left = 0;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_CAUSES_N; i++) {
        trouble = &zone->troubles[i];

        if (trouble->unreported == 0) {
            continue;
        }

        ngx_shmtx_lock(zone->mutex);

        count = ngx_http_whatsauth_trouble_take(trouble);
        left |= trouble->unreported;

        /* A success has come since the failures: report that instead. */

        over = trouble->over;

        if (count && over) {
            count = ngx_http_whatsauth_trouble_end(trouble);
        }

        text.len = trouble->text_len;
        ngx_memcpy(buf, trouble->text, text.len);

        ngx_shmtx_unlock(zone->mutex);

        if (count && over) {
            ngx_http_whatsauth_trouble_works(i, app, count);

        } else if (count) {
            ngx_http_whatsauth_trouble_line(ngx_cycle->log, app, &text, count);
        }
    }

    return left != 0;
}
