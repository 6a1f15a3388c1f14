
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "door/watch.h"
#include "gate/session_end.h"


typedef struct {
    ngx_http_whatsauth_watch_t    watch;
    ngx_http_request_t           *request;
    ngx_http_whatsauth_wait_t    *read;       /* of the session, or NULL */
    unsigned                      opening:1;  /* the response is not sent */
    unsigned                      again:1;    /* it changes while it is read */
    unsigned                      ended:1;
} ngx_http_whatsauth_session_end_t;


static void ngx_http_whatsauth_session_end_look(void *data);
static void ngx_http_whatsauth_session_end_read(void *data,
    ledger_result_t result, const ledger_session_t *session);
static void ngx_http_whatsauth_session_end_cleanup(void *data);


/*
 * A worker for which the store has no place to watch from lets the response be:
 * it has been let in.  The session is read once more, because it may have ended
 * since the gate has read it.
 */

ngx_int_t
ngx_http_whatsauth_session_end(ngx_http_request_t *r, uint64_t key)
{
    ngx_http_cleanup_t                *cln;
    ngx_http_whatsauth_session_end_t  *end;

    cln = ngx_http_cleanup_add(r, sizeof(ngx_http_whatsauth_session_end_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    end = cln->data;
    ngx_memzero(end, sizeof(ngx_http_whatsauth_session_end_t));

    end->request = r;
    end->watch.key = key;
    end->watch.changed = ngx_http_whatsauth_session_end_look;
    end->watch.data = end;

    if (ngx_http_whatsauth_watch(&end->watch) != NGX_OK) {
        return NGX_OK;
    }

    cln->handler = ngx_http_whatsauth_session_end_cleanup;

    end->opening = 1;
    ngx_http_whatsauth_session_end_look(end);
    end->opening = 0;

    return end->ended ? NGX_ERROR : NGX_OK;
}


static void
ngx_http_whatsauth_session_end_look(void *data)
{
    ngx_http_whatsauth_session_end_t *end = data;

    ngx_http_whatsauth_wait_t  *wait;

    if (end->read != NULL) {
        end->again = 1;
        return;
    }

    wait = ngx_http_whatsauth_door_read_session(end->watch.key,
                                         ngx_http_whatsauth_session_end_read,
                                         end);

    /* NULL: the request may have gone already. */

    if (wait != NULL) {
        end->read = wait;
    }
}


/* Closed, never open: also if the session cannot be read any more. */

static void
ngx_http_whatsauth_session_end_read(void *data, ledger_result_t result,
    const ledger_session_t *session)
{
    ngx_http_whatsauth_session_end_t *end = data;

    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    end->read = NULL;

    if (session != NULL) {

        if (end->again) {
            end->again = 0;
            ngx_http_whatsauth_session_end_look(end);
        }

        return;
    }

    end->ended = 1;

    if (end->opening) {
        return;
    }

    r = end->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    /* Counted, or the cleanup of an upstream would free the request first. */
    r->main->count++;

    ngx_http_finalize_request(r, NGX_ERROR);
    ngx_http_run_posted_requests(c);
}


static void
ngx_http_whatsauth_session_end_cleanup(void *data)
{
    ngx_http_whatsauth_session_end_t *end = data;

    ngx_http_whatsauth_watch_end(&end->watch);

    if (end->read != NULL) {
        ngx_http_whatsauth_door_forget(end->read);
    }
}
