
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * All that a request to the login page brings along: fields, the claim of the
 * login that goes on, and whether the browser's cookies count.
 *
 * The widget runs in pages of other origins, so it proves its claim by
 * "Authorization: Bearer": then cookies are neither read nor set, and the
 * response is JSON.
 */


#ifndef _NGX_HTTP_WHATSAUTH_VISIT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_VISIT_H_INCLUDED_


#include "login/fields.h"
#include "login/in_place.h"

#include "protocol/token.h"


typedef struct ngx_http_whatsauth_visit_s  ngx_http_whatsauth_visit_t;

/* Returns as a content handler does. */
typedef ngx_int_t (*ngx_http_whatsauth_visit_pt)(
    ngx_http_whatsauth_visit_t *visit);

struct ngx_http_whatsauth_visit_s {
    ngx_http_request_t           *request;
    ngx_http_whatsauth_app_t     *app;
    ngx_http_whatsauth_visit_pt   handler;
    ngx_http_whatsauth_fields_t   fields;
    whatsauth_token_t             claim;
    ngx_str_t                     phone_hint;  /* of the session; empty: there
                                                  is none */
    const ngx_http_whatsauth_in_place_t
                                 *in_place;    /* NULL: at its own URL */
    ngx_http_whatsauth_result_t   refusal;     /* that its page is to tell */
    ngx_uint_t                    tries_left;  /* after a wrong PIN; 0: there
                                                  was none */
    unsigned                      claimed:1;   /* claim is a token of ours; the
                                                  store may not know it */
    unsigned                      spoilt:1;    /* its cookie is to be cleared */
    unsigned                      cookies:1;   /* they count */
    unsigned                      json:1;      /* the response is JSON, or: */
    unsigned                      frame:1;     /* in a frame of our page; the
                                                  headers of one are set */
    unsigned                      told:1;      /* wait: all there is to say */
};


/*
 * Makes the visit of a GET and calls handler.  A part of the query that is
 * wrong counts as missing: the page shows all the same.
 */
ngx_int_t ngx_http_whatsauth_visit(ngx_http_request_t *r,
    ngx_http_whatsauth_visit_pt handler);

/* The same for a face whose response is JSON, or a frame, whatever happens. */
ngx_int_t ngx_http_whatsauth_visit_json(ngx_http_request_t *r,
    ngx_http_whatsauth_visit_pt handler);
ngx_int_t ngx_http_whatsauth_visit_frame(ngx_http_request_t *r,
    ngx_http_whatsauth_visit_pt handler);

/*
 * Makes that of a POST, and calls handler when its form is there.  Refuses
 * another site's, and what is wrong with the form.
 */
ngx_int_t ngx_http_whatsauth_visit_post(ngx_http_request_t *r,
    ngx_http_whatsauth_visit_pt handler);


#endif /* _NGX_HTTP_WHATSAUTH_VISIT_H_INCLUDED_ */
