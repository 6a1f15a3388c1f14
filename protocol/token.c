
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base64.h"
#include "codec.h"
#include "signature.h"
#include "token.h"


#define WHATSAUTH_TOKEN_BLOCK     16
#define WHATSAUTH_TOKEN_BYTES                                                 \
    (WHATSAUTH_TOKEN_BLOCK + WHATSAUTH_TOKEN_SECRET_LEN)

/* The kind of block that a PIN is made of; no token has it. */
#define WHATSAUTH_TOKEN_KIND_PIN  0xff

#define WHATSAUTH_PIN_MODULUS     1000000


int
whatsauth_token_prepare(whatsauth_codec_t *codec)
{
    codec->seal = EVP_CIPHER_CTX_new();
    codec->open = EVP_CIPHER_CTX_new();
    codec->hash = EVP_MD_CTX_new();

    if (codec->seal == NULL || codec->open == NULL || codec->hash == NULL) {
        return -1;
    }

    if (EVP_DigestInit_ex(codec->hash, EVP_sha256(), NULL) != 1) {
        return -1;
    }

    if (EVP_EncryptInit_ex(codec->seal, EVP_aes_128_ecb(), NULL,
                           codec->token_key, NULL)
        != 1
        || EVP_DecryptInit_ex(codec->open, EVP_aes_128_ecb(), NULL,
                              codec->token_key, NULL)
           != 1)
    {
        return -1;
    }

    return EVP_CIPHER_CTX_set_padding(codec->seal, 0) == 1
           && EVP_CIPHER_CTX_set_padding(codec->open, 0) == 1 ? 0 : -1;
}


/* The kind, the key, zeros: a block of other bytes is none of ours. */

static int
whatsauth_token_seal(whatsauth_codec_t *codec, unsigned kind, uint64_t key,
    uint8_t block[WHATSAUTH_TOKEN_BLOCK])
{
    int       n;
    unsigned  i;

    memset(block, 0, WHATSAUTH_TOKEN_BLOCK);
    block[0] = (uint8_t) kind;

    for (i = 8; i > 0; i--) {
        block[i] = (uint8_t) key;
        key >>= 8;
    }

    if (EVP_EncryptUpdate(codec->seal, block, &n, block,
                          WHATSAUTH_TOKEN_BLOCK)
        != 1)
    {
        return -1;
    }

    return n == WHATSAUTH_TOKEN_BLOCK ? 0 : -1;
}


static int
whatsauth_token_open(whatsauth_codec_t *codec,
    const uint8_t sealed[WHATSAUTH_TOKEN_BLOCK], whatsauth_token_t *token)
{
    int       n;
    uint8_t   block[WHATSAUTH_TOKEN_BLOCK];
    unsigned  i;

    if (EVP_DecryptUpdate(codec->open, block, &n, sealed, sizeof(block)) != 1
        || n != WHATSAUTH_TOKEN_BLOCK)
    {
        return -1;
    }

    token->kind = block[0];
    token->key = 0;

    for (i = 1; i <= 8; i++) {
        token->key = token->key << 8 | block[i];
    }

    for ( /* void */ ; i < sizeof(block); i++) {

        if (block[i] != 0) {
            return WHATSAUTH_TOKEN_NONE;
        }
    }

    return block[0] >= WHATSAUTH_TOKEN_CLAIM
           && block[0] <= WHATSAUTH_TOKEN_KNOWN ? 0 : WHATSAUTH_TOKEN_NONE;
}


int
whatsauth_token_random(whatsauth_token_t *token)
{
    uint8_t  digest[WHATSAUTH_SHA256_LEN];

    if (RAND_bytes(token->secret, sizeof(token->secret)) != 1
        || whatsauth_sha256(token->secret, sizeof(token->secret), digest) != 0)
    {
        return -1;
    }

    memcpy(token->digest, digest, sizeof(token->digest));

    return 0;
}


/* The same digest, from a context that the library need not prepare anew. */

