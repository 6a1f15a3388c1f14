
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/claimed.h"
#include "face/hold.h"
#include "login/refuse.h"
#include "login/visit_record.h"


typedef struct {
    ngx_http_whatsauth_hold_t            hold;
    ngx_http_whatsauth_visit_t          *visit;
    ngx_http_whatsauth_visit_record_pt   handler;
} ngx_http_whatsauth_visit_record_t;


static void ngx_http_whatsauth_visit_record_read(void *data,
    ledger_result_t result, const ledger_record_t *record);


ngx_int_t
ngx_http_whatsauth_visit_record(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_visit_record_pt handler)
{
    ngx_http_whatsauth_wait_t          *wait;
    ngx_http_whatsauth_visit_record_t  *read;

    if (!visit->claimed) {
        return handler(visit, NULL);
    }

    read = ngx_palloc(visit->request->pool,
                      sizeof(ngx_http_whatsauth_visit_record_t));

    if (read == NULL
        || ngx_http_whatsauth_hold(&read->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    read->visit = visit;
    read->handler = handler;

    wait = ngx_http_whatsauth_door_read(visit->claim.key,
                                        ngx_http_whatsauth_visit_record_read,
                                        read);

    return ngx_http_whatsauth_hold_wait(&read->hold, wait);
}


static void
ngx_http_whatsauth_visit_record_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_visit_record_t *read = data;

    ngx_int_t                    rc;
    ngx_http_whatsauth_visit_t  *visit;

    visit = read->visit;
    (void) ngx_http_whatsauth_hold_request(&read->hold);

    switch (ngx_http_whatsauth_claimed(visit->request, visit->app,
                                       &visit->claim, result, record))
    {
    case NGX_HTTP_WHATSAUTH_NONE:
        rc = read->handler(visit, record);
        break;

    case NGX_HTTP_WHATSAUTH_INVALID_CLAIM:
        visit->spoilt = visit->cookies;
        rc = read->handler(visit, NULL);
        break;

    default:
        rc = ngx_http_whatsauth_refuse(visit,
                                       NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                       "the login cannot be read");
    }

    ngx_http_whatsauth_hold_end(&read->hold, rc);
}


ngx_http_whatsauth_page_state_t
ngx_http_whatsauth_visit_record_state(const ledger_record_t *record)
{
    uint64_t  now;

    now = ngx_http_whatsauth_door_now();

    switch (ledger_status(record, now)) {

    case LEDGER_STATUS_VALIDATED:
        return NGX_HTTP_WHATSAUTH_PAGE_VALIDATED;

    case LEDGER_STATUS_EXPIRED:
        return NGX_HTTP_WHATSAUTH_PAGE_EXPIRED;

    case LEDGER_STATUS_FAILED:
        return NGX_HTTP_WHATSAUTH_PAGE_FAILED;

    default:
        break;
    }

    switch (ledger_step(record, now)) {

    case LEDGER_STEP_PIN:
        return NGX_HTTP_WHATSAUTH_PAGE_PIN;

    case LEDGER_STEP_SEND_FAILED:
        return NGX_HTTP_WHATSAUTH_PAGE_SEND_FAILED;

    default:
        return NGX_HTTP_WHATSAUTH_PAGE_SEND;
    }
}
