
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "jwk_public.h"


const char *
whatsauth_jwk_strresult(whatsauth_jwk_result_t result)
{
    static const char *const  text[] = {
#define WHATSAUTH_JWK_RESULT(name, sentence)  sentence,
        WHATSAUTH_JWK_RESULTS(WHATSAUTH_JWK_RESULT)
#undef WHATSAUTH_JWK_RESULT
    };

    return text[result];
}


/* The algorithm follows from the key, so that no key serves two. */

static whatsauth_jwk_result_t
whatsauth_jwk_judge(const EVP_PKEY *pkey, whatsauth_jwk_algorithm_t *algorithm)
{
    int     bits;
    char    curve[sizeof("prime256v1")];
    size_t  n;

    if (EVP_PKEY_is_a(pkey, "RSA")) {
        *algorithm = WHATSAUTH_JWK_RS256;
        bits = EVP_PKEY_get_bits(pkey);

        return bits >= WHATSAUTH_JWK_RSA_BITS
               && bits <= WHATSAUTH_JWK_RSA_BITS_MAX
               ? WHATSAUTH_JWK_OK : WHATSAUTH_JWK_SIZE;
    }

    if (EVP_PKEY_is_a(pkey, "EC")
        && EVP_PKEY_get_group_name(pkey, curve, sizeof(curve), &n) == 1
        && strcmp(curve, "prime256v1") == 0)
    {
        *algorithm = WHATSAUTH_JWK_ES256;
        return WHATSAUTH_JWK_OK;
    }

    return WHATSAUTH_JWK_TYPE;
}


static int
whatsauth_jwk_name(whatsauth_jwk_t *key)
{
    int      rc;
    char     header[WHATSAUTH_JWK_HEADER_LEN + 1];
    json_t  *members;

    members = whatsauth_jwk_members(key->pkey, key->algorithm);

    if (members == NULL) {
        return -1;
    }

    rc = whatsauth_jwk_thumbprint(members, key->kid);
    json_decref(members);

    if (rc != 0) {
        return -1;
    }

    snprintf(header, sizeof(header), WHATSAUTH_JWK_HEADER,
             whatsauth_jwk_word(key->algorithm),
             WHATSAUTH_JWK_KID_LEN, key->kid);

    whatsauth_base64url_encode((const uint8_t *) header,
                               WHATSAUTH_JWK_HEADER_LEN, key->head);

    return 0;
}


static int
whatsauth_jwk_context(EVP_PKEY_CTX *ctx, int (*init)(EVP_PKEY_CTX *ctx),
    whatsauth_jwk_algorithm_t algorithm)
{
    if (ctx == NULL
        || init(ctx) != 1
        || EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) != 1)
    {
        return -1;
    }

    return algorithm != WHATSAUTH_JWK_RS256
           || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1
           ? 0 : -1;
}


/* Looks up in the library all that a signature takes. */

static int
whatsauth_jwk_prepare(whatsauth_jwk_t *key)
{
    key->sign = EVP_PKEY_CTX_new(key->pkey, NULL);
    key->verify = EVP_PKEY_CTX_new(key->pkey, NULL);

    key->signature_len = key->algorithm == WHATSAUTH_JWK_ES256
                         ? WHATSAUTH_JWS_ES256_LEN
                         : (size_t) EVP_PKEY_get_size(key->pkey);

    return whatsauth_jwk_context(key->sign, EVP_PKEY_sign_init,
                                 key->algorithm) == 0
           && whatsauth_jwk_context(key->verify, EVP_PKEY_verify_init,
                                    key->algorithm) == 0
           ? 0 : -1;
}


/* Takes pkey, also if it is refused. */

