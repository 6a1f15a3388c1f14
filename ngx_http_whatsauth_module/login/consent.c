
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/consent.h"
#include "login/language.h"

#include "protocol/address.h"
#include "protocol/device.h"


static ngx_int_t ngx_http_whatsauth_consent_place(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, whatsauth_text_t *place);
static ngx_int_t ngx_http_whatsauth_consent_device(ngx_http_request_t *r,
    whatsauth_text_t *device);


static const unsigned  ngx_http_whatsauth_consent_pins[] = {
    0,                           /* NGX_HTTP_WHATSAUTH_CONFIRM_OFF */
    LEDGER_CLAIM_PIN_UNKNOWN,    /* NGX_HTTP_WHATSAUTH_CONFIRM_UNKNOWN */
    LEDGER_CLAIM_PIN             /* NGX_HTTP_WHATSAUTH_CONFIRM_ALWAYS */
};


ngx_int_t
ngx_http_whatsauth_consent(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *known,
    ngx_http_whatsauth_issue_claim_t *claim)
{
    claim->pin = ngx_http_whatsauth_consent_pins[app->consent.confirm];
    claim->known = known == NULL ? NULL : known->digest;
    claim->language = ngx_http_whatsauth_language(r, app);

    if (ngx_http_whatsauth_consent_place(r, app, &claim->place) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_consent_device(r, &claim->device);
}


/*
 * The operator's words, in which a variable may have the client's: what is no
 * text is replaced, and what is too long is cut.
 */

static ngx_int_t
ngx_http_whatsauth_consent_place(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, whatsauth_text_t *place)
{
    char              *out;
    ngx_str_t          value;
    whatsauth_text_t   words;

    ngx_str_null(&value);

    out = ngx_pnalloc(r->pool, LEDGER_PLACE_MAX);
    if (out == NULL) {
        return NGX_ERROR;
    }

    if (app->consent.place != NULL
        && ngx_http_complex_value(r, app->consent.place, &value) != NGX_OK)
    {
        return NGX_ERROR;
    }

    words = ngx_http_whatsauth_text(&value);

    place->data = out;
    place->len = value.len
                 ? whatsauth_text_clean(&words, out, LEDGER_PLACE_MAX)
                 : whatsauth_address_network(r->connection->sockaddr, out);

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_consent_device(ngx_http_request_t *r,
    whatsauth_text_t *device)
{
    char              *out;
    whatsauth_text_t   user_agent;

    out = ngx_pnalloc(r->pool, WHATSAUTH_DEVICE_MAX);
    if (out == NULL) {
        return NGX_ERROR;
    }

    user_agent.data = NULL;
    user_agent.len = 0;

    if (r->headers_in.user_agent != NULL) {
        user_agent = ngx_http_whatsauth_text(&r->headers_in.user_agent->value);
    }

    device->data = out;
    device->len = whatsauth_device(&user_agent, out);

    return NGX_OK;
}


ngx_uint_t
ngx_http_whatsauth_consent_sms(const ngx_http_whatsauth_app_t *app)
{
    return app->phone.sms_on
           && (app->consent.confirm == NGX_HTTP_WHATSAUTH_CONFIRM_OFF
               || app->reply.by_sms);
}


ngx_http_whatsauth_result_t
ngx_http_whatsauth_consent_number(ngx_http_whatsauth_app_t *app,
    const whatsauth_text_t *number, ngx_http_whatsauth_parameters_t *p)
{
    whatsauth_phone_result_t  rc;

    if (!app->consent.ask_number) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    if (number->len == 0) {
        p->detail = "number is missing: only messages from it count";
        return NGX_HTTP_WHATSAUTH_NUMBER_REQUIRED;
    }

    rc = whatsauth_phone_list(number, &p->given.authorized_numbers);

    if (rc != WHATSAUTH_PHONE_OK || p->given.authorized_numbers.n != 1) {
        p->detail = "number must be one phone number with a country code";
        return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
    }

    return NGX_HTTP_WHATSAUTH_NONE;
}
