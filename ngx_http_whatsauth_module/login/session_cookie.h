
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_SESSION_COOKIE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SESSION_COOKIE_H_INCLUDED_


#include "login/visit.h"

#include "ledger/ledger.h"


/* Responds with what it makes of a session; NULL: there is none. */
typedef ngx_int_t (*ngx_http_whatsauth_session_cookie_pt)(
    ngx_http_whatsauth_visit_t *visit, const ledger_session_t *session);

/*
 * Hands the session of the browser's cookie to handler, within this call or
 * later; session is valid during the call.  A cookie without a session that
 * lives is cleared.  Responds by itself if the store cannot be read: nobody is
 * logged in then.  Returns as a content handler does, and so does handler.
 */
ngx_int_t ngx_http_whatsauth_session_cookie(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_session_cookie_pt handler);

/* 1 if the token is that of the session, which lives and is one of the app. */
ngx_uint_t ngx_http_whatsauth_session_is(const ledger_session_t *session,
    const ngx_http_whatsauth_app_t *app, const whatsauth_token_t *token);


#endif /* _NGX_HTTP_WHATSAUTH_SESSION_COOKIE_H_INCLUDED_ */
