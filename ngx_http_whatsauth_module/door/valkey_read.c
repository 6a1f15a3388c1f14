
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Reads: each is a request to a server, but for sessions in the cache. */


#include "door/valkey.h"


static ngx_http_whatsauth_valkey_wait_t *ngx_http_whatsauth_valkey_read_wait(
    ngx_http_whatsauth_read_pt done, void *data);
static ngx_http_whatsauth_wait_t *ngx_http_whatsauth_valkey_read_sent(
    ngx_http_whatsauth_valkey_wait_t *w, ledger_result_t result);
static void ngx_http_whatsauth_valkey_read_done(void *data,
    ledger_result_t result, const ledger_record_t *record);
static void ngx_http_whatsauth_valkey_read_session_done(void *data,
    ledger_result_t result, const ledger_session_t *session);
static void ngx_http_whatsauth_valkey_read_subject_done(void *data,
    ledger_result_t result, const ledger_subject_t *subject);
static void ngx_http_whatsauth_valkey_read_head(valkey_store_due_t *look,
    const ledger_due_t *due, unsigned n);
static void ngx_http_whatsauth_valkey_read_looked(valkey_store_due_t *look);


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_valkey_read(uint64_t key, ngx_http_whatsauth_read_pt done,
    void *data)
{
    ngx_http_whatsauth_valkey_wait_t  *w;

    w = ngx_http_whatsauth_valkey_read_wait(done, data);

    if (w == NULL) {
        return NULL;
    }

    return ngx_http_whatsauth_valkey_read_sent(w,
                valkey_store_read(ngx_http_whatsauth_valkey.store, key,
                                  ngx_http_whatsauth_valkey_read_done, w));
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_valkey_read_asked(const ledger_text_t *app,
    const ledger_text_t *user_id, ngx_http_whatsauth_read_pt done, void *data)
{
    ngx_http_whatsauth_valkey_wait_t  *w;

    w = ngx_http_whatsauth_valkey_read_wait(done, data);

    if (w == NULL) {
        return NULL;
    }

    return ngx_http_whatsauth_valkey_read_sent(w,
                valkey_store_read_asked(ngx_http_whatsauth_valkey.store, app,
                                        user_id,
                                        ngx_http_whatsauth_valkey_read_done,
                                        w));
}


/* NULL: no memory, and done was called. */

static ngx_http_whatsauth_valkey_wait_t *
ngx_http_whatsauth_valkey_read_wait(ngx_http_whatsauth_read_pt done,
    void *data)
{
    ngx_http_whatsauth_valkey_wait_t  *w;

    w = ngx_http_whatsauth_valkey_wait(&ngx_http_whatsauth_valkey);

    if (w == NULL) {
        done(data, LEDGER_FAILED, NULL);
        return NULL;
    }

    w->wait.read = done;
    w->wait.data = data;

    return w;
}


/* Returns the wait; or NULL: the read was not sent, and done was called. */

static ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_valkey_read_sent(ngx_http_whatsauth_valkey_wait_t *w,
    ledger_result_t result)
{
    if (result == LEDGER_OK) {
        return &w->wait;
    }

    ngx_http_whatsauth_valkey_read_done(w, result, NULL);

    return NULL;
}


static void
ngx_http_whatsauth_valkey_read_done(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_valkey_wait_t *w = data;

    ngx_http_whatsauth_read_pt  done;

    done = w->wait.read;
    w->wait.read = NULL;

    if (done != NULL) {
        done(w->wait.data, result, record);
    }

    ngx_http_whatsauth_valkey_wait_over(&ngx_http_whatsauth_valkey, w);
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_valkey_read_session(uint64_t key,
    ngx_http_whatsauth_session_pt done, void *data)
{
    ledger_result_t                    result;
    const ledger_session_t            *session;
    ngx_http_whatsauth_valkey_t       *valkey;
    ngx_http_whatsauth_valkey_wait_t  *w;

    valkey = &ngx_http_whatsauth_valkey;
    session = ngx_http_whatsauth_valkey_cache_get(key);

    if (session != NULL) {
        done(data, LEDGER_OK, session);
        return NULL;
    }

    w = ngx_http_whatsauth_valkey_wait(valkey);

    if (w == NULL) {
        done(data, LEDGER_FAILED, NULL);
        return NULL;
    }

    w->wait.session = done;
    w->wait.data = data;
    w->began = ngx_current_msec;
    w->age = ngx_http_whatsauth_valkey_cache_age(key);

    result = valkey_store_read_session(valkey->store, key,
                               ngx_http_whatsauth_valkey_read_session_done, w);

    if (result == LEDGER_OK) {
        return &w->wait;
    }

    ngx_http_whatsauth_valkey_read_session_done(w, result, NULL);

    return NULL;
}


static void
ngx_http_whatsauth_valkey_read_session_done(void *data, ledger_result_t result,
    const ledger_session_t *session)
{
    ngx_http_whatsauth_valkey_wait_t *w = data;

    ngx_http_whatsauth_session_pt  done;

    if (result == LEDGER_OK) {
        ngx_http_whatsauth_valkey_cache_put(session, w->age, w->began);
    }

    done = w->wait.session;
    w->wait.session = NULL;

    if (done != NULL) {
        done(w->wait.data, result, session);
    }

    ngx_http_whatsauth_valkey_wait_over(&ngx_http_whatsauth_valkey, w);
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_valkey_read_subject(const ledger_text_t *app,
    const ledger_text_t *number, ngx_http_whatsauth_subject_pt done,
    void *data)
{
    ledger_result_t                    result;
    ngx_http_whatsauth_valkey_t       *valkey;
    ngx_http_whatsauth_valkey_wait_t  *w;

    valkey = &ngx_http_whatsauth_valkey;

    w = ngx_http_whatsauth_valkey_wait(valkey);

    if (w == NULL) {
        done(data, LEDGER_FAILED, NULL);
        return NULL;
    }

    w->wait.subject = done;
    w->wait.data = data;

    result = valkey_store_read_subject(valkey->store, app, number,
                               ngx_http_whatsauth_valkey_read_subject_done, w);

    if (result == LEDGER_OK) {
        return &w->wait;
    }

    ngx_http_whatsauth_valkey_read_subject_done(w, result, NULL);

    return NULL;
}


static void
ngx_http_whatsauth_valkey_read_subject_done(void *data, ledger_result_t result,
    const ledger_subject_t *subject)
{
    ngx_http_whatsauth_valkey_wait_t *w = data;

    ngx_http_whatsauth_subject_pt  done;

    done = w->wait.subject;
    w->wait.subject = NULL;

    if (done != NULL) {
        done(w->wait.data, result, subject);
    }

    ngx_http_whatsauth_valkey_wait_over(&ngx_http_whatsauth_valkey, w);
}


/*
 * The store goes on by itself where the last look has ended, and scan->lane is
 * the caller's to begin with, which no store of several partitions knows.
 */

void
ngx_http_whatsauth_valkey_read_due(ngx_http_whatsauth_scan_t *scan)
{
    valkey_store_due_t           *look;
    ngx_http_whatsauth_valkey_t  *valkey;

    valkey = &ngx_http_whatsauth_valkey;
    look = &valkey->look;
    scan->own = 1;

    ngx_memzero(look, sizeof(valkey_store_due_t));

    look->now = scan->now;
    look->horizon = scan->horizon;
    look->lanes = scan->lanes;
    look->each = NGX_HTTP_WHATSAUTH_HEAD_MAX;
    look->head = ngx_http_whatsauth_valkey_read_head;
    look->done = ngx_http_whatsauth_valkey_read_looked;
    look->data = scan;

    if (valkey_store_due(valkey->store, look) != 0) {
        ngx_http_whatsauth_valkey_read_looked(look);
    }
}


static void
ngx_http_whatsauth_valkey_read_head(valkey_store_due_t *look,
    const ledger_due_t *due, unsigned n)
{
    ngx_http_whatsauth_scan_t *scan = look->data;

    scan->head(scan, due, n);
}


static void
ngx_http_whatsauth_valkey_read_looked(valkey_store_due_t *look)
{
    ngx_http_whatsauth_scan_t *scan = look->data;

    scan->more = look->more;
    scan->full = look->full;
    scan->done(scan);
}


/* Only a sweep can tell, and it asks the servers little more. */

void
ngx_http_whatsauth_valkey_read_sweep_wanted(uint64_t now,
    ngx_http_whatsauth_wanted_pt done)
{
    done(valkey_store_keys(ngx_http_whatsauth_valkey.store) != NULL);
}
