
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * resolv.conf(5): the name servers that the system asks.
 */


#ifndef _WHATSAUTH_RESOLV_CONF_H_INCLUDED_
#define _WHATSAUTH_RESOLV_CONF_H_INCLUDED_


#include "text.h"


/*
 * The address of the next line "nameserver ADDRESS" from *pos on, and *pos
 * past that line: 1, or 0 at the end.  Passes over an address of one interface
 * ("fe80::1%eth0"), because nginx cannot bind to an interface.
 */
int whatsauth_resolv_conf_next(const char **pos, const char *end,
    whatsauth_text_t *server);


#endif /* _WHATSAUTH_RESOLV_CONF_H_INCLUDED_ */
