
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include "jws.h"
#include "signature.h"


#define WHATSAUTH_JWS_HALF     (WHATSAUTH_JWS_ES256_LEN / 2)

/* The library's form of an ES256 signature: a sequence of two integers. */
#define WHATSAUTH_JWS_DER_MAX  (2 + 2 * (2 + 1 + WHATSAUTH_JWS_HALF))


/* R and S, as JOSE has them: both of 32 bytes (RFC 7518, 3.4). */

static int
whatsauth_jws_from_der(const uint8_t *der, size_t len,
    uint8_t raw[WHATSAUTH_JWS_ES256_LEN])
{
    int         rc;
    ECDSA_SIG  *pair;

    pair = d2i_ECDSA_SIG(NULL, &der, (long) len);

    if (pair == NULL) {
        return -1;
    }

    rc = BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, WHATSAUTH_JWS_HALF) != -1
         && BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + WHATSAUTH_JWS_HALF,
                         WHATSAUTH_JWS_HALF) != -1
         ? 0 : -1;

    ECDSA_SIG_free(pair);

    return rc;
}


/* Returns the length, or -1. */

static int
whatsauth_jws_to_der(const uint8_t raw[WHATSAUTH_JWS_ES256_LEN],
    uint8_t der[WHATSAUTH_JWS_DER_MAX])
{
    int         n;
    BIGNUM     *r, *s;
    ECDSA_SIG  *pair;

    r = BN_bin2bn(raw, WHATSAUTH_JWS_HALF, NULL);
    s = BN_bin2bn(raw + WHATSAUTH_JWS_HALF, WHATSAUTH_JWS_HALF, NULL);
    pair = ECDSA_SIG_new();

    if (r == NULL || s == NULL || pair == NULL
        || ECDSA_SIG_set0(pair, r, s) != 1)
    {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(pair);
        return -1;
    }

    n = i2d_ECDSA_SIG(pair, &der);
    ECDSA_SIG_free(pair);

    return n > 0 ? n : -1;
}


static int
whatsauth_jws_sign_digest(const whatsauth_jwk_t *key,
    const uint8_t digest[WHATSAUTH_SHA256_LEN],
    uint8_t signature[WHATSAUTH_JWS_SIGNATURE_MAX])
{
    int            rc;
    size_t         n;
    uint8_t        buf[WHATSAUTH_JWS_SIGNATURE_MAX];
    EVP_PKEY_CTX  *ctx;

    n = sizeof(buf);
    ctx = EVP_PKEY_CTX_dup(key->sign);

    rc = ctx != NULL
         && EVP_PKEY_sign(ctx, buf, &n, digest, WHATSAUTH_SHA256_LEN) == 1
         ? 0 : -1;

    EVP_PKEY_CTX_free(ctx);

    if (rc != 0) {
        return -1;
    }

    if (key->algorithm == WHATSAUTH_JWK_ES256) {
        return whatsauth_jws_from_der(buf, n, signature);
    }

    if (n != key->signature_len) {
        return -1;
    }

    memcpy(signature, buf, n);

    return 0;
}


int
whatsauth_jws_signature(const whatsauth_jwk_t *key,
    const whatsauth_text_t *input,
    uint8_t signature[WHATSAUTH_JWS_SIGNATURE_MAX])
{
    uint8_t  digest[WHATSAUTH_SHA256_LEN];

    if (whatsauth_sha256(input->data, input->len, digest) != 0
        || whatsauth_jws_sign_digest(key, digest, signature) != 0)
    {
        ERR_clear_error();
        return -1;
    }

    return 0;
}


static int
whatsauth_jws_verify_digest(const whatsauth_jwk_t *key,
    const uint8_t digest[WHATSAUTH_SHA256_LEN], const uint8_t *signature)
{
    int            n, fits;
    uint8_t        der[WHATSAUTH_JWS_DER_MAX];
    EVP_PKEY_CTX  *ctx;

    n = (int) key->signature_len;

    if (key->algorithm == WHATSAUTH_JWK_ES256) {
        n = whatsauth_jws_to_der(signature, der);
        signature = der;
    }

    ctx = EVP_PKEY_CTX_dup(key->verify);

    fits = n != -1 && ctx != NULL
           && EVP_PKEY_verify(ctx, signature, (size_t) n, digest,
                              WHATSAUTH_SHA256_LEN) == 1;

    EVP_PKEY_CTX_free(ctx);

    return fits;
}


int
whatsauth_jws_verify(const whatsauth_jwk_t *key, const whatsauth_text_t *input,
    const uint8_t *signature)
{
    uint8_t  digest[WHATSAUTH_SHA256_LEN];

    if (whatsauth_sha256(input->data, input->len, digest) == 0
        && whatsauth_jws_verify_digest(key, digest, signature))
    {
        return 1;
    }

    ERR_clear_error();

    return 0;
}


size_t
whatsauth_jws_len(const whatsauth_jwk_t *key, size_t payload)
{
    return WHATSAUTH_JWK_HEAD_LEN + 1 + whatsauth_base64url_len(payload)
           + 1 + whatsauth_base64url_len(key->signature_len);
}


int
whatsauth_jws_sign(const whatsauth_jwk_t *key, const whatsauth_text_t *payload,
    char *out)
{
    char              *p;
    uint8_t            signature[WHATSAUTH_JWS_SIGNATURE_MAX];
    whatsauth_text_t   input;

    memcpy(out, key->head, WHATSAUTH_JWK_HEAD_LEN);
    p = out + WHATSAUTH_JWK_HEAD_LEN;
    *p++ = '.';

    whatsauth_base64url_encode((const uint8_t *) payload->data, payload->len,
                               p);
    p += whatsauth_base64url_len(payload->len);

    input.data = out;
    input.len = (size_t) (p - out);

    if (whatsauth_jws_signature(key, &input, signature) != 0) {
        return -1;
    }

    *p++ = '.';
    whatsauth_base64url_encode(signature, key->signature_len, p);

    return 0;
}


int
whatsauth_jws_at_hash(const whatsauth_text_t *token,
    char at_hash[WHATSAUTH_JWS_AT_HASH_LEN])
{
    uint8_t  digest[WHATSAUTH_SHA256_LEN];

    if (whatsauth_sha256(token->data, token->len, digest) != 0) {
        return -1;
    }

    whatsauth_base64url_encode(digest, sizeof(digest) / 2, at_hash);

    return 0;
}
