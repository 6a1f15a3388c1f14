
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_OWN_SESSIONS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OWN_SESSIONS_H_INCLUDED_


#include "login/render.h"
#include "login/visit.h"

#include "ledger/ledger.h"


/* The sessions of one person, the newest first, as the page shows them. */
typedef struct {
    ngx_http_whatsauth_page_session_t   session[LEDGER_SESSIONS_MAX];
    uint64_t                            key[LEDGER_SESSIONS_MAX];
    ngx_uint_t                          n;
} ngx_http_whatsauth_own_sessions_t;

typedef ngx_int_t (*ngx_http_whatsauth_own_sessions_pt)(
    ngx_http_whatsauth_visit_t *visit,
    const ngx_http_whatsauth_own_sessions_t *own);

/*
 * Hands the sessions of the person whom session, that of the request, belongs
 * to; they live in the request's pool.  Responds by itself if the store cannot
 * be read.  Returns as a content handler does, and so does handler.
 */
ngx_int_t ngx_http_whatsauth_own_sessions(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session,
    ngx_http_whatsauth_own_sessions_pt handler);


#endif /* _NGX_HTTP_WHATSAUTH_OWN_SESSIONS_H_INCLUDED_ */
