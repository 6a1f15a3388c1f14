
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "gate/collecting.h"
#include "gate/cut.h"
#include "gate/gate.h"
#include "gate/identity.h"
#include "gate/refusal.h"
#include "login/cookie_jar.h"


static ngx_int_t ngx_http_whatsauth_gate_arrive(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_gate_decide(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_gate_found(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_identity_t *identity);
static ngx_int_t ngx_http_whatsauth_gate_none(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate, ngx_uint_t spoilt);
static ngx_uint_t ngx_http_whatsauth_gate_lets_number(
    const ngx_http_whatsauth_gate_conf_t *gate,
    const ngx_http_whatsauth_identity_t *identity);
static ngx_int_t ngx_http_whatsauth_gate_require(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate);
static ngx_int_t ngx_http_whatsauth_gate_clear(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate);
static const ngx_http_whatsauth_gate_conf_t *ngx_http_whatsauth_gate_of(
    ngx_http_request_t *r);


/*
 * nginx asks the handlers of a phase from the last to the first, and those of
 * modules that are loaded later are pushed behind ours.
 */

ngx_int_t
ngx_http_whatsauth_gate_init(ngx_conf_t *cf)
{
    ngx_array_t                *handlers;
    ngx_http_handler_pt        *handler;
    ngx_http_core_main_conf_t  *cmcf;

    if (ngx_http_whatsauth_cut_init(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    handler = ngx_array_push(&cmcf->phases[NGX_HTTP_PREACCESS_PHASE].handlers);
    if (handler == NULL) {
        return NGX_ERROR;
    }

    *handler = ngx_http_whatsauth_gate_arrive;

    handlers = &cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers;

    if (ngx_array_push(handlers) == NULL) {
        return NGX_ERROR;
    }

    handler = handlers->elts;

    ngx_memmove(handler + 1, handler,
                (handlers->nelts - 1) * sizeof(ngx_http_handler_pt));

    *handler = ngx_http_whatsauth_gate_decide;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_gate_arrive(ngx_http_request_t *r)
{
    ngx_int_t                              rc;
    ngx_http_whatsauth_identity_t         *identity;
    const ngx_http_whatsauth_gate_conf_t  *gate;

    gate = ngx_http_whatsauth_gate_of(r);

    if (gate == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_http_whatsauth_cut(r, gate->app) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_whatsauth_identity(r, gate->app, &identity);

    return rc == NGX_OK ? NGX_DECLINED : rc;
}


static ngx_int_t
ngx_http_whatsauth_gate_decide(ngx_http_request_t *r)
{
    ngx_int_t                              rc;
    ngx_http_whatsauth_identity_t         *identity;
    const ngx_http_whatsauth_gate_conf_t  *gate;

    gate = ngx_http_whatsauth_gate_of(r);

    if (gate == NULL) {
        return NGX_DECLINED;
    }

    /* Read already, unless another module has ended the phase before. */

    rc = ngx_http_whatsauth_identity(r, gate->app, &identity);

    if (rc != NGX_OK) {
        return rc;
    }

    if (identity == NULL) {
        return ngx_http_whatsauth_gate_none(r, gate, 0);
    }

    switch (identity->state) {

    case NGX_HTTP_WHATSAUTH_IDENTITY_FOUND:
        return ngx_http_whatsauth_gate_found(r, gate, identity);

    case NGX_HTTP_WHATSAUTH_IDENTITY_SPOILT:
        return ngx_http_whatsauth_gate_none(r, gate, 1);

    default:
        return ngx_http_whatsauth_refusal(r, gate,
                                         NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE);
    }
}


static ngx_int_t
ngx_http_whatsauth_gate_found(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_identity_t *identity)
{
    ngx_int_t  rc;

    if (!ngx_http_whatsauth_gate_lets_number(gate, identity)) {
        return ngx_http_whatsauth_refusal(r, gate,
                                        NGX_HTTP_WHATSAUTH_NUMBER_NOT_ALLOWED);
    }

    rc = ngx_http_whatsauth_gate_require(r, gate);

    if (rc == NGX_DECLINED) {
        return ngx_http_whatsauth_refusal(r, gate,
                                          NGX_HTTP_WHATSAUTH_ACCESS_DENIED);
    }

    return rc;
}


static ngx_uint_t
ngx_http_whatsauth_gate_lets_number(const ngx_http_whatsauth_gate_conf_t *gate,
    const ngx_http_whatsauth_identity_t *identity)
{
    whatsauth_text_t  number;

    if (gate->numbers == NULL) {
        return 1;
    }

    number = ngx_http_whatsauth_text(&identity->subject);

    return whatsauth_phone_set_has(gate->numbers, &number);
}


/* NGX_DECLINED: one of the values is empty or "0". */

static ngx_int_t
ngx_http_whatsauth_gate_require(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate)
{
    ngx_str_t                  value;
    ngx_uint_t                 i;
    ngx_http_complex_value_t  *require;

    if (gate->require == NULL) {
        return NGX_OK;
    }

    require = gate->require->elts;

    for (i = 0; i < gate->require->nelts; i++) {

        if (ngx_http_complex_value(r, &require[i], &value) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (value.len == 0 || (value.len == 1 && value.data[0] == '0')) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


/*
 * Nobody can log in while the store is closed.  A request without a cookie of
 * ours has nothing to be read, and an optional gate lets it in as nobody.
 */

static ngx_int_t
ngx_http_whatsauth_gate_none(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate, ngx_uint_t spoilt)
{
    ngx_int_t                    rc;
    ngx_http_whatsauth_result_t  result;

    rc = ngx_http_whatsauth_collecting(r, gate, &result);

    if (rc != NGX_OK) {
        return rc;
    }

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return ngx_http_whatsauth_refusal(r, gate, result);
    }

    if (gate->optional) {
        return spoilt ? ngx_http_whatsauth_gate_clear(r, gate) : NGX_DECLINED;
    }

    return ngx_http_whatsauth_refusal(r, gate,
                                      ngx_http_whatsauth_door_codec() != NULL
                                      ? NGX_HTTP_WHATSAUTH_LOGIN_REQUIRED
                                      : NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE);
}


static ngx_int_t
ngx_http_whatsauth_gate_clear(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate)
{
    return ngx_http_whatsauth_cookie_jar_clear(r, gate->app,
                                        NGX_HTTP_WHATSAUTH_COOKIE_SESSION)
           == NGX_OK ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* Of a subrequest the access phase is not asked: it belongs to its request. */

static const ngx_http_whatsauth_gate_conf_t *
ngx_http_whatsauth_gate_of(ngx_http_request_t *r)
{
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_whatsauth_module);

    return r == r->main ? wlcf->gate : NULL;
}
