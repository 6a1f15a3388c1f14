
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Which addresses a stranger may have nginx connect to.
 */


#ifndef _WHATSAUTH_ADDRESS_H_INCLUDED_
#define _WHATSAUTH_ADDRESS_H_INCLUDED_


#include <sys/socket.h>


/*
 * 1 if address is one of the public Internet: AF_INET or AF_INET6, and in
 * none of the ranges that are private, local, reserved or for documentation
 * (IANA's special-purpose registries), nor in one that only carries an IPv4
 * address inside (mapped, compatible, translated, NAT64, 6to4, Teredo), nor
 * in a part of IPv6 that is given out to nobody, which overlay networks use,
 * nor that of a cloud's host agent.  0 for all else.  The port is not looked
 * at.  Whether it is an address of this very machine the caller must check.
 */
int whatsauth_address_is_public(const struct sockaddr *address);

/*
 * 1 if packets to address stay on this machine or in the operator's own
 * network: loopback, private (RFC 1918, RFC 4193) or link-local.  This is not
 * the contrary of being public.
 */
int whatsauth_address_is_private(const struct sockaddr *address);


#endif /* _WHATSAUTH_ADDRESS_H_INCLUDED_ */
