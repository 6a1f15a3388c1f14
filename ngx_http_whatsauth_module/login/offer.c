
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/public_url.h"
#include "journey/link.h"
#include "login/offer.h"

#include "protocol/verification.h"

#include <jansson.h>


static ngx_int_t ngx_http_whatsauth_offer_fill(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const char *id, ledger_channel_t channel,
    ngx_http_whatsauth_offer_t *offer);
static ngx_int_t ngx_http_whatsauth_offer_text(ngx_http_request_t *r,
    ngx_http_whatsauth_offer_t *offer);


ngx_int_t
ngx_http_whatsauth_offer_issued(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const ngx_http_whatsauth_issued_t *issued,
    ledger_channel_t channel, ngx_http_whatsauth_offer_t *offer)
{
    ngx_memzero(offer, sizeof(ngx_http_whatsauth_offer_t));

    offer->link = issued->link;
    offer->deep_link = issued->deep_link;
    offer->expires_at = issued->expires_at;
    offer->step = LEDGER_STEP_SEND;

    return ngx_http_whatsauth_offer_fill(r, app, issued->id, channel, offer);
}


ngx_int_t
ngx_http_whatsauth_offer_waiting(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const ledger_record_t *record,
    ngx_http_whatsauth_offer_t *offer)
{
    char  id[WHATSAUTH_ID_LEN];

    ngx_memzero(offer, sizeof(ngx_http_whatsauth_offer_t));

    offer->expires_at = record->expires_at;
    offer->step = record->claim.step;

    if (whatsauth_id_encode(ngx_http_whatsauth_door_codec(), record->key, id)
        != 0
        || ngx_http_whatsauth_link_waiting(r->pool, app, record, &offer->link,
                                           &offer->deep_link)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_offer_fill(r, app, id, record->channel, offer);
}


static ngx_int_t
ngx_http_whatsauth_offer_fill(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const char *id, ledger_channel_t channel,
    ngx_http_whatsauth_offer_t *offer)
{
    offer->sms = channel == LEDGER_CHANNEL_SMS;
    offer->number = offer->sms ? app->phone.sms : app->phone.whatsapp;

    offer->id.len = WHATSAUTH_ID_LEN;
    offer->id.data = ngx_pnalloc(r->pool, WHATSAUTH_ID_LEN);

    if (offer->id.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(offer->id.data, id, WHATSAUTH_ID_LEN);

    return ngx_http_whatsauth_offer_text(r, offer);
}


/* The text is in the link: behind "text=", of an SMS behind "body=". */

static ngx_int_t
ngx_http_whatsauth_offer_text(ngx_http_request_t *r,
    ngx_http_whatsauth_offer_t *offer)
{
    u_char  *from, *to, *last;

    last = offer->link.data + offer->link.len;
    from = ngx_strlchr(offer->link.data, last, '=');

    if (from == NULL) {
        return NGX_ERROR;
    }

    from++;

    to = ngx_pnalloc(r->pool, last - from);
    if (to == NULL) {
        return NGX_ERROR;
    }

    offer->text.data = to;
    ngx_unescape_uri(&to, &from, last - from, 0);
    offer->text.len = to - offer->text.data;

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_offer_qr(ngx_http_request_t *r,
    ngx_http_whatsauth_offer_t *offer, const ngx_str_t *base)
{
    offer->qr.data = ngx_pnalloc(r->pool, base->len + offer->id.len
                                          + sizeof("qr/.svg"));
    if (offer->qr.data == NULL) {
        return NGX_ERROR;
    }

    offer->qr.len = ngx_sprintf(offer->qr.data, "%Vqr/%V.svg", base,
                                &offer->id)
                    - offer->qr.data;

    return NGX_OK;
}


void
ngx_http_whatsauth_offer_show(const ngx_http_whatsauth_offer_t *offer,
    ngx_http_whatsauth_page_t *page)
{
    page->link = offer->link;
    page->deep_link = offer->deep_link;
    page->number = offer->number;
    page->text = offer->text;
    page->qr = offer->qr;
    page->expires_at = offer->expires_at;
    page->sms = offer->sms;
}


char *
ngx_http_whatsauth_offer_json(const ngx_http_whatsauth_offer_t *offer,
    size_t *len)
{
    char     expires_at[WHATSAUTH_TIME_LEN], *text;
    json_t  *json;

    whatsauth_time_format(offer->expires_at, expires_at);

    json = json_pack("{s:s%, s:s, s:s, s:s%, s:s%, s:s%, s:s%, s:s%, s:s%}",
                     "id", offer->id.data, offer->id.len,
                     "status", ledger_status_word(LEDGER_STATUS_REQUESTED),
                     "step", ledger_step_word(offer->step),
                     "expires_at", expires_at, (size_t) WHATSAUTH_TIME_LEN,
                     "link", offer->link.data, offer->link.len,
                     "deep_link", offer->deep_link.data, offer->deep_link.len,
                     "qr", offer->qr.data, offer->qr.len,
                     "number", offer->number.data, offer->number.len,
                     "text", offer->text.data, offer->text.len);
    if (json == NULL) {
        return NULL;
    }

    text = json_dumps(json, JSON_COMPACT);
    json_decref(json);

    if (text != NULL) {
        *len = ngx_strlen(text);
    }

    return text;
}
