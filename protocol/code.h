
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The two faces of a record's key: the code that a user sends, and the id
 * that a site knows a verification by.  Both are permutations of the key, so
 * they never collide and nothing about them is stored.
 *
 * A key is (unix milliseconds << 10) or the last key + 1, whichever is more.
 */


#ifndef _WHATSAUTH_CODE_H_INCLUDED_
#define _WHATSAUTH_CODE_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define WHATSAUTH_CODE_LEN  10        /* hexadecimal digits */
#define WHATSAUTH_ID_LEN    36        /* as RFC 9562 writes a UUID */

/*
 * A code holds the low 40 bits of its key; decoding takes the other bits from
 * the current time.  A code decodes to its own key while it is younger than
 * this (milliseconds, 6.2 days).
 */
#define WHATSAUTH_CODE_WINDOW  ((uint64_t) 1 << 29)


typedef struct whatsauth_codec_s  whatsauth_codec_t;


/*
 * Makes a codec from a store's three keys; see token.h for what the third one
 * is for.  NULL when memory is out.  A codec must not be shared by threads.
 */
whatsauth_codec_t *whatsauth_codec_create(const uint8_t code_key[16],
    const uint8_t id_key[16], const uint8_t token_key[16]);
void whatsauth_codec_destroy(whatsauth_codec_t *codec);

/*
 * Writes the lower-case code or id of key, without a zero at the end.
 * Return 0, or -1 if the crypto library failed.
 */
int whatsauth_code_encode(whatsauth_codec_t *codec, uint64_t key,
    char code[WHATSAUTH_CODE_LEN]);
int whatsauth_id_encode(whatsauth_codec_t *codec, uint64_t key,
    char id[WHATSAUTH_ID_LEN]);

/*
 * code must be lower-case hexadecimal digits, else -1.  *key is the key
 * nearest to now (unix milliseconds) that has this code; only the store knows
 * whether it was ever issued.
 */
int whatsauth_code_decode(whatsauth_codec_t *codec,
    const char code[WHATSAUTH_CODE_LEN], uint64_t now, uint64_t *key);

/* Returns -1 if id is that of no key.  Takes digits of either case. */
int whatsauth_id_decode(whatsauth_codec_t *codec, const char *id, size_t len,
    uint64_t *key);


#endif /* _WHATSAUTH_CODE_H_INCLUDED_ */
