
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ORIGIN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ORIGIN_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"


/* Bytes of an origin at most. */
#define NGX_HTTP_WHATSAUTH_ORIGIN_MAX                                         \
    (LEDGER_DEVICE_MAX + LEDGER_PLACE_MAX                                     \
     + sizeof(", with , from , on 2026-11-28 at 05:10 UTC"))

/*
 * Writes where the browser is that a login has begun in, and when it began,
 * as the user is told: ", with Chrome on Windows, from 203.0.113.x, on
 * 2026-11-28 at 05:10 UTC".  Returns the end.
 */
u_char *ngx_http_whatsauth_origin(u_char *p, const ledger_record_t *record);


#endif /* _NGX_HTTP_WHATSAUTH_ORIGIN_H_INCLUDED_ */
