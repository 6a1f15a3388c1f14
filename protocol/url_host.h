
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The host of a URL: a name or an address.
 */


#ifndef _WHATSAUTH_URL_HOST_H_INCLUDED_
#define _WHATSAUTH_URL_HOST_H_INCLUDED_


#include "text.h"


/*
 * 1 if host is a DNS name or a dotted quad; *ip tells which.  The last label of
 * a name must not be a number: some resolvers take "127.1" for an address.
 */
int whatsauth_url_host_is_name(const whatsauth_text_t *host, int *ip);

/* 1 if host is an IPv6 address, without brackets or zone. */
int whatsauth_url_host_is_ipv6(const whatsauth_text_t *host);

/*
 * 1 if host is "localhost" or ends in ".localhost": by RFC 6761 that is the
 * loopback address, and no name server must be asked.
 */
int whatsauth_url_host_is_localhost(const whatsauth_text_t *host);

/* 1 if both are one name, in any case, or one address, however abbreviated. */
int whatsauth_url_host_equal(const whatsauth_text_t *a,
    const whatsauth_text_t *b);


#endif /* _WHATSAUTH_URL_HOST_H_INCLUDED_ */
