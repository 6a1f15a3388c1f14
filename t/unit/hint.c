
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The id_token_hint: our own tokens, and whatever else somebody shows. */


#include <stdio.h>
#include <stdlib.h>

#include "jwk_help.h"
#include "protocol/hint.h"
#include "protocol/jansson_text.h"


#define ISSUER  "https://login.example.com/oidc"
#define CLAIMS  "{\"iss\":\"" ISSUER "\",\"sub\":\"a\",\"exp\":1}"


typedef struct {
    whatsauth_jwk_t          rsa;
    whatsauth_jwk_t          ec;
    const whatsauth_jwk_t   *keys[2];
} ring_t;


static void
open_ring(ring_t *ring)
{
    ring->rsa = key_of(rsa_pem);
    ring->ec = key_of(ec_pem);
    ring->keys[0] = &ring->rsa;
    ring->keys[1] = &ring->ec;
}


static void
close_ring(ring_t *ring)
{
    whatsauth_jwk_free(&ring->rsa);
    whatsauth_jwk_free(&ring->ec);
}


static whatsauth_text_t
token_of(const whatsauth_jwk_t *key, const whatsauth_text_t *payload)
{
    char              *out;
    whatsauth_text_t   token;

    token.len = whatsauth_jws_len(key, payload->len);
    token.data = out = malloc(token.len);
    assert_non_null(out);
    assert_int_equal(whatsauth_jws_sign(key, payload, out), 0);

    return token;
}


/* In a block of its own size, so that a byte too far is seen. */

static int
opens(const ring_t *ring, const char *data, size_t len, json_t **claims)
{
    int               rc;
    char             *copy;
    whatsauth_text_t  hint, issuer;

    copy = malloc(len + (len == 0));
    assert_non_null(copy);
    memcpy(copy, data, len);

    hint.data = copy;
    hint.len = len;
    issuer = text_of(ISSUER);

    rc = whatsauth_hint_open(&hint, ring->keys, 2, &issuer, claims);
    assert_true((rc == 0) == (*claims != NULL));
    free(copy);

    return rc;
}


static void
assert_none(const ring_t *ring, const char *data, size_t len)
{
    json_t  *claims;

    assert_int_equal(opens(ring, data, len, &claims), WHATSAUTH_HINT_NONE);
}


static void
assert_no_payload(const ring_t *ring, const char *payload, size_t len)
{
    whatsauth_text_t  text, token;

    text.data = payload;
    text.len = len;
    token = token_of(&ring->ec, &text);

    assert_none(ring, token.data, token.len);
    free((char *) token.data);
}


static void
our_token_opens_long_after_it_has_expired(void **state)
{
    size_t             i;
    json_t            *claims;
    ring_t             ring;
    whatsauth_text_t   payload, token;

    (void) state;

    open_ring(&ring);
    payload = text_of(CLAIMS);

    for (i = 0; i < 2; i++) {
        token = token_of(ring.keys[i], &payload);
        assert_int_equal(opens(&ring, token.data, token.len, &claims), 0);
        assert_true(whatsauth_jansson_is(claims, "sub", "a"));
        json_decref(claims);
        free((char *) token.data);
    }

    close_ring(&ring);
}


static void
a_token_with_another_byte_is_none(void **state)
{
    char              *copy;
    size_t             i, n;
    ring_t             ring;
    whatsauth_text_t   payload, token;

    (void) state;

    open_ring(&ring);
    payload = text_of(CLAIMS);

    for (n = 0; n < 2; n++) {
        token = token_of(ring.keys[n], &payload);
        copy = (char *) token.data;

        for (i = 0; i < token.len; i++) {
            copy[i] ^= 1;
            assert_none(&ring, token.data, token.len);
            copy[i] ^= 1;
            assert_none(&ring, token.data, i);
        }

        free(copy);
    }

    close_ring(&ring);
}


/* The header of an attacker is never looked at. */

static const char *const  headers[] = {
    "{\"alg\":\"none\",\"typ\":\"JWT\"}",
    "{\"alg\":\"none\","
        "\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\"}",
    "{\"alg\":\"HS256\","
        "\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\"}",
    "{\"alg\":\"ES256\","
        "\"kid\":\"IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8\","
        "\"typ\":\"JWT\"}",
    "{\"alg\":\"ES256\"}",
    "{\"alg\":\"ES256\","
        "\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\","
        "\"typ\":\"JWT\",\"crit\":[\"b64\"],\"b64\":false}",
    "{\"alg\":\"ES256\","
        "\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\","
        "\"typ\":\"logout+jwt\"}",
    "{ \"alg\":\"ES256\","
        "\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\","
        "\"typ\":\"JWT\"}",
};


