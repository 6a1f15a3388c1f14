
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Against consent phishing (RFC 10027): what a login that begins here asks of
 * the user whose message validates it, and what that user is told of it.
 */


#ifndef _NGX_HTTP_WHATSAUTH_CONSENT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CONSENT_H_INCLUDED_


#include "journey/issue.h"


/*
 * Fills in pin, known, language, place and device.  known is the mark that the
 * browser has shown, or NULL; it must live as long as claim.  NGX_ERROR: memory
 * is out.
 */
ngx_int_t ngx_http_whatsauth_consent(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *known,
    ngx_http_whatsauth_issue_claim_t *claim);

/*
 * 1 if the page may offer the code by SMS: not where a PIN may be due that
 * cannot go out by SMS.
 */
ngx_uint_t ngx_http_whatsauth_consent_sms(
    const ngx_http_whatsauth_app_t *app);

/*
 * Where the app asks for it, number is the only one that may validate.
 * Returns NONE, or a refusal with its detail in p.
 */
ngx_http_whatsauth_result_t ngx_http_whatsauth_consent_number(
    ngx_http_whatsauth_app_t *app, const whatsauth_text_t *number,
    ngx_http_whatsauth_parameters_t *p);


#endif /* _NGX_HTTP_WHATSAUTH_CONSENT_H_INCLUDED_ */
