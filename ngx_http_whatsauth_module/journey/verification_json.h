
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_VERIFICATION_JSON_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_VERIFICATION_JSON_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"


/*
 * A record as the site sees it: the JSON, to be freed with free(), and its id
 * of WHATSAUTH_ID_LEN bytes.  collected_at is written unless it is 0.  NULL
 * when memory is out.
 */
char *ngx_http_whatsauth_verification_json(const ledger_record_t *record,
    ngx_http_whatsauth_app_t *app, uint64_t collected_at, char *id,
    size_t *len);


#endif /* _NGX_HTTP_WHATSAUTH_VERIFICATION_JSON_H_INCLUDED_ */
