
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/hold.h"
#include "journey/revoke.h"
#include "login/ending.h"
#include "login/refuse.h"


typedef struct {
    ngx_http_whatsauth_hold_t      hold;
    ngx_http_whatsauth_visit_t    *visit;
    ngx_http_whatsauth_visit_pt    handler;
} ngx_http_whatsauth_ending_t;


static void ngx_http_whatsauth_ending_done(void *data,
    const ledger_op_t *op);


ngx_int_t
ngx_http_whatsauth_ending(ngx_http_whatsauth_visit_t *visit, uint64_t key,
    const ledger_text_t *subject, ngx_http_whatsauth_visit_pt handler)
{
    ledger_op_t                   op;
    ngx_http_whatsauth_wait_t    *wait;
    ngx_http_whatsauth_ending_t  *ending;

    ending = ngx_palloc(visit->request->pool,
                        sizeof(ngx_http_whatsauth_ending_t));

    if (ending == NULL
        || ngx_http_whatsauth_hold(&ending->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ending->visit = visit;
    ending->handler = handler;

    ngx_http_whatsauth_revoke_op(visit->app, key, subject, &op);

    wait = ngx_http_whatsauth_door_submit(&op, ngx_http_whatsauth_ending_done,
                                          ending);

    return ngx_http_whatsauth_hold_wait(&ending->hold, wait);
}


static void
ngx_http_whatsauth_ending_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_ending_t *ending = data;

    ngx_int_t                    rc;
    ngx_http_whatsauth_visit_t  *visit;

    visit = ending->visit;
    (void) ngx_http_whatsauth_hold_request(&ending->hold);

    if (ngx_http_whatsauth_revoke_ended(op) == NGX_ERROR) {
        rc = ngx_http_whatsauth_refuse(visit,
                                       NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                       "the session could not be ended");
    } else {
        rc = ending->handler(visit);
    }

    ngx_http_whatsauth_hold_end(&ending->hold, rc);
}
