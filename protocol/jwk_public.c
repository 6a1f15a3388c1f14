
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>

#include "jwk_public.h"
#include "signature.h"


#define WHATSAUTH_JWK_COORDINATE_LEN  32       /* bytes, of P-256 */


typedef struct {
    const char  *name;
    const char  *type;
} whatsauth_jwk_public_words_t;


static const whatsauth_jwk_public_words_t  whatsauth_jwk_public_words[] = {
#define WHATSAUTH_JWK_ALGORITHM(name, type)  { #name, type },
    WHATSAUTH_JWK_ALGORITHMS(WHATSAUTH_JWK_ALGORITHM)
#undef WHATSAUTH_JWK_ALGORITHM
};


const char *
whatsauth_jwk_word(whatsauth_jwk_algorithm_t algorithm)
{
    return whatsauth_jwk_public_words[algorithm].name;
}


static int
whatsauth_jwk_public_set_text(json_t *members, const char *name,
    const char *text)
{
    return json_object_set_new(members, name, json_string(text));
}


/* Sets a number of the key, padded to size bytes unless that is 0. */

static int
whatsauth_jwk_public_set_number(json_t *members, const char *name,
    const EVP_PKEY *pkey, const char *parameter, size_t size)
{
    int      n;
    char     text[whatsauth_base64url_len(WHATSAUTH_JWK_RSA_BITS_MAX / 8)];
    BIGNUM  *number;
    uint8_t  bytes[WHATSAUTH_JWK_RSA_BITS_MAX / 8];

    number = NULL;

    if (EVP_PKEY_get_bn_param(pkey, parameter, &number) != 1) {
        ERR_clear_error();
        return -1;
    }

    if (size == 0) {
        size = (size_t) BN_num_bytes(number);
    }

    n = size <= sizeof(bytes) ? BN_bn2binpad(number, bytes, (int) size) : -1;
    BN_free(number);

    if (n == -1) {
        return -1;
    }

    whatsauth_base64url_encode(bytes, size, text);

    return json_object_set_new(members, name,
                      json_stringn(text, whatsauth_base64url_len(size)));
}


json_t *
whatsauth_jwk_members(const EVP_PKEY *pkey,
    whatsauth_jwk_algorithm_t algorithm)
{
    int      failed;
    json_t  *members;

    members = json_object();
    failed = whatsauth_jwk_public_set_text(members, "kty",
                                   whatsauth_jwk_public_words[algorithm].type);

    if (algorithm == WHATSAUTH_JWK_RS256) {
        failed |= whatsauth_jwk_public_set_number(members, "n", pkey,
                                                  OSSL_PKEY_PARAM_RSA_N, 0);
        failed |= whatsauth_jwk_public_set_number(members, "e", pkey,
                                                  OSSL_PKEY_PARAM_RSA_E, 0);

    } else {
        failed |= whatsauth_jwk_public_set_text(members, "crv", "P-256");
        failed |= whatsauth_jwk_public_set_number(members, "x", pkey,
                                                OSSL_PKEY_PARAM_EC_PUB_X,
                                                WHATSAUTH_JWK_COORDINATE_LEN);
        failed |= whatsauth_jwk_public_set_number(members, "y", pkey,
                                                OSSL_PKEY_PARAM_EC_PUB_Y,
                                                WHATSAUTH_JWK_COORDINATE_LEN);
    }

    if (failed) {
        json_decref(members);
        return NULL;
    }

    return members;
}


int
whatsauth_jwk_thumbprint(const json_t *members,
    char kid[WHATSAUTH_JWK_KID_LEN])
{
    int      rc;
    char    *text;
    uint8_t  digest[WHATSAUTH_SHA256_LEN];

    text = json_dumps(members, JSON_COMPACT|JSON_SORT_KEYS);

    if (text == NULL) {
        return -1;
    }

    rc = whatsauth_sha256(text, strlen(text), digest);
    free(text);

    if (rc == 0) {
        whatsauth_base64url_encode(digest, sizeof(digest), kid);
    }

    return rc;
}


static json_t *
whatsauth_jwk_public_key(const whatsauth_jwk_t *key)
{
    int      failed;
    json_t  *jwk;

    jwk = whatsauth_jwk_members(key->pkey, key->algorithm);

    failed = whatsauth_jwk_public_set_text(jwk, "use", "sig");
    failed |= whatsauth_jwk_public_set_text(jwk, "alg",
                                       whatsauth_jwk_word(key->algorithm));
    failed |= json_object_set_new(jwk, "kid",
                              json_stringn(key->kid, WHATSAUTH_JWK_KID_LEN));

    if (failed) {
        json_decref(jwk);
        return NULL;
    }

    return jwk;
}


char *
whatsauth_jwk_set(const whatsauth_jwk_t *const *keys, size_t n, size_t *len)
{
    int      failed;
    char    *text;
    size_t   i;
    json_t  *set, *array;

    set = json_object();
    array = json_array();
    failed = json_object_set(set, "keys", array);

    for (i = 0; i < n; i++) {
        failed |= json_array_append_new(array,
                                        whatsauth_jwk_public_key(keys[i]));
    }

    json_decref(array);
    text = failed ? NULL : json_dumps(set, JSON_COMPACT);
    json_decref(set);

    *len = (text == NULL) ? 0 : strlen(text);

    return text;
}
