
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/severity - how much a line of the log concerns the
 * operator.
 */


#ifndef _VALKEY_STORE_SEVERITY_H_INCLUDED_
#define _VALKEY_STORE_SEVERITY_H_INCLUDED_


typedef enum {
    VALKEY_STORE_NOTICE,
    VALKEY_STORE_WARN,
    VALKEY_STORE_ALERT,
    VALKEY_STORE_CRIT
} valkey_store_severity_t;


#endif /* _VALKEY_STORE_SEVERITY_H_INCLUDED_ */
