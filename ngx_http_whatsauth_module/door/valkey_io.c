
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The world as the store asks for it: clocks, one timer, log lines, and keys
 * that have changed.
 */


#include "door/valkey.h"
#include "door/watch.h"


/* Milliseconds; the timer is renewed for as long as anybody waits. */
#define NGX_HTTP_WHATSAUTH_VALKEY_STAY  60000


static uint64_t ngx_http_whatsauth_valkey_io_clock(void *data);
static uint64_t ngx_http_whatsauth_valkey_io_now(void *data);
static void ngx_http_whatsauth_valkey_io_timer(void *data, uint64_t at);
static void ngx_http_whatsauth_valkey_io_tick(ngx_event_t *ev);
static void ngx_http_whatsauth_valkey_io_stays(ngx_event_t *ev);
static void ngx_http_whatsauth_valkey_io_log(void *data,
    valkey_store_severity_t severity, const char *text);
static void ngx_http_whatsauth_valkey_io_told(void *data, uint64_t key);
static void ngx_http_whatsauth_valkey_io_told_all(void *data);


const valkey_store_io_t  ngx_http_whatsauth_valkey_io = {
    ngx_http_whatsauth_valkey_io_clock,
    ngx_http_whatsauth_valkey_io_now,
    ngx_http_whatsauth_valkey_connect,
    ngx_http_whatsauth_valkey_socket_send,
    ngx_http_whatsauth_valkey_socket_close,
    ngx_http_whatsauth_valkey_io_timer,
    ngx_http_whatsauth_valkey_io_log,
    ngx_http_whatsauth_valkey_io_told,
    ngx_http_whatsauth_valkey_io_told_all
};


/*
 * A worker that is shutting down stays for the timers that are not cancelable.
 * The store's own are: it has some at all times.  So there is one more for as
 * long as anybody waits, and the turn that is under way then ends.
 */

void
ngx_http_whatsauth_valkey_io_init(ngx_http_whatsauth_valkey_t *valkey,
    ngx_log_t *log)
{
    valkey->dummy.fd = (ngx_socket_t) -1;

    valkey->tick.handler = ngx_http_whatsauth_valkey_io_tick;
    valkey->tick.data = &valkey->dummy;
    valkey->tick.log = log;
    valkey->tick.cancelable = 1;

    valkey->stay.handler = ngx_http_whatsauth_valkey_io_stays;
    valkey->stay.data = &valkey->dummy;
    valkey->stay.log = log;

    valkey->net.handler = ngx_http_whatsauth_valkey_watch_net;
    valkey->net.data = &valkey->dummy;
    valkey->net.log = log;
    valkey->net.cancelable = 1;
}


void
ngx_http_whatsauth_valkey_io_exit(ngx_http_whatsauth_valkey_t *valkey)
{
    if (valkey->tick.posted) {
        ngx_delete_posted_event(&valkey->tick);
    }

    if (valkey->tick.timer_set) {
        ngx_del_timer(&valkey->tick);
    }

    if (valkey->stay.timer_set) {
        ngx_del_timer(&valkey->stay);
    }

    if (valkey->net.timer_set) {
        ngx_del_timer(&valkey->net);
    }

    if (valkey->opening.posted) {
        ngx_delete_posted_event(&valkey->opening);
    }

    if (valkey->opening.timer_set) {
        ngx_del_timer(&valkey->opening);
    }
}


/* Where it has 32 bits, ngx_current_msec begins anew after 49 days. */

static uint64_t
ngx_http_whatsauth_valkey_io_clock(void *data)
{
    ngx_http_whatsauth_valkey_t *valkey = data;

    valkey->clock += (ngx_msec_t) (ngx_current_msec
                                   - (ngx_msec_t) valkey->clock);

    return valkey->clock;
}


static uint64_t
ngx_http_whatsauth_valkey_io_now(void *data)
{
    return ngx_http_whatsauth_door_now();
}


/*
 * nginx leaves a timer alone that would move by less than 300 ms, so the old
 * one goes first.
 */

static void
ngx_http_whatsauth_valkey_io_timer(void *data, uint64_t at)
{
    ngx_http_whatsauth_valkey_t *valkey = data;

    uint64_t  clock;

    clock = ngx_http_whatsauth_valkey_io_clock(valkey);

    if (valkey->tick.timer_set) {
        ngx_del_timer(&valkey->tick);
    }

    if (valkey->tick.posted) {
        ngx_delete_posted_event(&valkey->tick);
    }

    if (at <= clock) {
        ngx_post_event(&valkey->tick, &ngx_posted_events);

    } else {
        ngx_add_timer(&valkey->tick, (ngx_msec_t) (at - clock));
    }
}


static void
ngx_http_whatsauth_valkey_io_tick(ngx_event_t *ev)
{
    valkey_store_client_tick(
                      valkey_store_client(ngx_http_whatsauth_valkey.store));
}


void
ngx_http_whatsauth_valkey_io_stay(ngx_http_whatsauth_valkey_t *valkey)
{
    if (ngx_queue_empty(&valkey->waiting)) {

        if (valkey->stay.timer_set) {
            ngx_del_timer(&valkey->stay);
        }

    } else if (!valkey->stay.timer_set) {
        ngx_add_timer(&valkey->stay, NGX_HTTP_WHATSAUTH_VALKEY_STAY);
    }
}


static void
ngx_http_whatsauth_valkey_io_stays(ngx_event_t *ev)
{
    ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_VALKEY_STAY);
}


static void
ngx_http_whatsauth_valkey_io_log(void *data, valkey_store_severity_t severity,
    const char *text)
{
    ngx_http_whatsauth_valkey_t *valkey = data;

    static const ngx_uint_t  level[] = {
        NGX_LOG_NOTICE, NGX_LOG_WARN, NGX_LOG_ALERT, NGX_LOG_CRIT
    };

    if (ngx_http_whatsauth_valkey_shared_reports(valkey->shared, severity,
                                                 text))
    {
        ngx_log_error(level[severity], ngx_cycle->log, 0,
                      "whatsauth store \"%V\": %s", valkey->place, text);
    }
}


static void
ngx_http_whatsauth_valkey_io_told(void *data, uint64_t key)
{
    ngx_http_whatsauth_valkey_cache_evict(key);
    ngx_http_whatsauth_watch_changed(key);
}


static void
ngx_http_whatsauth_valkey_io_told_all(void *data)
{
    ngx_http_whatsauth_valkey_cache_evict_all();
    ngx_http_whatsauth_watch_changed_all();
}
