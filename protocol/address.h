
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The addresses that a stranger's URL may make nginx connect to.
 */


#ifndef _WHATSAUTH_ADDRESS_H_INCLUDED_
#define _WHATSAUTH_ADDRESS_H_INCLUDED_


#include <stddef.h>
#include <sys/socket.h>


/*
 * 1 if address is one of the public Internet: AF_INET or AF_INET6, and in
 * none of these ranges: private, local, reserved or for documentation (IANA's
 * special-purpose registries); those that carry an IPv4 address inside
 * (mapped, compatible, translated, NAT64, 6to4, Teredo); parts of IPv6 that
 * are not allocated, which overlay networks use; the host agent of a cloud.
 * 0 for all else.  The port does not count.  The caller must check whether
 * the address belongs to this very machine.
 */
int whatsauth_address_is_public(const struct sockaddr *address);

/*
 * 1 if packets to address stay on this machine or in the operator's own
 * network: loopback, private (RFC 1918, RFC 4193) or link-local.  An address
 * may be neither public nor near.
 */
int whatsauth_address_is_private(const struct sockaddr *address);

/* 1 if only this very machine can reach address. */
int whatsauth_address_is_loopback(const struct sockaddr *address);

/*
 * Writes the network of an address as people are told it, without a zero:
 * "203.0.113.x", or "2001:db8:1::/48".  Returns the number of bytes, at most
 * NETWORK_MAX; 0 for a socket of this machine.
 */
#define WHATSAUTH_ADDRESS_NETWORK_MAX  24
size_t whatsauth_address_network(const struct sockaddr *address,
    char out[WHATSAUTH_ADDRESS_NETWORK_MAX]);


#endif /* _WHATSAUTH_ADDRESS_H_INCLUDED_ */
