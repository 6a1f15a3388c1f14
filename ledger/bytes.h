
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Numbers as bytes: big-endian, so that the order of the bytes is theirs.
 */


#ifndef _LEDGER_BYTES_H_INCLUDED_
#define _LEDGER_BYTES_H_INCLUDED_


#include <endian.h>
#include <stdint.h>
#include <string.h>


static inline void
ledger_put16(unsigned char *p, unsigned n)
{
    p[0] = (unsigned char) (n >> 8);
    p[1] = (unsigned char) n;
}


static inline unsigned
ledger_get16(const unsigned char *p)
{
    return (unsigned) p[0] << 8 | p[1];
}


static inline void
ledger_put64(unsigned char *p, uint64_t n)
{
    n = htobe64(n);
    memcpy(p, &n, sizeof(n));
}


static inline uint64_t
ledger_get64(const unsigned char *p)
{
    uint64_t  n;

    memcpy(&n, p, sizeof(n));
    return be64toh(n);
}


#endif /* _LEDGER_BYTES_H_INCLUDED_ */