static int
whatsauth_token_digest(whatsauth_codec_t *codec, whatsauth_token_t *token)
{
    uint8_t  digest[WHATSAUTH_SHA256_LEN];

    if (EVP_DigestInit_ex(codec->hash, NULL, NULL) != 1
        || EVP_DigestUpdate(codec->hash, token->secret, sizeof(token->secret))
           != 1
        || EVP_DigestFinal_ex(codec->hash, digest, NULL) != 1)
    {
        return -1;
    }

    memcpy(token->digest, digest, sizeof(token->digest));

    return 0;
}


/* Extract, then the first block of expand, of which half is taken. */

int
whatsauth_token_derive(whatsauth_codec_t *codec,
    const whatsauth_token_t *claim, whatsauth_token_kind_t kind,
    whatsauth_token_t *token)
{
    uint8_t           prk[WHATSAUTH_SHA256_LEN], okm[WHATSAUTH_SHA256_LEN];
    uint8_t           info[2];
    whatsauth_text_t  salt, key;

    salt.data = (const char *) codec->token_key;
    salt.len = sizeof(codec->token_key);

    key.data = (const char *) prk;
    key.len = sizeof(prk);

    info[0] = (uint8_t) kind;
    info[1] = 1;

    if (whatsauth_hmac_sha256(&salt, claim->secret, sizeof(claim->secret),
                              prk)
        != 0
        || whatsauth_hmac_sha256(&key, info, sizeof(info), okm) != 0)
    {
        return -1;
    }

    token->kind = kind;
    token->key = claim->key;
    memcpy(token->secret, okm, sizeof(token->secret));

    OPENSSL_cleanse(prk, sizeof(prk));
    OPENSSL_cleanse(okm, sizeof(okm));

    return whatsauth_token_digest(codec, token);
}


int
whatsauth_token_format(whatsauth_codec_t *codec,
    const whatsauth_token_t *token, char text[WHATSAUTH_TOKEN_LEN])
{
    uint8_t  bytes[WHATSAUTH_TOKEN_BYTES];

    if (whatsauth_token_seal(codec, token->kind, token->key, bytes) != 0) {
        return -1;
    }

    memcpy(bytes + WHATSAUTH_TOKEN_BLOCK, token->secret,
           sizeof(token->secret));

    whatsauth_base64url_encode(bytes, sizeof(bytes), text);

    return 0;
}


int
whatsauth_token_parse(whatsauth_codec_t *codec, const char *text, size_t len,
    whatsauth_token_t *token)
{
    int      rc;
    uint8_t  bytes[WHATSAUTH_TOKEN_BYTES];

    if (len != WHATSAUTH_TOKEN_LEN
        || whatsauth_base64url_decode(text, bytes, sizeof(bytes)) != 0)
    {
        return WHATSAUTH_TOKEN_NONE;
    }

    rc = whatsauth_token_open(codec, bytes, token);

    if (rc != 0) {
        return rc;
    }

    memcpy(token->secret, bytes + WHATSAUTH_TOKEN_BLOCK,
           sizeof(token->secret));

    return whatsauth_token_digest(codec, token);
}


int
whatsauth_token_digest_equal(const uint8_t a[WHATSAUTH_TOKEN_DIGEST_LEN],
    const uint8_t b[WHATSAUTH_TOKEN_DIGEST_LEN])
{
    return CRYPTO_memcmp(a, b, WHATSAUTH_TOKEN_DIGEST_LEN) == 0;
}


/* 64 bits modulo a million: no digit is noticeably more frequent. */

int
whatsauth_pin(whatsauth_codec_t *codec, uint64_t key,
    char pin[WHATSAUTH_PIN_LEN])
{
    uint8_t   block[WHATSAUTH_TOKEN_BLOCK];
    uint64_t  number;
    unsigned  i;

    if (whatsauth_token_seal(codec, WHATSAUTH_TOKEN_KIND_PIN, key, block)
        != 0)
    {
        return -1;
    }

    number = 0;

    for (i = 0; i < 8; i++) {
        number = number << 8 | block[i];
    }

    number %= WHATSAUTH_PIN_MODULUS;

    for (i = WHATSAUTH_PIN_LEN; i > 0; i--) {
        pin[i - 1] = (char) ('0' + number % 10);
        number /= 10;
    }

    return 0;
}
