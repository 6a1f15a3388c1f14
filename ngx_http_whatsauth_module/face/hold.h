
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A request that waits: for a commit, a read, a thread.  Its end may come at
 * once, within the call that starts the wait, or later from the event loop;
 * the function that brings it does not have to know which:
 *
 *    handler    ngx_http_whatsauth_hold(hold, r);
 *               wait = ngx_http_whatsauth_door_read(key, done, hold);
 *               return ngx_http_whatsauth_hold_wait(hold, wait);
 *
 *    done       r = ngx_http_whatsauth_hold_request(hold);
 *               rc = ngx_http_whatsauth_response(r, ...);
 *               ngx_http_whatsauth_hold_end(hold, rc);
 *
 * hold lives in the request's pool.  If the client goes first, the wait is
 * forgotten, and done is not called.
 *
 * A handler of a phase before the content waits with hold_phase() and goes on
 * with hold_resume(): nginx then calls the same handler again, and not before.
 */


#ifndef _NGX_HTTP_WHATSAUTH_HOLD_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_HOLD_H_INCLUDED_


#include "door/door.h"


typedef void (*ngx_http_whatsauth_forget_pt)(void *wait);

typedef struct {
    ngx_http_request_t            *request;
    ngx_http_whatsauth_forget_pt   forget;    /* NULL: it does not wait */
    void                          *wait;
    ngx_int_t                      rc;        /* of an end that came at once */
    unsigned                       ended:1;
} ngx_http_whatsauth_hold_t;


ngx_int_t ngx_http_whatsauth_hold(ngx_http_whatsauth_hold_t *hold,
    ngx_http_request_t *r);

/*
 * Lets the request wait for the door, unless its end has come.  Returns what
 * the content handler returns, or the handler of a body gives to
 * ngx_http_finalize_request().
 */
ngx_int_t ngx_http_whatsauth_hold_wait(ngx_http_whatsauth_hold_t *hold,
    ngx_http_whatsauth_wait_t *wait);

/* The same for a wait of any other kind, and what forgets it. */
ngx_int_t ngx_http_whatsauth_hold_until(ngx_http_whatsauth_hold_t *hold,
    ngx_http_whatsauth_forget_pt forget, void *wait);

/*
 * Lets a request wait in a phase; hold is all zeros before.  Returns what the
 * handler of the phase returns: NGX_AGAIN or, when memory is out, 500, and then
 * the wait is forgotten.
 */
ngx_int_t ngx_http_whatsauth_hold_phase(ngx_http_whatsauth_hold_t *hold,
    ngx_http_request_t *r, ngx_http_whatsauth_forget_pt forget, void *wait);

/* Goes on with the phases.  May free the request, and hold with it. */
void ngx_http_whatsauth_hold_resume(ngx_http_whatsauth_hold_t *hold);

/* Forgets a wait for the door. */
void ngx_http_whatsauth_hold_forget(void *wait);

/* The request, which log lines name from here on. */
ngx_http_request_t *ngx_http_whatsauth_hold_request(
    ngx_http_whatsauth_hold_t *hold);

/*
 * The response is sent, and rc is what sending it returned.  May free the
 * request, and hold with it.
 */
void ngx_http_whatsauth_hold_end(ngx_http_whatsauth_hold_t *hold,
    ngx_int_t rc);


#endif /* _NGX_HTTP_WHATSAUTH_HOLD_H_INCLUDED_ */
