
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/hold.h"


static void ngx_http_whatsauth_hold_cleanup(void *data);


ngx_int_t
ngx_http_whatsauth_hold(ngx_http_whatsauth_hold_t *hold, ngx_http_request_t *r)
{
    ngx_http_cleanup_t  *cln;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(hold, sizeof(ngx_http_whatsauth_hold_t));
    hold->request = r;

    cln->handler = ngx_http_whatsauth_hold_cleanup;
    cln->data = hold;

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_hold_wait(ngx_http_whatsauth_hold_t *hold,
    ngx_http_whatsauth_wait_t *wait)
{
    return ngx_http_whatsauth_hold_until(hold, ngx_http_whatsauth_hold_forget,
                                         wait);
}


void
ngx_http_whatsauth_hold_forget(void *wait)
{
    ngx_http_whatsauth_door_forget(wait);
}


ngx_int_t
ngx_http_whatsauth_hold_until(ngx_http_whatsauth_hold_t *hold,
    ngx_http_whatsauth_forget_pt forget, void *wait)
{
    ngx_http_request_t  *r;

    if (hold->ended) {
        return hold->rc;
    }

    hold->forget = forget;
    hold->wait = wait;

    r = hold->request;
    r->main->count++;
    r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
}


/*
 * Nothing is counted: until the phases end the request cannot be finalized,
 * but for a connection that breaks, which frees it.  Any other event of the
 * connection would call the handler a second time.
 */

ngx_int_t
ngx_http_whatsauth_hold_phase(ngx_http_whatsauth_hold_t *hold,
    ngx_http_request_t *r, ngx_http_whatsauth_forget_pt forget, void *wait)
{
    if (ngx_http_whatsauth_hold(hold, r) != NGX_OK) {
        forget(wait);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    hold->forget = forget;
    hold->wait = wait;

    r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_AGAIN;
}


void
ngx_http_whatsauth_hold_resume(ngx_http_whatsauth_hold_t *hold)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ngx_http_whatsauth_hold_request(hold);
    c = r->connection;
    hold->forget = NULL;

    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
    ngx_http_run_posted_requests(c);
}


ngx_http_request_t *
ngx_http_whatsauth_hold_request(ngx_http_whatsauth_hold_t *hold)
{
    ngx_http_request_t  *r;

    r = hold->request;
    ngx_http_set_log_request(r->connection->log, r);

    return r;
}


void
ngx_http_whatsauth_hold_end(ngx_http_whatsauth_hold_t *hold, ngx_int_t rc)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    if (hold->forget == NULL) {
        hold->rc = rc;
        hold->ended = 1;
        return;
    }

    r = hold->request;
    c = r->connection;
    hold->forget = NULL;

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


static void
ngx_http_whatsauth_hold_cleanup(void *data)
{
    ngx_http_whatsauth_hold_t *hold = data;

    if (hold->forget != NULL) {
        hold->forget(hold->wait);
    }
}
