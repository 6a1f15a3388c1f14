
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The ring that all workers commit through, as the master makes it. */


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
