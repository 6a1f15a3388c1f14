
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * FF1 format-preserving encryption (NIST SP 800-38G, algorithms 7 and 8)
 * with AES-128: a keyed permutation of all strings of a given length.
 */


#ifndef _WHATSAUTH_FF1_H_INCLUDED_
#define _WHATSAUTH_FF1_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define WHATSAUTH_FF1_DIGITS_MAX  36
#define WHATSAUTH_FF1_TWEAK_MAX   32


typedef struct whatsauth_ff1_s  whatsauth_ff1_t;


/*
 * Makes a cipher for strings of `digits` numerals below radix (2 to 36) under
 * one tweak.  radix to the power of the longer half must fit into 64 bits;
 * digits <= DIGITS_MAX, tweak_len <= TWEAK_MAX.  Returns NULL for anything
 * else or when memory is out.  A cipher must not be shared by threads.
 */
whatsauth_ff1_t *whatsauth_ff1_create(const uint8_t key[16], unsigned radix,
    unsigned digits, const uint8_t *tweak, size_t tweak_len);
void whatsauth_ff1_destroy(whatsauth_ff1_t *ff1);

/*
 * Both work in place on numerals (values, not characters).
 * Return 0, or -1 if the cipher of the crypto library failed.
 */
int whatsauth_ff1_encrypt(whatsauth_ff1_t *ff1, uint8_t *numerals);
int whatsauth_ff1_decrypt(whatsauth_ff1_t *ff1, uint8_t *numerals);


#endif /* _WHATSAUTH_FF1_H_INCLUDED_ */
