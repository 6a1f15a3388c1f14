
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Signed tokens: the examples of RFC 7515, and what they are made of. */


#include <pthread.h>

#include "jwk_help.h"


#define EXAMPLE_PAYLOAD                                                       \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmN" \
    "vbS9pc19yb290Ijp0cnVlfQ"

#define THREADS  4


/* RSA's signatures are the same each time, so ours must be the printed one. */

static void
rs256_is_that_of_the_rfc(void **state)
{
    uint8_t            signature[WHATSAUTH_JWS_SIGNATURE_MAX], expected[256];
    whatsauth_jwk_t    key;
    whatsauth_text_t   input;

    static const char  printed[] =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
        "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
        "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
        "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
        "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
        "p0igcN_IoypGlUPQGe77Rw";

    (void) state;

    key = key_of(rsa_pem);
    input = text_of("eyJhbGciOiJSUzI1NiJ9." EXAMPLE_PAYLOAD);

    assert_int_equal(key.algorithm, WHATSAUTH_JWK_RS256);
    assert_int_equal(key.signature_len, sizeof(expected));
    assert_int_equal(whatsauth_base64url_decode(printed, expected,
                                                sizeof(expected)), 0);

    assert_int_equal(whatsauth_jws_signature(&key, &input, signature), 0);
    assert_memory_equal(signature, expected, sizeof(expected));
    assert_int_equal(whatsauth_jws_verify(&key, &input, expected), 1);

    whatsauth_jwk_free(&key);
}


static void
es256_of_the_rfc_is_verified(void **state)
{
    uint8_t            signature[WHATSAUTH_JWS_ES256_LEN];
    whatsauth_jwk_t    key;
    whatsauth_text_t   input;

    static const char  printed[] =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
        "pmWQxfKTUJqPP3-Kg6NU1Q";

    (void) state;

    key = key_of(ec_pem);
    input = text_of("eyJhbGciOiJFUzI1NiJ9." EXAMPLE_PAYLOAD);

    assert_int_equal(key.algorithm, WHATSAUTH_JWK_ES256);
    assert_int_equal(key.signature_len, sizeof(signature));
    assert_int_equal(whatsauth_base64url_decode(printed, signature,
                                                sizeof(signature)), 0);

    assert_int_equal(whatsauth_jws_verify(&key, &input, signature), 1);

    input.len--;
    assert_int_equal(whatsauth_jws_verify(&key, &input, signature), 0);

    whatsauth_jwk_free(&key);
}


/* A short R or S, which comes once in 256 times, keeps its place. */

static void
es256_is_of_one_length_whatever_its_numbers(void **state)
{
    int               r, s;
    unsigned          i;
    uint8_t           signature[WHATSAUTH_JWS_SIGNATURE_MAX];
    whatsauth_jwk_t   key;
    whatsauth_text_t  input;

    (void) state;

    key = key_of(ec_pem);
    input = text_of("a.b");
    r = s = 0;

    for (i = 0; i < 20000 && !(r && s); i++) {
        assert_int_equal(whatsauth_jws_signature(&key, &input, signature), 0);
        assert_int_equal(whatsauth_jws_verify(&key, &input, signature), 1);

        r |= (signature[0] == 0);
        s |= (signature[WHATSAUTH_JWS_ES256_LEN / 2] == 0);
    }

    assert_true(r && s);

    whatsauth_jwk_free(&key);
}


static void
no_numbers_are_no_signature(void **state)
{
    size_t            i;
    uint8_t           signature[WHATSAUTH_JWS_SIGNATURE_MAX];
    whatsauth_jwk_t   keys[2];
    whatsauth_text_t  input;

    (void) state;

    keys[0] = key_of(rsa_pem);
    keys[1] = key_of(ec_pem);
    input = text_of("a.b");

    for (i = 0; i < 2; i++) {
        memset(signature, 0, sizeof(signature));
        assert_int_equal(whatsauth_jws_verify(&keys[i], &input, signature), 0);
        memset(signature, 0xff, sizeof(signature));
        assert_int_equal(whatsauth_jws_verify(&keys[i], &input, signature), 0);
        whatsauth_jwk_free(&keys[i]);
    }
}


