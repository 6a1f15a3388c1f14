
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The ring that all workers commit through, and this worker's seat in it.
 *
 * Workers of earlier reloads stay for as long as their clients do, which may
 * be days.  So a worker that is to end gives its seat back as soon as nothing
 * of its own is pending, and takes one again for a late request.
 */


#include "door/lmdb.h"

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>


/*
 * Bytes that one worker may have queued.  A POST of 1000 messages, each with
 * the record that it decides, needs about half of them.
 */
#define NGX_HTTP_WHATSAUTH_LMDB_SEAT_SIZE    (2 * 1024 * 1024)

/* The part of the descriptors that nginx may open. */
#define NGX_HTTP_WHATSAUTH_LMDB_WAKES_PART   64


static ngx_int_t ngx_http_whatsauth_lmdb_ring_map(ngx_cycle_t *cycle,
    ngx_http_whatsauth_lmdb_shared_t *shared);
static ngx_int_t ngx_http_whatsauth_lmdb_ring_wakes(ngx_cycle_t *cycle,
    ngx_http_whatsauth_lmdb_shared_t *shared);
static void ngx_http_whatsauth_lmdb_ring_unshare(void *data);
static unsigned ngx_http_whatsauth_lmdb_ring_seat(
    ngx_http_whatsauth_lmdb_t *lmdb);
static ngx_int_t ngx_http_whatsauth_lmdb_ring_listen(
    ngx_http_whatsauth_lmdb_t *lmdb);
static void ngx_http_whatsauth_lmdb_ring_wanting(
    ngx_http_whatsauth_lmdb_t *lmdb);
static void ngx_http_whatsauth_lmdb_ring_again(ngx_http_whatsauth_lmdb_t *lmdb);
static void ngx_http_whatsauth_lmdb_ring_wakeup(ngx_event_t *ev);


ngx_http_whatsauth_lmdb_shared_t  ngx_http_whatsauth_lmdb_shared;


/*
 * In the master, once for all reloads: old and new workers share one ring.  It
 * goes with the last cycle that uses it.
 */

ngx_int_t
ngx_http_whatsauth_lmdb_ring_share(ngx_cycle_t *cycle)
{
    ngx_pool_cleanup_t               *cln;
    ngx_http_whatsauth_lmdb_shared_t  shared;

    cln = ngx_pool_cleanup_add(cycle->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_lmdb_shared.ring == NULL) {

        ngx_memzero(&shared, sizeof(ngx_http_whatsauth_lmdb_shared_t));

        if (ngx_http_whatsauth_lmdb_ring_wakes(cycle, &shared) != NGX_OK
            || ngx_http_whatsauth_lmdb_ring_map(cycle, &shared) != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_whatsauth_lmdb_shared = shared;
    }

    ngx_http_whatsauth_lmdb_shared.cycle = cycle;
    *ngx_http_whatsauth_lmdb_shared.reported = 0;

    cln->handler = ngx_http_whatsauth_lmdb_ring_unshare;
    cln->data = cycle;

    return NGX_OK;
}


/*
 * A seat for each process that nginx can have, with those of earlier reloads,
 * so that no worker lacks one.  Their 2 GB are addresses alone: pages that no
 * worker has written take no memory and are not reserved.  A core dump leaves
 * them out: it would touch them all, and codes and numbers do not belong in
 * one.  With vm.overcommit_memory=2 or a limit of addresses the system may
 * refuse them; then there are fewer seats.
 */

static ngx_int_t
ngx_http_whatsauth_lmdb_ring_map(ngx_cycle_t *cycle,
    ngx_http_whatsauth_lmdb_shared_t *shared)
{
    u_char     *p;
    size_t      size;
    uint64_t    name;
    ngx_err_t   err;
    ngx_uint_t  seats;

    p = MAP_FAILED;
    size = 0;
    err = 0;

    for (seats = NGX_MAX_PROCESSES; seats; seats /= 2) {

        size = ngx_align(commit_ring_size(seats,
                                          NGX_HTTP_WHATSAUTH_LMDB_SEAT_SIZE),
                         sizeof(ngx_atomic_t));
        shared->size = size + sizeof(ngx_atomic_t);

        p = mmap(NULL, shared->size, PROT_READ|PROT_WRITE,
                 MAP_SHARED|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0);

        if (p != MAP_FAILED) {
            break;
        }

        err = ngx_errno;
    }

    if (p == MAP_FAILED) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, err,
                      "mmap() of the ring of \"whatsauth\" failed");
        return NGX_ERROR;
    }

    if (err) {
        ngx_log_error(NGX_LOG_WARN, cycle->log, err,
                      "whatsauth: room for commits of %ui workers only",
                      seats);
    }

    (void) madvise(p, shared->size, MADV_DONTDUMP);

    name = ((uint64_t) ngx_random() << 32) ^ ngx_random()
           ^ ((uint64_t) ngx_pid << 16) ^ (uint64_t) ngx_time();

    shared->seats = seats;
    shared->reported = (ngx_atomic_t *) (p + size);
    shared->ring = commit_ring_init(p, seats, NGX_HTTP_WHATSAUTH_LMDB_SEAT_SIZE,
                                    name);

    return NGX_OK;
}


