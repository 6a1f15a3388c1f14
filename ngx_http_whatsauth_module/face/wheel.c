
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/wheel.h"

#include <sys/eventfd.h>


/* Entries that are called in one iteration of the event loop, as watches. */
#define NGX_HTTP_WHATSAUTH_WHEEL_TURN  32


typedef struct {
    ngx_queue_t                   slots[NGX_HTTP_WHATSAUTH_WHEEL_SLOTS];
    ngx_queue_t                   due;       /* taken from their slots */
    ngx_uint_t                    now;       /* a number of ticks */
    ngx_uint_t                    entries;
    ngx_event_t                   tick;
    ngx_event_t                   turn;      /* posted: go on with those due */
    ngx_connection_t             *idle;
    ngx_connection_t              dummy;     /* a debug log prints its fd */
    ngx_http_whatsauth_wheel_pt   handler;
    ngx_http_whatsauth_wheel_pt   exiting;
} ngx_http_whatsauth_wheel_t;


static ngx_connection_t *ngx_http_whatsauth_wheel_connection(void);
static void ngx_http_whatsauth_wheel_event(ngx_event_t *ev,
    ngx_event_handler_pt handler);
static void ngx_http_whatsauth_wheel_tick(ngx_event_t *ev);
static void ngx_http_whatsauth_wheel_turn(ngx_event_t *ev);
static void ngx_http_whatsauth_wheel_idle(ngx_event_t *ev);
static void ngx_http_whatsauth_wheel_end(ngx_queue_t *slot);


static ngx_http_whatsauth_wheel_t  ngx_http_whatsauth_wheel;


ngx_int_t
ngx_http_whatsauth_wheel_start(ngx_http_whatsauth_wheel_pt due,
    ngx_http_whatsauth_wheel_pt exiting)
{
    ngx_uint_t                   i;
    ngx_http_whatsauth_wheel_t  *wheel;

    wheel = &ngx_http_whatsauth_wheel;

    if (wheel->idle != NULL) {
        return NGX_OK;
    }

    wheel->idle = ngx_http_whatsauth_wheel_connection();
    if (wheel->idle == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < NGX_HTTP_WHATSAUTH_WHEEL_SLOTS; i++) {
        ngx_queue_init(&wheel->slots[i]);
    }

    ngx_queue_init(&wheel->due);

    wheel->handler = due;
    wheel->exiting = exiting;
    wheel->dummy.fd = (ngx_socket_t) -1;

    ngx_http_whatsauth_wheel_event(&wheel->tick,
                                   ngx_http_whatsauth_wheel_tick);
    ngx_http_whatsauth_wheel_event(&wheel->turn,
                                   ngx_http_whatsauth_wheel_turn);

    return NGX_OK;
}


/*
 * A worker that is to exit calls the read handler of each idle connection
 * (ngx_close_idle_connections).  It must have a descriptor for that; nothing
 * ever happens to this one.
 */

static ngx_connection_t *
ngx_http_whatsauth_wheel_connection(void)
{
    ngx_socket_t       fd;
    ngx_connection_t  *c;

    fd = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);

    if (fd == (ngx_socket_t) -1) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_errno,
                      "eventfd() failed");
        return NULL;
    }

    c = ngx_get_connection(fd, ngx_cycle->log);

    if (c == NULL) {
        (void) close(fd);
        return NULL;
    }

    c->log = ngx_cycle->log;
    c->read->log = ngx_cycle->log;
    c->write->log = ngx_cycle->log;
    c->read->handler = ngx_http_whatsauth_wheel_idle;
    c->idle = 1;

    return c;
}


static void
ngx_http_whatsauth_wheel_event(ngx_event_t *ev, ngx_event_handler_pt handler)
{
    ev->handler = handler;
    ev->data = &ngx_http_whatsauth_wheel.dummy;
    ev->log = ngx_cycle->log;
    ev->cancelable = 1;
}


