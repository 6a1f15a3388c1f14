
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Keys that sign tokens (RFC 7517, RFC 7518): RSA for RS256, which every
 * relying party knows, and P-256 for ES256, which takes a fifteenth of the
 * time.  A key is used for one algorithm alone.
 */


#ifndef _WHATSAUTH_JWK_H_INCLUDED_
#define _WHATSAUTH_JWK_H_INCLUDED_


#include <openssl/evp.h>

#include "base64.h"
#include "text.h"


#define WHATSAUTH_JWK_RSA_BITS      2048     /* the fewest, and of new keys */
#define WHATSAUTH_JWK_RSA_BITS_MAX  4096
#define WHATSAUTH_JWK_PEM_MAX       8192     /* bytes */
#define WHATSAUTH_JWK_KID_LEN       43       /* base64url of a SHA-256 */

#define WHATSAUTH_JWS_ES256_LEN      64       /* R and S (RFC 7518, 3.4) */
#define WHATSAUTH_JWS_SIGNATURE_MAX  (WHATSAUTH_JWK_RSA_BITS_MAX / 8)


/* The algorithm, and the type of its key (RFC 7518, 3.1 and 6.1). */
#define WHATSAUTH_JWK_ALGORITHMS(X)                                           \
    X(RS256, "RSA")                                                           \
    X(ES256, "EC")

typedef enum {
#define WHATSAUTH_JWK_ALGORITHM(name, type)  WHATSAUTH_JWK_##name,
    WHATSAUTH_JWK_ALGORITHMS(WHATSAUTH_JWK_ALGORITHM)
#undef WHATSAUTH_JWK_ALGORITHM
    WHATSAUTH_JWK_ALGORITHMS_N
} whatsauth_jwk_algorithm_t;

/* Each is a word of five letters, so that all headers have one length. */
#define WHATSAUTH_JWK_HEADER                                                  \
    "{\"alg\":\"%s\",\"kid\":\"%.*s\",\"typ\":\"JWT\"}"
#define WHATSAUTH_JWK_HEADER_LEN                                              \
    (sizeof("{'alg':'RS256','kid':'','typ':'JWT'}") - 1 + WHATSAUTH_JWK_KID_LEN)
#define WHATSAUTH_JWK_HEAD_LEN                                                \
    whatsauth_base64url_len(WHATSAUTH_JWK_HEADER_LEN)


/* Why a key is refused: the sentence follows the name of its file. */
#define WHATSAUTH_JWK_RESULTS(X)                                              \
    X(OK,     "")                                                             \
    X(PEM,    "is not a private key in PEM format without a password")        \
    X(TYPE,   "is neither an RSA key nor an EC key on P-256")                 \
    X(SIZE,   "is an RSA key of less than 2048 or more than 4096 bits")       \
    X(PAIR,   "has a public half that does not belong to its private one")    \
    X(FAILED, "cannot be read: out of memory, or the crypto library failed")

typedef enum {
#define WHATSAUTH_JWK_RESULT(name, text)  WHATSAUTH_JWK_##name,
    WHATSAUTH_JWK_RESULTS(WHATSAUTH_JWK_RESULT)
#undef WHATSAUTH_JWK_RESULT
    WHATSAUTH_JWK_RESULTS_N
} whatsauth_jwk_result_t;

const char *whatsauth_jwk_strresult(whatsauth_jwk_result_t result);


/*
 * Does not change while it is used, so that several threads may sign with it:
 * each copies the contexts, for which the library looks up nothing.
 */
typedef struct {
    whatsauth_jwk_algorithm_t   algorithm;
    size_t                      signature_len;
    EVP_PKEY                   *pkey;
    EVP_PKEY_CTX               *sign;
    EVP_PKEY_CTX               *verify;
    char                        kid[WHATSAUTH_JWK_KID_LEN];
    char                        head[WHATSAUTH_JWK_HEAD_LEN];    /* the first
                                                 part of each token */
} whatsauth_jwk_t;


/*
 * Makes a key, reads one, or takes it apart.  A key that is not OK needs no
 * whatsauth_jwk_free().
 */
whatsauth_jwk_result_t whatsauth_jwk_generate(whatsauth_jwk_t *key,
    whatsauth_jwk_algorithm_t algorithm);
whatsauth_jwk_result_t whatsauth_jwk_read(whatsauth_jwk_t *key,
    const whatsauth_text_t *pem);
void whatsauth_jwk_free(whatsauth_jwk_t *key);

/*
 * Writes the private key as PEM (PKCS #8), without a zero.  Returns the length,
 * or 0 if memory is out or the crypto library failed.  The caller cleanses out.
 */
size_t whatsauth_jwk_pem(const whatsauth_jwk_t *key,
    char out[WHATSAUTH_JWK_PEM_MAX]);


#endif /* _WHATSAUTH_JWK_H_INCLUDED_ */
