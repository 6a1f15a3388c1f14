
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/link.h"
#include "journey/parameters_check.h"

#include "protocol/qr.h"


static ngx_uint_t ngx_http_whatsauth_parameters_check_is(
    const whatsauth_text_t *given, char c);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_check_bit(
    ngx_http_whatsauth_parameters_t *p, const whatsauth_text_t *given,
    const char *name);


/* Whole minutes, as in the hosted service. */

ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_check_lifetime(
    ngx_http_whatsauth_parameters_t *p)
{
    ngx_int_t          minutes;
    whatsauth_text_t  *given;

    given = &p->given.expires_at;

    if (given->len == 0) {
        p->lifetime = p->app->code.expires;
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    minutes = ngx_atoi((u_char *) given->data, given->len);

    if (minutes < 1
        || (ngx_msec_t) minutes > p->app->code.expires_max / 60000)
    {
        return ngx_http_whatsauth_parameters_refuse(p,
                              NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                              "expires_at is a number of minutes from 1 to %M",
                              p->app->code.expires_max / 60000);
    }

    p->lifetime = (uint64_t) minutes * 60000;

    return NGX_HTTP_WHATSAUTH_NONE;
}


ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_check_channel(ngx_http_whatsauth_parameters_t *p)
{
    whatsauth_text_t  *given;

    static const whatsauth_text_t  whatsapp = whatsauth_text("whatsapp");
    static const whatsauth_text_t  sms = whatsauth_text("sms");

    given = &p->given.channel;
    p->channel = LEDGER_CHANNEL_WHATSAPP;

    if (given->len == 0 || whatsauth_text_equal(given, &whatsapp)) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    if (!whatsauth_text_equal(given, &sms)) {
        return ngx_http_whatsauth_parameters_refuse(p,
                                         NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                         "channel is whatsapp or sms");
    }

    if (!p->app->phone.sms_on) {
        return ngx_http_whatsauth_parameters_refuse(p,
                   NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                   "channel sms needs an app with sms on and sms_phone");
    }

    p->channel = LEDGER_CHANNEL_SMS;

    return NGX_HTTP_WHATSAUTH_NONE;
}


ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_check_qr(ngx_http_whatsauth_parameters_t *p)
{
    p->qr = ngx_http_whatsauth_parameters_check_is(&p->given.qr, '1');

    return ngx_http_whatsauth_parameters_check_bit(p, &p->given.qr, "qr");
}


ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_check_claim(ngx_http_whatsauth_parameters_t *p)
{
    p->claim = ngx_http_whatsauth_parameters_check_is(&p->given.claim, '1');

    return ngx_http_whatsauth_parameters_check_bit(p, &p->given.claim,
                                                   "claim");
}


static ngx_uint_t
ngx_http_whatsauth_parameters_check_is(const whatsauth_text_t *given, char c)
{
    return given->len == 1 && given->data[0] == c;
}


static ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_check_bit(ngx_http_whatsauth_parameters_t *p,
    const whatsauth_text_t *given, const char *name)
{
    if (given->len == 0
        || ngx_http_whatsauth_parameters_check_is(given, '0')
        || ngx_http_whatsauth_parameters_check_is(given, '1'))
    {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    return ngx_http_whatsauth_parameters_refuse(p,
                                        NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                        "%s is 0 or 1", name);
}


/*
 * No code is issued for a site that the app may not call.  With a claim, and
 * at the login page, the result is fetched: then nobody needs to be called.
 */

ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_check_callback(ngx_http_whatsauth_parameters_t *p)
{
    whatsauth_text_t                   *given;
    whatsauth_url_result_t              rc;
    ngx_http_whatsauth_app_callback_t  *own;

    given = &p->given.callback_url;
    own = &p->app->callback;

    if (given->len == 0) {
        p->callback = own->parsed;

        return own->url.len || p->claim || p->app->login.on
               ? NGX_HTTP_WHATSAUTH_NONE
               : ngx_http_whatsauth_parameters_refuse(p,
                                         NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                         "callback_url is required");
    }

    rc = whatsauth_url_parse(given, &p->callback);

    if (rc != WHATSAUTH_URL_OK) {
        return ngx_http_whatsauth_parameters_refuse(p,
                                         NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                         "callback_url %s",
                                         whatsauth_url_strresult(rc));
    }

    if (p->page
        && (own->url.len == 0
            || !whatsauth_url_equal_but_query(&own->parsed, &p->callback)))
    {
        return ngx_http_whatsauth_parameters_refuse(p,
                   NGX_HTTP_WHATSAUTH_PARAMETER_NOT_ALLOWED,
                   "callback_url with a page token is the app's own, with any "
                   "query");
    }

    if (ngx_http_whatsauth_app_trusts(p->app, &p->callback)
        == NGX_HTTP_WHATSAUTH_CALLBACK_REFUSED)
    {
        return ngx_http_whatsauth_parameters_refuse(p,
                   NGX_HTTP_WHATSAUTH_CALLBACK_NOT_AUTHORIZED,
                   "callback_url is not among the app's authorized callbacks");
    }

    return NGX_HTTP_WHATSAUTH_NONE;
}


/* All codes are of one length, so any shows how long the link will be. */

ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_check_qr_fits(ngx_http_whatsauth_parameters_t *p)
{
    ngx_str_t  link, deep_link;

    if (!p->qr) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    if (ngx_http_whatsauth_link(p->pool, p->app, p->channel, "0000000000",
                                &p->given.link_message, &link, &deep_link)
        != NGX_OK)
    {
        p->detail = "out of memory";
        return NGX_HTTP_WHATSAUTH_INTERNAL_ERROR;
    }

    if (link.len > WHATSAUTH_QR_TEXT_MAX) {
        return ngx_http_whatsauth_parameters_refuse(p,
                   NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                   "qr is not possible for a link over 1000 bytes");
    }

    return NGX_HTTP_WHATSAUTH_NONE;
}


ngx_http_whatsauth_result_t
ngx_http_whatsauth_parameters_refuse(ngx_http_whatsauth_parameters_t *p,
    ngx_http_whatsauth_result_t result, const char *fmt, ...)
{
    u_char   *detail;
    va_list   args;

    detail = ngx_pnalloc(p->pool, NGX_MAX_ERROR_STR);
    if (detail == NULL) {
        p->detail = "out of memory";
        return NGX_HTTP_WHATSAUTH_INTERNAL_ERROR;
    }

    p->detail = (const char *) detail;

    va_start(args, fmt);
    *ngx_vslprintf(detail, detail + NGX_MAX_ERROR_STR - 1, fmt, args) = '\0';
    va_end(args);

    return result;
}
