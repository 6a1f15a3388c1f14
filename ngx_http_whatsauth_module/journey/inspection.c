
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/inspection_thread.h"
#include "kit/body.h"
#include "kit/log.h"


/* A smaller body is quicker done than handed over. */
#define NGX_HTTP_WHATSAUTH_INLINE_MAX  4096

/*
 * Messages whose JSON is freed in the event loop; more go to a thread: to free
 * that of 37000 messages takes 40 milliseconds.
 */
#define NGX_HTTP_WHATSAUTH_FREE_MAX    500


static ngx_int_t ngx_http_whatsauth_inspection_copy(
    ngx_http_whatsauth_inspection_t *inspection, ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_inspection_detach(
    ngx_http_whatsauth_inspection_t *inspection);
static void ngx_http_whatsauth_inspection_run(void *data, ngx_log_t *log);
static void ngx_http_whatsauth_inspection_free_batch(void *data,
    ngx_log_t *log);
static void ngx_http_whatsauth_inspection_left(ngx_event_t *ev);
static void ngx_http_whatsauth_inspection_free(
    ngx_http_whatsauth_inspection_t *inspection);


ngx_uint_t
ngx_http_whatsauth_inspection_is_full(ngx_http_request_t *r,
    const ngx_http_whatsauth_provider_t *provider, size_t len)
{
    return len > NGX_HTTP_WHATSAUTH_INLINE_MAX
           && ngx_http_whatsauth_inspection_thread_is_full(r, provider, len);
}


ngx_http_whatsauth_inspection_t *
ngx_http_whatsauth_inspection_create(ngx_http_request_t *r,
    const ngx_http_whatsauth_webhook_t *webhook)
{
    size_t                            len;
    ngx_thread_task_t                *task;
    ngx_http_whatsauth_inspection_t  *inspection;

    len = ngx_http_whatsauth_body_len(r);

    task = ngx_calloc(sizeof(ngx_thread_task_t)
                      + sizeof(ngx_http_whatsauth_inspection_t),
                      ngx_cycle->log);
    if (task == NULL) {
        return NULL;
    }

    inspection = (ngx_http_whatsauth_inspection_t *) (task + 1);
    inspection->task = task;
    inspection->fd = NGX_INVALID_FILE;
    ngx_http_whatsauth_client(r, &inspection->client);
    inspection->webhook = *webhook;
    inspection->webhook.len = len;
    inspection->webhook.body = ngx_alloc(len + 1, ngx_cycle->log);

    if (inspection->webhook.body == NULL
        || ngx_http_whatsauth_inspection_copy(inspection, r) != NGX_OK)
    {
        ngx_http_whatsauth_inspection_destroy(inspection);
        return NULL;
    }

    return inspection;
}


/*
 * Copies the part of the body in memory and leaves that in the temporary file
 * to the thread.  The request may end before, so the descriptor is a copy.
 */

static ngx_int_t
ngx_http_whatsauth_inspection_copy(ngx_http_whatsauth_inspection_t *inspection,
    ngx_http_request_t *r)
{
    u_char       *p;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    p = inspection->webhook.body;

    for (cl = ngx_http_whatsauth_body_chain(r); cl; cl = cl->next) {
        b = cl->buf;

        if (!b->in_file) {
            p = ngx_cpymem(p, b->pos, b->last - b->pos);
            continue;
        }

        if (inspection->fd != NGX_INVALID_FILE || cl->next != NULL) {
            ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                          "whatsauth: a body in several files");
            return NGX_ERROR;
        }

        inspection->fd = dup(b->file->fd);

        if (inspection->fd == NGX_INVALID_FILE) {
            if (ngx_http_whatsauth_log_wanted(NGX_LOG_CRIT,
                                              r->connection->log, "dup()"))
            {
                ngx_log_error(NGX_LOG_CRIT, r->connection->log, ngx_errno,
                              "dup() of a body's file failed");
            }

            return NGX_ERROR;
        }

        inspection->file_pos = b->file_pos;
        inspection->in_file = b->file_last - b->file_pos;
    }

    return NGX_OK;
}