/* Even one that our key has signed. */

static void
another_header_makes_no_hint(void **state)
{
    char              token[1024];
    size_t            i, n;
    ring_t            ring;
    uint8_t           signature[WHATSAUTH_JWS_SIGNATURE_MAX];
    whatsauth_text_t  input;

    (void) state;

    open_ring(&ring);

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        n = strlen(headers[i]);
        whatsauth_base64url_encode((const uint8_t *) headers[i], n, token);
        n = whatsauth_base64url_len(n);
        token[n++] = '.';
        whatsauth_base64url_encode((const uint8_t *) CLAIMS,
                                   sizeof(CLAIMS) - 1, token + n);
        n += whatsauth_base64url_len(sizeof(CLAIMS) - 1);

        input.data = token;
        input.len = n;
        token[n++] = '.';
        assert_none(&ring, token, n);

        assert_int_equal(whatsauth_jws_signature(&ring.ec, &input, signature),
                         0);
        whatsauth_base64url_encode(signature, WHATSAUTH_JWS_ES256_LEN,
                                   token + n);
        n += whatsauth_base64url_len(WHATSAUTH_JWS_ES256_LEN);
        assert_none(&ring, token, n);
    }

    close_ring(&ring);
}


static void
a_key_that_has_gone_opens_nothing(void **state)
{
    json_t            *claims;
    ring_t             ring;
    whatsauth_text_t   payload, issuer, token;

    (void) state;

    open_ring(&ring);
    payload = text_of(CLAIMS);
    issuer = text_of(ISSUER);
    token = token_of(&ring.ec, &payload);

    assert_int_equal(whatsauth_hint_open(&token, ring.keys, 1, &issuer,
                                         &claims), WHATSAUTH_HINT_NONE);
    assert_int_equal(whatsauth_hint_open(&token, ring.keys, 0, &issuer,
                                         &claims), WHATSAUTH_HINT_NONE);

    free((char *) token.data);
    close_ring(&ring);
}


static void
a_payload_is_an_object_of_this_issuer(void **state)
{
    ring_t  ring;

    static const char  other[] = "{\"iss\":\"" ISSUER "/\",\"sub\":\"a\"}";

    (void) state;

    open_ring(&ring);

    assert_no_payload(&ring, "", 0);
    assert_no_payload(&ring, "{", 1);
    assert_no_payload(&ring, "{}", 2);
    assert_no_payload(&ring, "[1]", 3);
    assert_no_payload(&ring, "\"iss\"", 5);
    assert_no_payload(&ring, "{\"iss\":1}", 9);
    assert_no_payload(&ring, other, sizeof(other) - 1);

    close_ring(&ring);
}


static void
a_hint_has_a_size(void **state)
{
    int                len;
    char               payload[WHATSAUTH_HINT_MAX];
    json_t            *claims;
    ring_t             ring;
    whatsauth_text_t   text, token;

    (void) state;

    open_ring(&ring);

    /* The longest token that is not over HINT_MAX, and a longer one. */

    for (len = 5900; /* void */ ; len++) {
        snprintf(payload, sizeof(payload), "{\"iss\":\"" ISSUER "\"%*s}",
                 len, "");
        text = text_of(payload);

        if (whatsauth_jws_len(&ring.ec, text.len + 1) > WHATSAUTH_HINT_MAX) {
            break;
        }
    }

    token = token_of(&ring.ec, &text);
    assert_int_equal(opens(&ring, token.data, token.len, &claims), 0);
    json_decref(claims);
    free((char *) token.data);

    payload[text.len++] = ' ';
    assert_no_payload(&ring, payload, text.len);

    close_ring(&ring);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(our_token_opens_long_after_it_has_expired),
        cmocka_unit_test(a_token_with_another_byte_is_none),
        cmocka_unit_test(another_header_makes_no_hint),
        cmocka_unit_test(a_key_that_has_gone_opens_nothing),
        cmocka_unit_test(a_payload_is_an_object_of_this_issuer),
        cmocka_unit_test(a_hint_has_a_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
