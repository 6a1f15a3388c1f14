
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Tokens that a browser or a site holds: 16 bytes that lead to a record
 * without an index, the kind and the record's key in one block of AES-128, and
 * 16 random bytes, the secret.  A store keeps the digest of the secret alone:
 * who reads a store can make no token of it.
 *
 * A kind is never taken for another: the caller compares it.
 */


#ifndef _WHATSAUTH_TOKEN_H_INCLUDED_
#define _WHATSAUTH_TOKEN_H_INCLUDED_


#include "code.h"


#define WHATSAUTH_TOKEN_LEN         43    /* base64url (RFC 4648, section 5) of
                                             32 bytes, not padded */
#define WHATSAUTH_TOKEN_SECRET_LEN  16
#define WHATSAUTH_TOKEN_DIGEST_LEN  16    /* the first bytes of SHA-256 of the
                                             secret */
#define WHATSAUTH_PIN_LEN           6     /* decimal digits */


/* The numbers stand in tokens that browsers hold. */
typedef enum {
    WHATSAUTH_TOKEN_CLAIM = 1,      /* of the API and the widget, as Bearer */
    WHATSAUTH_TOKEN_PAGE_CLAIM,     /* of the login page, in a cookie */
    WHATSAUTH_TOKEN_SESSION,
    WHATSAUTH_TOKEN_KNOWN           /* of a browser that its user knows */
} whatsauth_token_kind_t;

typedef struct {
    whatsauth_token_kind_t   kind;
    uint64_t                 key;
    uint8_t                  secret[WHATSAUTH_TOKEN_SECRET_LEN];
    uint8_t                  digest[WHATSAUTH_TOKEN_DIGEST_LEN];
} whatsauth_token_t;


/* All functions that return an int return 0, or -1 if the crypto library
   failed. */

/* Fills in secret and digest. */
int whatsauth_token_random(whatsauth_token_t *token);

/*
 * The one token of another kind that belongs to a claim: the same key, and a
 * secret by HKDF (RFC 5869) from the claim's under the store's third key.  So a
 * claim that is collected again leads to the same session.
 */
int whatsauth_token_derive(whatsauth_codec_t *codec,
    const whatsauth_token_t *claim, whatsauth_token_kind_t kind,
    whatsauth_token_t *token);

/* Writes the token, without a zero. */
int whatsauth_token_format(whatsauth_codec_t *codec,
    const whatsauth_token_t *token, char text[WHATSAUTH_TOKEN_LEN]);

/*
 * Returns 0; TOKEN_NONE if text is no token of this store; or -1, with which
 * nothing is known of it: a caller must not clear its cookie.  A token may be a
 * record's that is gone, and of a secret that is wrong: only the store knows.
 */
#define WHATSAUTH_TOKEN_NONE  1

int whatsauth_token_parse(whatsauth_codec_t *codec, const char *text,
    size_t len, whatsauth_token_t *token);

/* 1 if equal; constant time. */
int whatsauth_token_digest_equal(const uint8_t a[WHATSAUTH_TOKEN_DIGEST_LEN],
    const uint8_t b[WHATSAUTH_TOKEN_DIGEST_LEN]);

/*
 * The PIN of a record.  It follows from the key, so that nothing of it is
 * stored and one that is sent again is the same.
 */
int whatsauth_pin(whatsauth_codec_t *codec, uint64_t key,
    char pin[WHATSAUTH_PIN_LEN]);


#endif /* _WHATSAUTH_TOKEN_H_INCLUDED_ */
