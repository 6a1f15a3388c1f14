
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_FIELDS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_FIELDS_H_INCLUDED_


#include "kit/app.h"
#include "kit/result.h"


/* The fields of forms and queries of the login page.  Empty: not given. */
typedef struct {
    whatsauth_text_t  return_path;    /* may be followed */
    whatsauth_text_t  csrf;           /* see login/csrf.h */
    whatsauth_text_t  number;         /* start: for the app's ask_number */
    whatsauth_text_t  channel;        /* start */
    whatsauth_text_t  anew;           /* start: "1": not the code that lives */
    whatsauth_text_t  claim;          /* start: "1": the response has the claim,
                                         as the widget wants it */
    whatsauth_text_t  pin;
    whatsauth_text_t  resend;         /* pin: "1" */
    whatsauth_text_t  session;        /* sessions: the one to end */
    whatsauth_text_t  all;            /* sessions: "1": end all of them */
} ngx_http_whatsauth_fields_t;


/*
 * Reads them; they lie in the request's pool.  Returns NONE, or a refusal with
 * its *detail.
 */
ngx_http_whatsauth_result_t ngx_http_whatsauth_fields(ngx_pool_t *pool,
    const whatsauth_text_t *form, ngx_http_whatsauth_fields_t *fields,
    const char **detail);

/* 1 if a field is "1". */
ngx_uint_t ngx_http_whatsauth_fields_on(const whatsauth_text_t *field);


#endif /* _NGX_HTTP_WHATSAUTH_FIELDS_H_INCLUDED_ */
