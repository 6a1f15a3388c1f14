
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_DISOWN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_DISOWN_H_INCLUDED_


#include "journey/decision.h"


/*
 * A user has answered 0: "this was not me".  In each app that hears the
 * message, all sessions of the number end that have begun in the 24 hours
 * before it, and its known browsers are unknown again.  If instead the
 * provider says that number or device have changed, all sessions before it
 * end, and nobody is answered.  Ends the decision.
 */
void ngx_http_whatsauth_disown(ngx_http_whatsauth_decision_t *decision);


#endif /* _NGX_HTTP_WHATSAUTH_DISOWN_H_INCLUDED_ */
