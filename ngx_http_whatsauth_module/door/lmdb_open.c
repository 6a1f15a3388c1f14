
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Opening the store: once when a worker starts, and again each second while
 * it cannot be opened.
 */


#include "door/lmdb.h"


static void ngx_http_whatsauth_lmdb_open_try(void *data, ngx_log_t *log);
static void ngx_http_whatsauth_lmdb_open_tried(ngx_event_t *ev);
static void ngx_http_whatsauth_lmdb_open_take(ngx_http_whatsauth_lmdb_t *lmdb,
    ngx_http_whatsauth_lmdb_task_t *task);
static ngx_uint_t ngx_http_whatsauth_lmdb_open_reports(const char *detail);


/*
 * A reload must never show a client a worker without its store, so the first
 * attempt does not leave the event loop.
 */

void
ngx_http_whatsauth_lmdb_open_first(ngx_http_whatsauth_lmdb_t *lmdb)
{
    ngx_http_whatsauth_lmdb_open_try(lmdb->task->ctx, ngx_cycle->log);
    ngx_http_whatsauth_lmdb_open_tried(&lmdb->task->event);
}


static void
ngx_http_whatsauth_lmdb_open_try(void *data, ngx_log_t *log)
{
    ngx_http_whatsauth_lmdb_task_t *task = data;

    task->result = lmdb_store_open(&task->options, &task->opened,
                                   task->detail);
}


static void
ngx_http_whatsauth_lmdb_open_tried(ngx_event_t *ev)
{
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;
    lmdb->running = 0;

    ngx_http_whatsauth_lmdb_open_take(lmdb, lmdb->task->ctx);

    /* A reload may have come while the store was opened. */
    ngx_http_whatsauth_lmdb_seat_rest(lmdb);
}


static void
ngx_http_whatsauth_lmdb_open_take(ngx_http_whatsauth_lmdb_t *lmdb,
    ngx_http_whatsauth_lmdb_task_t *task)
{
    static char  reported[LMDB_STORE_DETAIL_MAX];

    if (task->result != LEDGER_OK) {

        /* Tried every second, reported once. */

        if (ngx_strcmp(reported, task->detail) != 0
            && ngx_http_whatsauth_lmdb_open_reports(task->detail))
        {
            ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                          "whatsauth store \"%s\": %s: %s; "
                          "responding with 503 until it can be opened",
                          task->options.path,
                          ledger_strresult(task->result), task->detail);
        }

        ngx_cpystrn((u_char *) reported, (u_char *) task->detail,
                    sizeof(reported));
        ngx_add_timer(&lmdb->retry, NGX_HTTP_WHATSAUTH_LMDB_RETRY);
        return;
    }

    lmdb->codec = whatsauth_codec_create(lmdb_store_code_key(task->opened),
                                         lmdb_store_id_key(task->opened),
                                         lmdb_store_token_key(task->opened));
    if (lmdb->codec == NULL) {
        lmdb_store_close(task->opened);
        ngx_add_timer(&lmdb->retry, NGX_HTTP_WHATSAUTH_LMDB_RETRY);
        return;
    }

    lmdb->store = task->opened;

    if (task->detail[0] != '\0') {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "whatsauth store \"%s\": %s", task->options.path,
                      task->detail);
    }

    *ngx_http_whatsauth_lmdb_shared.reported = 0;

    if (reported[0] != '\0') {
        reported[0] = '\0';
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                      "whatsauth store \"%s\" is open", task->options.path);
    }
}


/* A fault that all workers see is reported by one of them. */

static ngx_uint_t
ngx_http_whatsauth_lmdb_open_reports(const char *detail)
{
    ngx_atomic_uint_t  before, hash;

    before = *ngx_http_whatsauth_lmdb_shared.reported;
    hash = ngx_crc32_long((u_char *) detail, ngx_strlen(detail));

    return hash != before
           && ngx_atomic_cmp_set(ngx_http_whatsauth_lmdb_shared.reported,
                                 before, hash);
}


void
ngx_http_whatsauth_lmdb_open_retry(ngx_event_t *ev)
{
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;

    if (ngx_exiting) {
        return;
    }

    if (lmdb->seat == COMMIT_RING_NO_SEAT) {
        (void) ngx_http_whatsauth_lmdb_seat_join(lmdb);
    }

    if (lmdb->running) {
        return;
    }

    if (lmdb->store == NULL) {
        ngx_http_whatsauth_lmdb_turn_post(ngx_http_whatsauth_lmdb_open_try,
                                          ngx_http_whatsauth_lmdb_open_tried);

    } else if (lmdb->broken) {
        ngx_http_whatsauth_lmdb_turn_post(ngx_http_whatsauth_lmdb_turn_run,
                                          ngx_http_whatsauth_lmdb_turn_ended);
    }
}
