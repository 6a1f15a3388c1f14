
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * This worker's seat in the ring.
 *
 * Workers of earlier reloads stay for as long as their clients do, which may
 * be days.  So a worker that is to end gives its seat back as soon as nothing
 * of its own is pending, and takes one again for a late request.
 */


#include "door/lmdb.h"


static unsigned ngx_http_whatsauth_lmdb_seat_find(
    ngx_http_whatsauth_lmdb_t *lmdb);
static ngx_int_t ngx_http_whatsauth_lmdb_seat_listen(
    ngx_http_whatsauth_lmdb_t *lmdb);
static void ngx_http_whatsauth_lmdb_seat_wanting(
    ngx_http_whatsauth_lmdb_t *lmdb);
static void ngx_http_whatsauth_lmdb_seat_again(ngx_http_whatsauth_lmdb_t *lmdb);
static void ngx_http_whatsauth_lmdb_seat_wakeup(ngx_event_t *ev);


/*
 * While no seat is free, each request asks for one: whether the owners still
 * live is asked once a second.
 */

static unsigned
ngx_http_whatsauth_lmdb_seat_find(ngx_http_whatsauth_lmdb_t *lmdb)
{
    commit_ring_t  *ring;

    ring = ngx_http_whatsauth_lmdb_shared.ring;

    if (lmdb->wanting
        && ngx_current_msec - lmdb->searched_at < NGX_HTTP_WHATSAUTH_LMDB_RETRY)
    {
        return commit_ring_join_free(ring, ngx_pid);
    }

    lmdb->searched_at = ngx_current_msec;

    return commit_ring_join(ring, ngx_pid);
}


ngx_int_t
ngx_http_whatsauth_lmdb_seat_join(ngx_http_whatsauth_lmdb_t *lmdb)
{
    lmdb->seat = ngx_http_whatsauth_lmdb_seat_find(lmdb);

    if (lmdb->seat == COMMIT_RING_NO_SEAT) {
        ngx_http_whatsauth_lmdb_seat_wanting(lmdb);
        return NGX_DECLINED;
    }

    if (ngx_http_whatsauth_lmdb_seat_listen(lmdb) != NGX_OK) {
        commit_ring_leave(ngx_http_whatsauth_lmdb_shared.ring, lmdb->seat);
        lmdb->seat = COMMIT_RING_NO_SEAT;
        ngx_http_whatsauth_lmdb_seat_again(lmdb);
        return NGX_DECLINED;
    }

    if (lmdb->wanting) {
        lmdb->wanting = 0;
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "whatsauth: this worker has got a commit slot");
    }

    return NGX_OK;
}


static void
ngx_http_whatsauth_lmdb_seat_wanting(ngx_http_whatsauth_lmdb_t *lmdb)
{
    if (!lmdb->wanting) {
        lmdb->wanting = 1;
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "whatsauth: no free commit slot for this worker "
                      "(limit %ui); responding with 503 until there is one",
                      ngx_http_whatsauth_lmdb_shared.seats);
    }

    ngx_http_whatsauth_lmdb_seat_again(lmdb);
}


static void
ngx_http_whatsauth_lmdb_seat_again(ngx_http_whatsauth_lmdb_t *lmdb)
{
    if (!lmdb->retry.timer_set) {
        ngx_add_timer(&lmdb->retry, NGX_HTTP_WHATSAUTH_LMDB_RETRY);
    }
}


/*
 * The connection is idle, so that nginx calls its handler when the worker is
 * to end: see ngx_close_idle_connections().
 *
 * epoll reports each write to each worker that listens.  There nobody reads
 * the eventfd, since one worker might read it before another has seen it.
 * Other methods report it until it is read: a worker that misses it looks
 * after COMMIT_RING_PATIENCE by itself.
 */

static ngx_int_t
ngx_http_whatsauth_lmdb_seat_listen(ngx_http_whatsauth_lmdb_t *lmdb)
{
    int                                fd;
    ngx_connection_t                  *c;
    ngx_http_whatsauth_lmdb_shared_t  *shared;

    shared = &ngx_http_whatsauth_lmdb_shared;
    fd = shared->eventfds[lmdb->seat % shared->wakes];

    c = ngx_get_connection(fd, ngx_cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->idle = 1;
    c->read->log = ngx_cycle->log;
    c->write->log = ngx_cycle->log;
    c->read->handler = ngx_http_whatsauth_lmdb_seat_wakeup;

    if (ngx_add_event(c->read, NGX_READ_EVENT,
                      ngx_event_flags & NGX_USE_CLEAR_EVENT
                      ? NGX_CLEAR_EVENT : NGX_LEVEL_EVENT)
        != NGX_OK)
    {
        ngx_free_connection(c);
        c->fd = (ngx_socket_t) -1;
        return NGX_ERROR;
    }

    lmdb->wakeup = c;

    return NGX_OK;
}


void
ngx_http_whatsauth_lmdb_seat_leave(ngx_http_whatsauth_lmdb_t *lmdb)
{
    ngx_connection_t  *c;

    c = lmdb->wakeup;

    if (c == NULL) {
        return;
    }

    lmdb->wakeup = NULL;

    (void) ngx_del_event(c->read, NGX_READ_EVENT, 0);
    ngx_free_connection(c);
    c->fd = (ngx_socket_t) -1;

    commit_ring_leave(ngx_http_whatsauth_lmdb_shared.ring, lmdb->seat);
    lmdb->seat = COMMIT_RING_NO_SEAT;
}


/*
 * Others may rely on a turn that is under way, and this worker's next turn does
 * what it leaves undone.
 */

void
ngx_http_whatsauth_lmdb_seat_rest(ngx_http_whatsauth_lmdb_t *lmdb)
{
    if (ngx_exiting && !lmdb->running && lmdb->watches == 0
        && ngx_queue_empty(&lmdb->waiting))
    {
        ngx_http_whatsauth_lmdb_seat_leave(lmdb);
    }
}


/* In a thread, with the writer lock of the store. */

void
ngx_http_whatsauth_lmdb_seat_wake(unsigned seat, void *data)
{
    ngx_http_whatsauth_lmdb_shared_t *shared = data;

    uint64_t  one;

    one = 1;

    /* It fails only when the counter is full: then the owner wakes anyway. */
    (void) !write(shared->eventfds[seat % shared->wakes], &one, sizeof(one));
}


static void
ngx_http_whatsauth_lmdb_seat_wakeup(ngx_event_t *ev)
{
    uint64_t           n;
    ngx_connection_t  *c;

    c = ev->data;

    if (!(ngx_event_flags & NGX_USE_CLEAR_EVENT)) {
        /* EAGAIN is nothing to tell: another worker has read it. */
        (void) !read(c->fd, &n, sizeof(n));
    }

    ngx_http_whatsauth_lmdb_turn_finish(&ngx_http_whatsauth_lmdb.finish);
    ngx_http_whatsauth_lmdb_watch_look(&ngx_http_whatsauth_lmdb.look);
}