static void
a_token_has_header_payload_and_signature(void **state)
{
    char              token[1024];
    size_t            i, len;
    uint8_t           signature[WHATSAUTH_JWS_SIGNATURE_MAX];
    whatsauth_jwk_t   keys[2], *key;
    whatsauth_text_t  payload, input;

    (void) state;

    keys[0] = key_of(rsa_pem);
    keys[1] = key_of(ec_pem);
    payload = text_of("{\"sub\":\"a\"}");

    for (i = 0; i < 2; i++) {
        key = &keys[i];
        len = whatsauth_jws_len(key, payload.len);
        assert_true(len < sizeof(token));

        token[len] = '~';
        assert_int_equal(whatsauth_jws_sign(key, &payload, token), 0);
        assert_int_equal(token[len], '~');

        assert_memory_equal(token, key->head, WHATSAUTH_JWK_HEAD_LEN);
        assert_memory_equal(token + WHATSAUTH_JWK_HEAD_LEN,
                            ".eyJzdWIiOiJhIn0.",
                            sizeof(".eyJzdWIiOiJhIn0.") - 1);

        input.data = token;
        input.len = len - 1 - whatsauth_base64url_len(key->signature_len);
        assert_int_equal(whatsauth_base64url_decode(token + input.len + 1,
                                              signature, key->signature_len),
                         0);
        assert_int_equal(whatsauth_jws_verify(key, &input, signature), 1);

        whatsauth_jwk_free(key);
    }
}


static void *
sign_many(void *key)
{
    int               i;
    uint8_t           signature[WHATSAUTH_JWS_SIGNATURE_MAX];
    whatsauth_text_t  input;

    input.data = "a.b";
    input.len = 3;

    for (i = 0; i < 50; i++) {
        if (whatsauth_jws_signature(key, &input, signature) != 0
            || !whatsauth_jws_verify(key, &input, signature))
        {
            return key;
        }
    }

    return NULL;
}


static void
threads_sign_with_one_key_at_once(void **state)
{
    int              n;
    void            *wrong;
    size_t           i;
    pthread_t        thread[THREADS];
    whatsauth_jwk_t  keys[2];

    (void) state;

    keys[0] = key_of(rsa_pem);
    keys[1] = key_of(ec_pem);

    for (i = 0; i < 2; i++) {
        for (n = 0; n < THREADS; n++) {
            assert_int_equal(pthread_create(&thread[n], NULL, sign_many,
                                            &keys[i]), 0);
        }

        for (n = 0; n < THREADS; n++) {
            assert_int_equal(pthread_join(thread[n], &wrong), 0);
            assert_null(wrong);
        }

        whatsauth_jwk_free(&keys[i]);
    }
}


/* OpenID Connect Core 1.0, A.3. */

static void
at_hash_is_that_of_the_specification(void **state)
{
    char              at_hash[WHATSAUTH_JWS_AT_HASH_LEN];
    whatsauth_text_t  token;

    (void) state;

    token = text_of("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");

    assert_int_equal(whatsauth_jws_at_hash(&token, at_hash), 0);
    assert_memory_equal(at_hash, "77QmUPtjPfzWtF2AnpK9RQ", sizeof(at_hash));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(rs256_is_that_of_the_rfc),
        cmocka_unit_test(es256_of_the_rfc_is_verified),
        cmocka_unit_test(es256_is_of_one_length_whatever_its_numbers),
        cmocka_unit_test(no_numbers_are_no_signature),
        cmocka_unit_test(a_token_has_header_payload_and_signature),
        cmocka_unit_test(threads_sign_with_one_key_at_once),
        cmocka_unit_test(at_hash_is_that_of_the_specification),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
