
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/hold.h"
#include "login/visit_cancel.h"


typedef struct {
    ngx_http_whatsauth_hold_t            hold;
    ngx_http_whatsauth_cancel_t          cancel;
    ngx_http_whatsauth_visit_t          *visit;
    ngx_http_whatsauth_visit_cancel_pt   handler;
    void                                *data;
} ngx_http_whatsauth_visit_cancel_t;


static void ngx_http_whatsauth_visit_cancel_done(void *data,
    const ngx_http_whatsauth_by_claim_end_t *end);


ngx_int_t
ngx_http_whatsauth_visit_cancel(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_visit_cancel_pt handler, void *data)
{
    ngx_http_whatsauth_cancel_t        *cancel;
    ngx_http_whatsauth_visit_cancel_t  *over;

    over = ngx_pcalloc(visit->request->pool,
                       sizeof(ngx_http_whatsauth_visit_cancel_t));

    if (over == NULL
        || ngx_http_whatsauth_hold(&over->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    over->visit = visit;
    over->handler = handler;
    over->data = data;

    cancel = &over->cancel;
    cancel->conf = ngx_http_get_module_main_conf(visit->request,
                                                 ngx_http_whatsauth_module);
    cancel->app = visit->app;
    cancel->claim = visit->claim;
    cancel->done = ngx_http_whatsauth_visit_cancel_done;
    cancel->data = over;

    ngx_http_whatsauth_cancel(cancel);

    return ngx_http_whatsauth_hold_until(&over->hold,
                                         ngx_http_whatsauth_cancel_forget,
                                         cancel);
}


static void
ngx_http_whatsauth_visit_cancel_done(void *data,
    const ngx_http_whatsauth_by_claim_end_t *end)
{
    ngx_http_whatsauth_visit_cancel_t *over = data;

    (void) ngx_http_whatsauth_hold_request(&over->hold);

    ngx_http_whatsauth_hold_end(&over->hold,
                                over->handler(over->visit, over->data, end));
}
