
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The variables that tell upstreams and logs whom a gate has found:
 *
 *     $whatsauth_phone       the number as WhatsApp has it, with "+"
 *     $whatsauth_subject     the digits of its canonical form
 *     $whatsauth_name        the name of the WhatsApp profile
 *     $whatsauth_login_at    2021-01-27T01:17:13.674Z
 *     $whatsauth_session     eight digits that tell sessions apart in logs
 *     $whatsauth_known       1 if the browser showed that it is the person's
 *                            own, by a PIN or a known mark; else 0
 *
 * They are empty where no gate has found a session.
 */


#ifndef _NGX_HTTP_WHATSAUTH_IDENTITY_VARIABLES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_IDENTITY_VARIABLES_H_INCLUDED_


#include "kit/module.h"


/* Adds them to nginx's. */
ngx_int_t ngx_http_whatsauth_identity_variables(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_IDENTITY_VARIABLES_H_INCLUDED_ */
