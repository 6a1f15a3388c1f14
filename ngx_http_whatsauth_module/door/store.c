
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/bridge.h"
#include "kit/threads.h"


/*
 * LMDB keeps a place for each process that reads, until the process ends: for
 * all that nginx can have, and the other nginx while one takes over from the
 * other, and the tool.
 */
#define NGX_HTTP_WHATSAUTH_READERS      (2 * NGX_MAX_PROCESSES + 64)


static ngx_int_t ngx_http_whatsauth_store_directory(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf);
static ngx_int_t ngx_http_whatsauth_store_make(u_char *path);
static void ngx_http_whatsauth_store_give(ngx_cycle_t *cycle,
    ngx_str_t *path);
static void ngx_http_whatsauth_store_open(void *data, ngx_log_t *log);
static void ngx_http_whatsauth_store_opened(ngx_event_t *ev);
static void ngx_http_whatsauth_store_take(ngx_http_whatsauth_bridge_t *b,
    ngx_http_whatsauth_task_t *task);
static ngx_uint_t ngx_http_whatsauth_store_tell(const char *detail);
static void ngx_http_whatsauth_store_retry(ngx_event_t *ev);


ngx_http_whatsauth_bridge_t  ngx_http_whatsauth_bridge;


/* In the master, before workers are forked; at a reload, once again. */

ngx_int_t
ngx_http_whatsauth_store_init_module(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_whatsauth_module);

    if (ngx_test_config || mcf == NULL || mcf->carrier_ctx == NULL) {
        return NGX_OK;
    }

    if (ngx_http_whatsauth_store_directory(cycle, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_threads_init_module(cycle, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_ring_share(cycle);
}


/*
 * A directory that cannot be made is no reason for nginx not to start: the
 * workers report it, answer 503 and go on trying.
 */

static ngx_int_t
ngx_http_whatsauth_store_directory(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    if (ngx_http_whatsauth_store_make(mcf->store.path.data)
        == NGX_FILE_ERROR)
    {

        if (ngx_errno != NGX_EEXIST) {
            ngx_log_error(NGX_LOG_WARN, cycle->log, ngx_errno,
                          ngx_create_dir_n " \"%V\" of \"whatsauth_store\" "
                          "failed", &mcf->store.path);
        }

        return NGX_OK;
    }

    if (geteuid() == 0) {
        ngx_http_whatsauth_store_give(cycle, &mcf->store.path);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_store_make(u_char *path)
{
    ngx_int_t  rc;

    rc = ngx_create_dir(path, 0700);

    if (rc != NGX_FILE_ERROR || ngx_errno != NGX_ENOENT
        || ngx_strcmp(path, NGX_HTTP_WHATSAUTH_STORE_DEFAULT) != 0)
    {
        return rc;
    }

    /* The umask of whoever starts nginx must not keep the workers out. */

    if (ngx_create_dir(NGX_HTTP_WHATSAUTH_STORE_PARENT, 0755) == NGX_FILE_ERROR
        || chmod(NGX_HTTP_WHATSAUTH_STORE_PARENT, 0755) == -1)
    {
        return NGX_FILE_ERROR;
    }

    return ngx_create_dir(path, 0700);
}


/*
 * Gives the directory to the user of the workers.  A link that somebody has
 * put in its place is not followed: it could give away any folder.
 */

static void
ngx_http_whatsauth_store_give(ngx_cycle_t *cycle, ngx_str_t *path)
{
    int               fd;
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    fd = open((const char *) path->data,
              O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC);

    if (fd == -1 || fchown(fd, ccf->user, ccf->group) == -1) {
        ngx_log_error(NGX_LOG_CRIT, cycle->log, ngx_errno,
                      "\"%V\" of \"whatsauth_store\" cannot be given to "
                      "uid %d", path, ccf->user);
    }

    if (fd != -1) {
        close(fd);
    }
}


ngx_int_t
ngx_http_whatsauth_store_init_process(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_task_t       *task;
    ngx_http_whatsauth_bridge_t     *b;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_whatsauth_module);
    b = &ngx_http_whatsauth_bridge;

    b->seat = COMMIT_RING_NO_SEAT;
    b->thread_pool = mcf->threads.pool;
    ngx_queue_init(&b->waiting);
    ngx_queue_init(&b->free);

    b->task = ngx_thread_task_alloc(cycle->pool,
                                    sizeof(ngx_http_whatsauth_task_t));
    if (b->task == NULL) {
        return NGX_ERROR;
    }

    task = b->task->ctx;
    ngx_memzero(task, sizeof(ngx_http_whatsauth_task_t));
    task->options.path = (const char *) mcf->store.path.data;
    task->options.map_size = mcf->store.size;
    task->options.max_readers = NGX_HTTP_WHATSAUTH_READERS;

    b->commit.handler = ngx_http_whatsauth_store_commit;
    b->finish.handler = ngx_http_whatsauth_store_finish;
    b->stuck.handler = ngx_http_whatsauth_store_stuck;
    b->retry.handler = ngx_http_whatsauth_store_retry;
    b->retry.cancelable = 1;
    b->patience.handler = ngx_http_whatsauth_store_patience;
    b->patience.cancelable = 1;

    b->commit.log = b->finish.log = b->stuck.log = cycle->log;
    b->retry.log = b->patience.log = cycle->log;
    b->task->event.log = cycle->log;

    /* Timers and posted events print their data's fd when nginx debugs. */

    b->dumb.fd = (ngx_socket_t) -1;
    b->commit.data = b->finish.data = b->stuck.data = &b->dumb;
    b->retry.data = b->patience.data = b->task->event.data = &b->dumb;

    (void) ngx_http_whatsauth_ring_join(b);

    /*
     * The first attempt is made before the worker's first event, so that a
     * reload never shows a client a worker without its store.
     */

    ngx_http_whatsauth_store_open(task, cycle->log);
    ngx_http_whatsauth_store_opened(&b->task->event);

    return NGX_OK;
}


/* The thread pool has been drained before: no turn is under way. */

void
ngx_http_whatsauth_store_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;

    ngx_http_whatsauth_ring_leave(b);

    if (b->store != NULL) {
        whatsauth_codec_destroy(b->codec);
        lmdb_store_close(b->store);
        b->store = NULL;
    }
}


static void
ngx_http_whatsauth_store_open(void *data, ngx_log_t *log)
{
    ngx_http_whatsauth_task_t *task = data;

    task->result = lmdb_store_open(&task->options, &task->opened,
                                   task->detail);
}


static void
ngx_http_whatsauth_store_opened(ngx_event_t *ev)
{
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;
    b->running = 0;

    ngx_http_whatsauth_store_take(b, b->task->ctx);

    /* A reload may have come while the store was opened. */
    ngx_http_whatsauth_ring_rest(b);
}


static void
ngx_http_whatsauth_store_take(ngx_http_whatsauth_bridge_t *b,
    ngx_http_whatsauth_task_t *task)
{
    static char  told[LMDB_STORE_DETAIL_MAX];

    if (task->result != LEDGER_OK) {

        /* Tried every second, told once. */

        if (ngx_strcmp(told, task->detail) != 0
            && ngx_http_whatsauth_store_tell(task->detail))
        {
            ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                          "whatsauth store \"%s\": %s: %s; "
                          "answering 503 until this is mended",
                          task->options.path,
                          ledger_strresult(task->result), task->detail);
        }

        ngx_cpystrn((u_char *) told, (u_char *) task->detail, sizeof(told));
        ngx_add_timer(&b->retry, NGX_HTTP_WHATSAUTH_RETRY);
        return;
    }

    b->codec = whatsauth_codec_create(lmdb_store_code_key(task->opened),
                                      lmdb_store_id_key(task->opened));
    if (b->codec == NULL) {
        lmdb_store_close(task->opened);
        ngx_add_timer(&b->retry, NGX_HTTP_WHATSAUTH_RETRY);
        return;
    }

    b->store = task->opened;

    if (task->detail[0] != '\0') {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "whatsauth store \"%s\": %s", task->options.path,
                      task->detail);
    }

    *ngx_http_whatsauth_shared.told = 0;

    if (told[0] != '\0') {
        told[0] = '\0';
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                      "whatsauth store \"%s\" is open", task->options.path);
    }
}


