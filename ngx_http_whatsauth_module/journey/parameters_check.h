
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The checks of parameters.c against the app, and how one refuses. */


#ifndef _NGX_HTTP_WHATSAUTH_PARAMETERS_CHECK_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PARAMETERS_CHECK_H_INCLUDED_


#include "journey/parameters.h"


ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_check_lifetime(
    ngx_http_whatsauth_parameters_t *p);
ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_check_channel(
    ngx_http_whatsauth_parameters_t *p);
ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_check_qr(
    ngx_http_whatsauth_parameters_t *p);
ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_check_claim(
    ngx_http_whatsauth_parameters_t *p);
ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_check_callback(
    ngx_http_whatsauth_parameters_t *p);

/* That the link fits into a QR code, if one is asked for. */
ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_check_qr_fits(
    ngx_http_whatsauth_parameters_t *p);

/* Sets the detail and returns result; INTERNAL_ERROR when memory is out. */
ngx_http_whatsauth_result_t ngx_http_whatsauth_parameters_refuse(
    ngx_http_whatsauth_parameters_t *p, ngx_http_whatsauth_result_t result,
    const char *fmt, ...);


#endif /* _NGX_HTTP_WHATSAUTH_PARAMETERS_CHECK_H_INCLUDED_ */