void
ngx_http_whatsauth_wheel_add(ngx_queue_t *entry, ngx_uint_t seconds)
{
    ngx_uint_t                   slot;
    ngx_http_whatsauth_wheel_t  *wheel;

    wheel = &ngx_http_whatsauth_wheel;
    slot = (wheel->now + seconds) % NGX_HTTP_WHATSAUTH_WHEEL_SLOTS;

    ngx_queue_insert_tail(&wheel->slots[slot], entry);

    if (wheel->entries++ == 0) {
        ngx_add_timer(&wheel->tick, 1000);
    }
}


void
ngx_http_whatsauth_wheel_remove(ngx_queue_t *entry)
{
    ngx_http_whatsauth_wheel_t  *wheel;

    wheel = &ngx_http_whatsauth_wheel;

    ngx_queue_remove(entry);

    if (--wheel->entries) {
        return;
    }

    if (wheel->tick.timer_set) {
        ngx_del_timer(&wheel->tick);
    }

    if (wheel->turn.posted) {
        ngx_delete_posted_event(&wheel->turn);
    }
}


static void
ngx_http_whatsauth_wheel_tick(ngx_event_t *ev)
{
    ngx_queue_t                 *slot;
    ngx_http_whatsauth_wheel_t  *wheel;

    wheel = &ngx_http_whatsauth_wheel;

    ngx_add_timer(ev, 1000);

    wheel->now++;
    slot = &wheel->slots[wheel->now % NGX_HTTP_WHATSAUTH_WHEEL_SLOTS];

    if (!ngx_queue_empty(slot)) {
        ngx_queue_add(&wheel->due, slot);
        ngx_queue_init(slot);
    }

    ngx_http_whatsauth_wheel_turn(&wheel->turn);
}


static void
ngx_http_whatsauth_wheel_turn(ngx_event_t *ev)
{
    ngx_uint_t                   n;
    ngx_queue_t                 *entry;
    ngx_http_whatsauth_wheel_t  *wheel;

    wheel = &ngx_http_whatsauth_wheel;

    for (n = 0; !ngx_queue_empty(&wheel->due); n++) {

        if (n == NGX_HTTP_WHATSAUTH_WHEEL_TURN) {
            ngx_post_event(ev, &ngx_posted_next_events);
            return;
        }

        entry = ngx_queue_head(&wheel->due);
        ngx_http_whatsauth_wheel_remove(entry);

        wheel->handler(entry);
    }
}


/* Also called by worker_shutdown_timeout, when nothing is left. */

static void
ngx_http_whatsauth_wheel_idle(ngx_event_t *ev)
{
    ngx_uint_t                   i;
    ngx_http_whatsauth_wheel_t  *wheel;

    wheel = &ngx_http_whatsauth_wheel;

    if (!ngx_exiting) {
        return;
    }

    for (i = 0; i < NGX_HTTP_WHATSAUTH_WHEEL_SLOTS; i++) {
        ngx_http_whatsauth_wheel_end(&wheel->slots[i]);
    }

    ngx_http_whatsauth_wheel_end(&wheel->due);
}


static void
ngx_http_whatsauth_wheel_end(ngx_queue_t *slot)
{
    ngx_queue_t                 *entry;
    ngx_http_whatsauth_wheel_t  *wheel;

    wheel = &ngx_http_whatsauth_wheel;

    while (!ngx_queue_empty(slot)) {
        entry = ngx_queue_head(slot);
        ngx_http_whatsauth_wheel_remove(entry);

        wheel->exiting(entry);
    }
}


void
ngx_http_whatsauth_wheel_exit_process(void)
{
    ngx_http_whatsauth_wheel_t  *wheel;

    wheel = &ngx_http_whatsauth_wheel;

    if (wheel->idle != NULL) {
        ngx_close_connection(wheel->idle);
        wheel->idle = NULL;
    }
}
