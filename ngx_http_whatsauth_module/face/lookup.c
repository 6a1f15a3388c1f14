
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/hold.h"
#include "face/lookup.h"
#include "kit/problem.h"


typedef struct {
    ngx_http_whatsauth_hold_t      hold;
    ngx_http_whatsauth_lookup_pt   handler;
} ngx_http_whatsauth_lookup_t;


static void ngx_http_whatsauth_lookup_done(void *data, ledger_result_t result,
    const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_lookup_unreadable(ngx_http_request_t *r);


ngx_int_t
ngx_http_whatsauth_lookup(ngx_http_request_t *r, const ngx_str_t *id,
    ngx_http_whatsauth_lookup_pt handler)
{
    uint64_t                      key;
    whatsauth_codec_t            *codec;
    ngx_http_whatsauth_wait_t    *wait;
    ngx_http_whatsauth_lookup_t  *lookup;

    codec = ngx_http_whatsauth_door_codec();

    if (codec == NULL) {
        return ngx_http_whatsauth_lookup_unreadable(r);
    }

    if (whatsauth_id_decode(codec, (const char *) id->data, id->len, &key)
        != 0)
    {
        return handler(r, NULL);
    }

    lookup = ngx_palloc(r->pool, sizeof(ngx_http_whatsauth_lookup_t));

    if (lookup == NULL
        || ngx_http_whatsauth_hold(&lookup->hold, r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    lookup->handler = handler;

    wait = ngx_http_whatsauth_door_read(key, ngx_http_whatsauth_lookup_done,
                                        lookup);

    return ngx_http_whatsauth_hold_wait(&lookup->hold, wait);
}


static void
ngx_http_whatsauth_lookup_done(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_lookup_t *lookup = data;

    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = ngx_http_whatsauth_hold_request(&lookup->hold);

    if (result == LEDGER_FAILED) {
        rc = ngx_http_whatsauth_lookup_unreadable(r);

    } else {
        rc = lookup->handler(r, record);
    }

    ngx_http_whatsauth_hold_end(&lookup->hold, rc);
}


static ngx_int_t
ngx_http_whatsauth_lookup_unreadable(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                      "the verification cannot be read");
}