/* The same fault in all workers is told by one of them. */

static ngx_uint_t
ngx_http_whatsauth_store_tell(const char *detail)
{
    ngx_atomic_uint_t  before, hash;

    before = *ngx_http_whatsauth_shared.told;
    hash = ngx_crc32_long((u_char *) detail, ngx_strlen(detail));

    return hash != before
           && ngx_atomic_cmp_set(ngx_http_whatsauth_shared.told, before, hash);
}


void
ngx_http_whatsauth_store_post(void (*handler)(void *data, ngx_log_t *log),
    ngx_event_handler_pt done)
{
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;

    b->task->handler = handler;
    b->task->event.handler = done;

    if (ngx_thread_task_post(b->thread_pool, b->task) != NGX_OK) {
        b->broken = 1;
        ngx_http_whatsauth_store_fail_waiting();

        if (!b->retry.timer_set) {
            ngx_add_timer(&b->retry, NGX_HTTP_WHATSAUTH_RETRY);
        }

        return;
    }

    b->running = 1;
}


static void
ngx_http_whatsauth_store_retry(ngx_event_t *ev)
{
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;

    if (ngx_exiting) {
        return;
    }

    if (b->seat == COMMIT_RING_NO_SEAT) {
        (void) ngx_http_whatsauth_ring_join(b);
    }

    if (b->running) {
        return;
    }

    if (b->store == NULL) {
        ngx_http_whatsauth_store_post(ngx_http_whatsauth_store_open,
                                      ngx_http_whatsauth_store_opened);

    } else if (b->broken) {
        ngx_http_whatsauth_store_post(ngx_http_whatsauth_store_turn,
                                      ngx_http_whatsauth_store_turned);
    }
}


lmdb_store_t *
ngx_http_whatsauth_store(void)
{
    return ngx_http_whatsauth_bridge.store;
}


whatsauth_codec_t *
ngx_http_whatsauth_store_codec(void)
{
    return ngx_http_whatsauth_bridge.codec;
}


uint64_t
ngx_http_whatsauth_store_now(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (uint64_t) tp->sec * 1000 + tp->msec;
}
