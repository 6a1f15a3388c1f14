
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/variables.h"
#include "gate/identity.h"
#include "gate/identity_variables.h"

#include "protocol/verification.h"


/* Digits of $whatsauth_session. */
#define NGX_HTTP_WHATSAUTH_IDENTITY_VARIABLES_SHORT  8


/* A value that an identity does not hold as a text. */
typedef struct {
    size_t    len;
    void    (*write)(const ngx_http_whatsauth_identity_t *identity,
                     u_char *p);
} ngx_http_whatsauth_identity_variables_made_t;


static ngx_int_t ngx_http_whatsauth_identity_variables_text(
    ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_whatsauth_identity_variables_made(
    ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);
static void ngx_http_whatsauth_identity_variables_login_at(
    const ngx_http_whatsauth_identity_t *identity, u_char *p);
static void ngx_http_whatsauth_identity_variables_session(
    const ngx_http_whatsauth_identity_t *identity, u_char *p);
static ngx_int_t ngx_http_whatsauth_identity_variables_known(
    ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);


static const ngx_http_whatsauth_identity_variables_made_t
    ngx_http_whatsauth_identity_variables_made_login_at =
{
    WHATSAUTH_TIME_LEN,
    ngx_http_whatsauth_identity_variables_login_at
};

static const ngx_http_whatsauth_identity_variables_made_t
    ngx_http_whatsauth_identity_variables_made_session =
{
    NGX_HTTP_WHATSAUTH_IDENTITY_VARIABLES_SHORT,
    ngx_http_whatsauth_identity_variables_session
};


static ngx_http_variable_t  ngx_http_whatsauth_identity_variables_table[] = {

    { ngx_string("whatsauth_phone"), NULL,
      ngx_http_whatsauth_identity_variables_text,
      offsetof(ngx_http_whatsauth_identity_t, phone),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("whatsauth_subject"), NULL,
      ngx_http_whatsauth_identity_variables_text,
      offsetof(ngx_http_whatsauth_identity_t, subject),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("whatsauth_name"), NULL,
      ngx_http_whatsauth_identity_variables_text,
      offsetof(ngx_http_whatsauth_identity_t, name),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("whatsauth_login_at"), NULL,
      ngx_http_whatsauth_identity_variables_made,
      (uintptr_t) &ngx_http_whatsauth_identity_variables_made_login_at,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("whatsauth_session"), NULL,
      ngx_http_whatsauth_identity_variables_made,
      (uintptr_t) &ngx_http_whatsauth_identity_variables_made_session,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("whatsauth_known"), NULL,
      ngx_http_whatsauth_identity_variables_known, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_whatsauth_identity_variables(ngx_conf_t *cf)
{
    return ngx_http_whatsauth_variables_add(cf,
                                  ngx_http_whatsauth_identity_variables_table);
}


static ngx_int_t
ngx_http_whatsauth_identity_variables_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_whatsauth_identity_t  *identity;

    identity = ngx_http_whatsauth_identity_found(r);

    return ngx_http_whatsauth_variables_set(v, identity != NULL
                               ? (ngx_str_t *) ((char *) identity + data)
                               : NULL);
}


static ngx_int_t
ngx_http_whatsauth_identity_variables_made(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const ngx_http_whatsauth_identity_variables_made_t *made;

    ngx_str_t                       value;
    ngx_http_whatsauth_identity_t  *identity;

    made = (const ngx_http_whatsauth_identity_variables_made_t *) data;
    identity = ngx_http_whatsauth_identity_found(r);

    if (identity == NULL) {
        return ngx_http_whatsauth_variables_set(v, NULL);
    }

    value.len = made->len;
    value.data = ngx_pnalloc(r->pool, made->len);

    if (value.data == NULL) {
        return NGX_ERROR;
    }

    made->write(identity, value.data);

    return ngx_http_whatsauth_variables_set(v, &value);
}


static void
ngx_http_whatsauth_identity_variables_login_at(
    const ngx_http_whatsauth_identity_t *identity, u_char *p)
{
    whatsauth_time_format(identity->login_at, (char *) p);
}


/* A part of the digest: no secret, and other stores have other sessions. */

static void
ngx_http_whatsauth_identity_variables_session(
    const ngx_http_whatsauth_identity_t *identity, u_char *p)
{
    ngx_hex_dump(p, (u_char *) identity->token.digest,
                 NGX_HTTP_WHATSAUTH_IDENTITY_VARIABLES_SHORT / 2);
}


static ngx_int_t
ngx_http_whatsauth_identity_variables_known(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_whatsauth_identity_t  *identity;

    static const ngx_str_t  yes = ngx_string("1");
    static const ngx_str_t  no = ngx_string("0");

    identity = ngx_http_whatsauth_identity_found(r);

    if (identity == NULL) {
        return ngx_http_whatsauth_variables_set(v, NULL);
    }

    return ngx_http_whatsauth_variables_set(v,
                    identity->flags & (LEDGER_CLAIM_CONFIRMED
                                       | LEDGER_CLAIM_RECOGNISED)
                    ? &yes : &no);
}
