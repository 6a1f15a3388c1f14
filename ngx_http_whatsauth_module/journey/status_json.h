
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The state of a login, as whoever has its claim sees it.
 */


#ifndef _NGX_HTTP_WHATSAUTH_STATUS_JSON_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_STATUS_JSON_H_INCLUDED_


#include "door/door.h"


/* Room for the JSON of any record. */
#define NGX_HTTP_WHATSAUTH_STATUS_JSON_MAX  256

/*
 * A number for all that a watcher is told: equal states have equal numbers.  It
 * is 0 for no record.  The time at which a PIN will expire belongs to it.
 */
uint64_t ngx_http_whatsauth_status_state(const ledger_record_t *record,
    uint64_t now);

/* Writes the JSON, without a zero, and returns its length; 0: it failed. */
size_t ngx_http_whatsauth_status_json(const ledger_record_t *record,
    uint64_t now, u_char json[NGX_HTTP_WHATSAUTH_STATUS_JSON_MAX]);


#endif /* _NGX_HTTP_WHATSAUTH_STATUS_JSON_H_INCLUDED_ */
