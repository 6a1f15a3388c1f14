
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_TOUCH_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TOUCH_H_INCLUDED_


#include "kit/module.h"

#include "ledger/session.h"


/*
 * Writes that a session, as it was just read, is used, if that is not written
 * already; session need not stay.  Nobody waits for it and nobody learns how it
 * ends: what could not be written, the next request tries again.
 */
void ngx_http_whatsauth_touch(const ledger_session_t *session);


#endif /* _NGX_HTTP_WHATSAUTH_TOUCH_H_INCLUDED_ */
