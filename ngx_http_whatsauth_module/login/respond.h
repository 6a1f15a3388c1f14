
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The responses of the login page: a page, the way to another page, or JSON.
 * All tell browsers to run nothing but our own files, to show the page in no
 * frame, and to tell no other host where the person comes from.
 */


#ifndef _NGX_HTTP_WHATSAUTH_RESPOND_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RESPOND_H_INCLUDED_


#include "login/render.h"
#include "login/visit.h"

#include "ledger/ledger.h"


/* Fills in what all pages of a visit have in common, and the state. */
ngx_int_t ngx_http_whatsauth_respond_page(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_page_state_t state, ngx_http_whatsauth_page_t *page);

/* As much of a number as a page may show, in the request's pool. */
ngx_int_t ngx_http_whatsauth_respond_hint(ngx_http_request_t *r,
    const ledger_text_t *digits, ngx_str_t *hint);

/* Sends the page, with the status of the result. */
ngx_int_t ngx_http_whatsauth_respond_html(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_result_t result, const ngx_http_whatsauth_page_t *page);

/*
 * 303 to the path that the form names, or that of the login page.  The
 * Location is relative, because behind a front proxy we do not know our own
 * origin for sure.
 */
ngx_int_t ngx_http_whatsauth_respond_see_other(
    ngx_http_whatsauth_visit_t *visit);

/*
 * To the login page, which leads to the path that the form names, in the
 * language that the query has chosen.
 */
ngx_int_t ngx_http_whatsauth_respond_see_page(
    ngx_http_whatsauth_visit_t *visit);

/* To the path that the form names, or to one below the login page. */
ngx_int_t ngx_http_whatsauth_respond_see_return(
    ngx_http_whatsauth_visit_t *visit, const char *name);

/* To the path of a name below the login page. */
ngx_int_t ngx_http_whatsauth_respond_see_below(
    ngx_http_whatsauth_visit_t *visit, const char *name);

/* 200 with a JSON text from malloc(), or NULL: 500. */
ngx_int_t ngx_http_whatsauth_respond_json(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_result_t result, char *json, size_t len);

/* 200 with an empty object: a script goes on by itself. */
ngx_int_t ngx_http_whatsauth_respond_done(ngx_http_whatsauth_visit_t *visit);

/* Clears a cookie that leads to nothing: it would come again and again. */
ngx_int_t ngx_http_whatsauth_respond_spoilt(
    ngx_http_whatsauth_visit_t *visit);

/* The path of the login page, as a URL has it. */
ngx_int_t ngx_http_whatsauth_respond_prefix(ngx_http_request_t *r,
    ngx_str_t *prefix);

/* That of a name below it, such as "logout". */
ngx_int_t ngx_http_whatsauth_respond_below(ngx_http_request_t *r,
    const char *name, ngx_str_t *path);

/* The path that a login leads back to, as a URL has it. */
ngx_int_t ngx_http_whatsauth_respond_return(ngx_http_whatsauth_visit_t *visit,
    ngx_str_t *path);


#endif /* _NGX_HTTP_WHATSAUTH_RESPOND_H_INCLUDED_ */
