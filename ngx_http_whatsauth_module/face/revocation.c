
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/face.h"
#include "face/form.h"
#include "face/hold.h"
#include "journey/revoke.h"
#include "journey/subject.h"
#include "kit/problem.h"
#include "kit/response.h"


#define NGX_HTTP_WHATSAUTH_REVOCATION_LEN                                     \
    (sizeof("{\"ended\":}") + NGX_INT_T_LEN)


/* The sessions to be ended: all of a person, or one. */

typedef struct {
    ngx_http_whatsauth_hold_t   hold;
    whatsauth_text_t            phone;
    whatsauth_text_t            session;
} ngx_http_whatsauth_revocation_t;


static ngx_int_t ngx_http_whatsauth_revocation(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_revocation_form(ngx_http_request_t *r,
    const whatsauth_text_t *form);
static ngx_int_t ngx_http_whatsauth_revocation_phone(ngx_http_request_t *r,
    ngx_http_whatsauth_revocation_t *revocation);
static ngx_int_t ngx_http_whatsauth_revocation_session(ngx_http_request_t *r,
    ngx_http_whatsauth_revocation_t *revocation);
static ngx_int_t ngx_http_whatsauth_revocation_submit(ngx_http_request_t *r,
    ngx_http_whatsauth_revocation_t *revocation, uint64_t key,
    const ledger_text_t *subject);
static void ngx_http_whatsauth_revocation_done(void *data,
    const ledger_op_t *op);
static ngx_int_t ngx_http_whatsauth_revocation_response(ngx_http_request_t *r,
    ngx_http_whatsauth_revocation_t *revocation, const ledger_op_t *op);


static const ngx_http_whatsauth_form_field_t
    ngx_http_whatsauth_revocation_fields[] =
{
    { whatsauth_text("phone"),
      offsetof(ngx_http_whatsauth_revocation_t, phone), NULL },
    { whatsauth_text("session"),
      offsetof(ngx_http_whatsauth_revocation_t, session), NULL },
    { whatsauth_text(""), 0, NULL }
};

const ngx_http_whatsauth_face_t  ngx_http_whatsauth_revocation_face = {
    ngx_string("sessions"),
    NGX_HTTP_WHATSAUTH_TOKEN_SERVER,
    0,
    { { NGX_HTTP_DELETE, ngx_http_whatsauth_revocation },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_revocation(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_form(r, ngx_http_whatsauth_revocation_form);
}


static ngx_int_t
ngx_http_whatsauth_revocation_form(ngx_http_request_t *r,
    const whatsauth_text_t *form)
{
    const char                       *detail;
    ngx_http_whatsauth_result_t       result;
    ngx_http_whatsauth_revocation_t  *revocation;

    revocation = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_revocation_t));
    if (revocation == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    result = ngx_http_whatsauth_form_fields(r->pool, form,
                                          ngx_http_whatsauth_revocation_fields,
                                          revocation, &detail);

    if (result == NGX_HTTP_WHATSAUTH_INTERNAL_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (result != NGX_HTTP_WHATSAUTH_NONE
        || (revocation->phone.len == 0) == (revocation->session.len == 0))
    {
        return ngx_http_whatsauth_problem(r,
                                       NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                       "either phone or session is required, "
                                       "once");
    }

    return revocation->phone.len
           ? ngx_http_whatsauth_revocation_phone(r, revocation)
           : ngx_http_whatsauth_revocation_session(r, revocation);
}


/* A "+" that is not encoded is a space, as the number's reader passes over. */

static ngx_int_t
ngx_http_whatsauth_revocation_phone(ngx_http_request_t *r,
    ngx_http_whatsauth_revocation_t *revocation)
{
    char           digits[WHATSAUTH_PHONE_DIGITS_MAX];
    char           subject[WHATSAUTH_PHONE_DIGITS_MAX];
    ledger_text_t  number, person;

    number.data = digits;

    if (whatsauth_phone_read(&revocation->phone, digits, &number.len)
        != WHATSAUTH_PHONE_OK)
    {
        return ngx_http_whatsauth_problem(r,
                                       NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                       "phone is a number with its country "
                                       "code");
    }

    person = ngx_http_whatsauth_subject(&number, subject);

    return ngx_http_whatsauth_revocation_submit(r, revocation, 0, &person);
}


static ngx_int_t
ngx_http_whatsauth_revocation_session(ngx_http_request_t *r,
    ngx_http_whatsauth_revocation_t *revocation)
{
    uint64_t            key;
    whatsauth_codec_t  *codec;

    codec = ngx_http_whatsauth_door_codec();

    if (codec == NULL) {
        return ngx_http_whatsauth_problem(r,
                                        NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                        "the sessions cannot be ended");
    }

    if (whatsauth_id_decode(codec, revocation->session.data,
                            revocation->session.len, &key)
        != 0)
    {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_NOT_FOUND,
                                          "there is no such session");
    }

    return ngx_http_whatsauth_revocation_submit(r, revocation, key, NULL);
}


static ngx_int_t
ngx_http_whatsauth_revocation_submit(ngx_http_request_t *r,
    ngx_http_whatsauth_revocation_t *revocation, uint64_t key,
    const ledger_text_t *subject)
{
    ledger_op_t                 op;
    ngx_http_whatsauth_wait_t  *wait;

    if (ngx_http_whatsauth_hold(&revocation->hold, r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_whatsauth_revoke_op(ngx_http_whatsauth_ctx(r)->app, key, subject,
                                 &op);

    wait = ngx_http_whatsauth_door_submit(&op,
                                          ngx_http_whatsauth_revocation_done,
                                          revocation);

    return ngx_http_whatsauth_hold_wait(&revocation->hold, wait);
}


static void
ngx_http_whatsauth_revocation_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_revocation_t *revocation = data;

    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = ngx_http_whatsauth_hold_request(&revocation->hold);
    rc = ngx_http_whatsauth_revocation_response(r, revocation, op);

    ngx_http_whatsauth_hold_end(&revocation->hold, rc);
}


/* A person without a session has none left: that is what was asked for. */

static ngx_int_t
ngx_http_whatsauth_revocation_response(ngx_http_request_t *r,
    ngx_http_whatsauth_revocation_t *revocation, const ledger_op_t *op)
{
    ngx_str_t   body;
    ngx_int_t   ended;

    ended = ngx_http_whatsauth_revoke_ended(op);

    if (ended == NGX_ERROR) {
        return ngx_http_whatsauth_problem(r,
                                        NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                        "the sessions cannot be ended");
    }

    if (ended == 0 && revocation->session.len) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_NOT_FOUND,
                                          "there is no such session");
    }

    body.data = ngx_pnalloc(r->pool, NGX_HTTP_WHATSAUTH_REVOCATION_LEN);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.len = ngx_sprintf(body.data, "{\"ended\":%i}", ended) - body.data;

    return ngx_http_whatsauth_response(r, NGX_HTTP_WHATSAUTH_REVOKED,
                                       "application/json", &body);
}