void
ngx_http_whatsauth_inspection_start(ngx_http_whatsauth_inspection_t *inspection,
    ngx_thread_pool_t *pool)
{
    if (inspection->webhook.len <= NGX_HTTP_WHATSAUTH_INLINE_MAX) {
        ngx_http_whatsauth_inspection_run(inspection, ngx_cycle->log);
        inspection->handler(inspection);
        return;
    }

    if (ngx_http_whatsauth_inspection_detach(inspection) != NGX_OK) {
        inspection->unreadable = 1;
        inspection->handler(inspection);
        return;
    }

    ngx_http_whatsauth_inspection_thread_run(inspection, pool,
                                            ngx_http_whatsauth_inspection_run);
}


/* The request may end while a thread works. */

static ngx_int_t
ngx_http_whatsauth_inspection_detach(
    ngx_http_whatsauth_inspection_t *inspection)
{
    u_char                            *p;
    ngx_http_whatsauth_webhook_url_t  *url;

    url = &inspection->webhook.url;

    if (url->target.len == 0) {
        return NGX_OK;
    }

    p = ngx_alloc(url->target.len + url->userinfo.len, ngx_cycle->log);
    if (p == NULL) {
        return NGX_ERROR;
    }

    inspection->copy = p;

    ngx_memcpy(p, url->target.data, url->target.len);
    url->target.data = (const char *) p;

    if (url->userinfo.len) {
        p += url->target.len;
        ngx_memcpy(p, url->userinfo.data, url->userinfo.len);
        url->userinfo.data = (const char *) p;
    }

    return NGX_OK;
}


/* In a thread or not: touches nothing but the inspection. */

static void
ngx_http_whatsauth_inspection_run(void *data, ngx_log_t *log)
{
    ngx_http_whatsauth_inspection_t *inspection = data;

    ssize_t                        n;
    ngx_http_whatsauth_webhook_t  *webhook;

    webhook = &inspection->webhook;

    if (inspection->in_file) {
        n = pread(inspection->fd,
                  webhook->body + webhook->len - inspection->in_file,
                  inspection->in_file, inspection->file_pos);

        if (n < 0 || (size_t) n != inspection->in_file) {
            inspection->unreadable = 1;
            return;
        }
    }

    if (webhook->provider->verify(webhook) != NGX_OK) {
        inspection->unreadable = 1;
        return;
    }

    if (webhook->verified) {
        webhook->provider->read(webhook);
    }
}


void
ngx_http_whatsauth_inspection_destroy(
    ngx_http_whatsauth_inspection_t *inspection)
{
    /* ctx is set while the inspection is queued or in a thread. */

    if (inspection->task->ctx != NULL) {
        inspection->handler = NULL;
        return;
    }

    if (inspection->webhook.batch.n > NGX_HTTP_WHATSAUTH_FREE_MAX
        && ngx_http_whatsauth_inspection_thread_free(inspection,
                                    ngx_http_whatsauth_inspection_free_batch,
                                    ngx_http_whatsauth_inspection_left)
           == NGX_OK)
    {
        return;
    }

    ngx_http_whatsauth_inspection_free_batch(inspection, NULL);
    ngx_http_whatsauth_inspection_free(inspection);
}


/* In a thread or not. */

static void
ngx_http_whatsauth_inspection_free_batch(void *data, ngx_log_t *log)
{
    ngx_http_whatsauth_inspection_t *inspection = data;

    if (inspection->webhook.batch.owner != NULL) {
        inspection->webhook.provider->free(&inspection->webhook.batch);
    }
}


static void
ngx_http_whatsauth_inspection_left(ngx_event_t *ev)
{
    ngx_http_whatsauth_inspection_free(ev->data);
}


static void
ngx_http_whatsauth_inspection_free(
    ngx_http_whatsauth_inspection_t *inspection)
{
    if (inspection->fd != NGX_INVALID_FILE) {
        (void) close(inspection->fd);
    }

    if (inspection->webhook.body != NULL) {
        ngx_free(inspection->webhook.body);
    }

    if (inspection->copy != NULL) {
        ngx_free(inspection->copy);
    }

    ngx_free(inspection->task);
}