static whatsauth_jwk_result_t
whatsauth_jwk_take(whatsauth_jwk_t *key, EVP_PKEY *pkey)
{
    whatsauth_jwk_result_t  result;

    key->pkey = pkey;
    result = whatsauth_jwk_judge(pkey, &key->algorithm);

    if (result == WHATSAUTH_JWK_OK
        && (whatsauth_jwk_name(key) != 0 || whatsauth_jwk_prepare(key) != 0))
    {
        result = WHATSAUTH_JWK_FAILED;
    }

    if (result != WHATSAUTH_JWK_OK) {
        whatsauth_jwk_free(key);
        ERR_clear_error();
    }

    return result;
}


whatsauth_jwk_result_t
whatsauth_jwk_generate(whatsauth_jwk_t *key,
    whatsauth_jwk_algorithm_t algorithm)
{
    EVP_PKEY  *pkey;

    memset(key, 0, sizeof(whatsauth_jwk_t));

    pkey = algorithm == WHATSAUTH_JWK_RS256
           ? EVP_RSA_gen(WHATSAUTH_JWK_RSA_BITS) : EVP_EC_gen("P-256");

    if (pkey == NULL) {
        ERR_clear_error();
        return WHATSAUTH_JWK_FAILED;
    }

    return whatsauth_jwk_take(key, pkey);
}


/* Without it the library would ask for a password at the terminal. */

static int
whatsauth_jwk_no_password(char *buf, int size, int writing, void *data)
{
    (void) buf;
    (void) size;
    (void) writing;
    (void) data;

    return -1;
}


/*
 * A key whose halves do not belong together would sign what nobody can verify,
 * which is seen here and not at the first login.
 */

static int
whatsauth_jwk_is_pair(EVP_PKEY *pkey)
{
    int            is_pair;
    EVP_PKEY_CTX  *ctx;

    ctx = EVP_PKEY_CTX_new(pkey, NULL);
    is_pair = ctx != NULL && EVP_PKEY_pairwise_check(ctx) == 1;

    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();

    return is_pair;
}


whatsauth_jwk_result_t
whatsauth_jwk_read(whatsauth_jwk_t *key, const whatsauth_text_t *pem)
{
    BIO                     *bio;
    EVP_PKEY                *pkey;
    whatsauth_jwk_result_t   result;

    memset(key, 0, sizeof(whatsauth_jwk_t));

    if (pem->len == 0 || pem->len > WHATSAUTH_JWK_PEM_MAX) {
        return WHATSAUTH_JWK_PEM;
    }

    bio = BIO_new_mem_buf(pem->data, (int) pem->len);

    if (bio == NULL) {
        ERR_clear_error();
        return WHATSAUTH_JWK_FAILED;
    }

    pkey = PEM_read_bio_PrivateKey(bio, NULL, whatsauth_jwk_no_password, NULL);
    BIO_free(bio);

    if (pkey == NULL) {
        ERR_clear_error();
        return WHATSAUTH_JWK_PEM;
    }

    result = whatsauth_jwk_take(key, pkey);

    if (result == WHATSAUTH_JWK_OK && !whatsauth_jwk_is_pair(pkey)) {
        whatsauth_jwk_free(key);
        return WHATSAUTH_JWK_PAIR;
    }

    return result;
}


void
whatsauth_jwk_free(whatsauth_jwk_t *key)
{
    EVP_PKEY_CTX_free(key->sign);
    EVP_PKEY_CTX_free(key->verify);
    EVP_PKEY_free(key->pkey);

    memset(key, 0, sizeof(whatsauth_jwk_t));
}


size_t
whatsauth_jwk_pem(const whatsauth_jwk_t *key, char out[WHATSAUTH_JWK_PEM_MAX])
{
    BIO   *bio;
    char  *data;
    long   n;

    n = 0;
    bio = BIO_new(BIO_s_secmem());

    if (bio != NULL
        && PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL,
                                         NULL) == 1)
    {
        n = BIO_get_mem_data(bio, &data);
    }

    if (n > 0 && n <= WHATSAUTH_JWK_PEM_MAX) {
        memcpy(out, data, (size_t) n);

    } else {
        ERR_clear_error();
        n = 0;
    }

    BIO_free(bio);

    return (size_t) n;
}
