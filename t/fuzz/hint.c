
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The id_token_hint: whatever somebody shows opens nothing, also behind the
 * header of one of our keys.  A payload that our key has signed opens as the
 * system's own reader reads it, and not with one byte changed.
 */


#include "fuzz.h"
#include "protocol/hint.h"
#include "protocol/jansson_text.h"


static whatsauth_jwk_t          key;
static const whatsauth_jwk_t   *keys[] = { &key };
static const whatsauth_text_t   issuer = whatsauth_text("https://a");


int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;

    fuzz_check(whatsauth_jwk_generate(&key, WHATSAUTH_JWK_ES256)
               == WHATSAUTH_JWK_OK);

    return 0;
}


static void
check_none(const whatsauth_text_t *hint)
{
    json_t  *claims;

    fuzz_check(whatsauth_hint_open(hint, keys, 1, &issuer, &claims)
               == WHATSAUTH_HINT_NONE);
    fuzz_check(claims == NULL);
}


static void
check_forged(const whatsauth_text_t *text)
{
    char              head[WHATSAUTH_JWK_HEAD_LEN + 2];
    whatsauth_text_t  hint;

    check_none(text);

    memcpy(head, key.head, WHATSAUTH_JWK_HEAD_LEN);
    head[WHATSAUTH_JWK_HEAD_LEN] = '.';
    head[WHATSAUTH_JWK_HEAD_LEN + 1] = '\0';

    hint = fuzz_between(head, text, "");
    check_none(&hint);
    fuzz_free(&hint);
}


/* The payload as Jansson itself reads it. */

static json_t *
read_claims(const whatsauth_text_t *payload)
{
    json_t            *claims;
    json_error_t       error;
    whatsauth_text_t   iss;

    claims = json_loadb(payload->data, payload->len, 0, &error);
    iss = whatsauth_jansson_get(claims, "iss");

    if (!whatsauth_text_equal(&iss, &issuer)) {
        json_decref(claims);
        return NULL;
    }

    return claims;
}


static void
check_signed(const whatsauth_text_t *payload, size_t at)
{
    char              *out;
    json_t            *claims, *expected;
    whatsauth_text_t   hint;

    hint.len = whatsauth_jws_len(&key, payload->len);
    hint.data = out = fuzz_alloc(hint.len);
    fuzz_check(whatsauth_jws_sign(&key, payload, out) == 0);

    expected = hint.len <= WHATSAUTH_HINT_MAX ? read_claims(payload) : NULL;

    fuzz_check(whatsauth_hint_open(&hint, keys, 1, &issuer, &claims)
               == (expected == NULL ? WHATSAUTH_HINT_NONE : 0));
    fuzz_check(expected == NULL || json_equal(claims, expected));

    json_decref(claims);
    json_decref(expected);

    out[at % hint.len] ^= 1;
    check_none(&hint);

    fuzz_free(&hint);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t            at;
    fuzz_input_t      in;
    whatsauth_text_t  text;

    in = fuzz_input(data, size);
    at = (size_t) fuzz_number(&in, 2);
    text = fuzz_rest(&in);

    check_forged(&text);
    check_signed(&text, at);

    fuzz_free(&text);

    return 0;
}