/*
 * A worker is woken through an eventfd that it inherits from the master, so
 * nobody but nginx can wake or deafen it.  One for each seat would use up the
 * descriptors of the master, which has two for each worker by itself.  So
 * there are at most 64, or 16 where 1024 may be open, and seats share them: a
 * worker wakes now and then although another was meant.
 */

static ngx_int_t
ngx_http_whatsauth_lmdb_ring_wakes(ngx_cycle_t *cycle,
    ngx_http_whatsauth_lmdb_shared_t *shared)
{
    int            fd;
    ngx_uint_t     n;
    struct rlimit  rlmt;

    n = NGX_HTTP_WHATSAUTH_LMDB_WAKES_MAX;

    if (getrlimit(RLIMIT_NOFILE, &rlmt) == 0
        && rlmt.rlim_cur / NGX_HTTP_WHATSAUTH_LMDB_WAKES_PART < n)
    {
        n = rlmt.rlim_cur / NGX_HTTP_WHATSAUTH_LMDB_WAKES_PART;
    }

    do {
        fd = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);

        if (fd == -1) {
            break;
        }

        shared->eventfds[shared->wakes++] = fd;

    } while (shared->wakes < n);

    if (shared->wakes == 0) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno,
                      "eventfd() failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* At the end of each cycle; the ring goes with the last one. */

static void
ngx_http_whatsauth_lmdb_ring_unshare(void *data)
{
    ngx_uint_t                         i;
    ngx_http_whatsauth_lmdb_shared_t  *shared;

    shared = &ngx_http_whatsauth_lmdb_shared;

    if (shared->cycle != data) {
        return;
    }

    for (i = 0; i < shared->wakes; i++) {
        (void) close(shared->eventfds[i]);
    }

    (void) munmap(shared->ring, shared->size);

    ngx_memzero(shared, sizeof(ngx_http_whatsauth_lmdb_shared_t));
}


/*
 * While no seat is free, each request asks for one: whether the owners still
 * live is asked once a second.
 */

static unsigned
ngx_http_whatsauth_lmdb_ring_seat(ngx_http_whatsauth_lmdb_t *lmdb)
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
ngx_http_whatsauth_lmdb_ring_join(ngx_http_whatsauth_lmdb_t *lmdb)
{
    lmdb->seat = ngx_http_whatsauth_lmdb_ring_seat(lmdb);

    if (lmdb->seat == COMMIT_RING_NO_SEAT) {
        ngx_http_whatsauth_lmdb_ring_wanting(lmdb);
        return NGX_DECLINED;
    }

    if (ngx_http_whatsauth_lmdb_ring_listen(lmdb) != NGX_OK) {
        commit_ring_leave(ngx_http_whatsauth_lmdb_shared.ring, lmdb->seat);
        lmdb->seat = COMMIT_RING_NO_SEAT;
        ngx_http_whatsauth_lmdb_ring_again(lmdb);
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
ngx_http_whatsauth_lmdb_ring_wanting(ngx_http_whatsauth_lmdb_t *lmdb)
{
    if (!lmdb->wanting) {
        lmdb->wanting = 1;
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "whatsauth: no free commit slot for this worker "
                      "(limit %ui); responding with 503 until there is one",
                      ngx_http_whatsauth_lmdb_shared.seats);
    }

    ngx_http_whatsauth_lmdb_ring_again(lmdb);
}


static void
ngx_http_whatsauth_lmdb_ring_again(ngx_http_whatsauth_lmdb_t *lmdb)
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
ngx_http_whatsauth_lmdb_ring_listen(ngx_http_whatsauth_lmdb_t *lmdb)
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
    c->read->handler = ngx_http_whatsauth_lmdb_ring_wakeup;

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
ngx_http_whatsauth_lmdb_ring_leave(ngx_http_whatsauth_lmdb_t *lmdb)
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
ngx_http_whatsauth_lmdb_ring_rest(ngx_http_whatsauth_lmdb_t *lmdb)
{
    if (ngx_exiting && !lmdb->running && lmdb->watches == 0
        && ngx_queue_empty(&lmdb->waiting))
    {
        ngx_http_whatsauth_lmdb_ring_leave(lmdb);
    }
}


/* In a thread, with the writer lock of the store. */

void
ngx_http_whatsauth_lmdb_ring_wake(unsigned seat, void *data)
{
    ngx_http_whatsauth_lmdb_shared_t *shared = data;

    uint64_t  one;

    one = 1;

    /* It fails only when the counter is full: then the owner wakes anyway. */
    (void) !write(shared->eventfds[seat % shared->wakes], &one, sizeof(one));
}


static void
ngx_http_whatsauth_lmdb_ring_wakeup(ngx_event_t *ev)
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
