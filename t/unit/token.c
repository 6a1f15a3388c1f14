
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "protocol/token.h"


static const uint8_t  code_key[16] = { 1 };
static const uint8_t  id_key[16] = { 2 };
static const uint8_t  token_key[16] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
};

/*
 * Made with OpenSSL's command line:
 *
 *    printf 020123456789abcdef00000000000000 | xxd -r -p
 *        | openssl enc -aes-128-ecb -nopad
 *                      -K 000102030405060708090a0b0c0d0e0f
 *
 * and behind it the bytes 10 to 1f, all in base64url; the digest by
 * `openssl dgst -sha256`.
 */
static const char     vector[] = "K0s20-v4_7WYIz1y9VOGeBAREhMUFRYXGBkaGxwdHh8";
static const uint8_t  vector_digest[WHATSAUTH_TOKEN_DIGEST_LEN] = {
    0xfc, 0x2e, 0x2c, 0x73, 0x07, 0x2b, 0xfa, 0x2b,
    0xda, 0x03, 0xff, 0x93, 0x07, 0x47, 0x2d, 0xeb
};

#define VECTOR_KEY  0x0123456789abcdef


static int
setup(void **state)
{
    *state = whatsauth_codec_create(code_key, id_key, token_key);

    return *state == NULL ? -1 : 0;
}


static int
teardown(void **state)
{
    whatsauth_codec_destroy(*state);

    return 0;
}


static void
a_token_is_one_block_and_its_secret(void **state)
{
    char               text[WHATSAUTH_TOKEN_LEN];
    unsigned           i;
    whatsauth_token_t  token;

    assert_int_equal(whatsauth_token_parse(*state, vector,
                                           WHATSAUTH_TOKEN_LEN, &token), 0);
    assert_int_equal(token.kind, WHATSAUTH_TOKEN_PAGE_CLAIM);
    assert_true(token.key == VECTOR_KEY);

    for (i = 0; i < sizeof(token.secret); i++) {
        assert_int_equal(token.secret[i], 0x10 + i);
    }

    assert_memory_equal(token.digest, vector_digest, sizeof(vector_digest));

    assert_int_equal(whatsauth_token_format(*state, &token, text), 0);
    assert_memory_equal(text, vector, sizeof(text));
}


static void
each_kind_and_key_comes_back(void **state)
{
    char                    text[WHATSAUTH_TOKEN_LEN];
    unsigned                i;
    whatsauth_token_t       token, again;
    whatsauth_token_kind_t  kind;

    static const uint64_t  keys[] = { 0, 1, UINT64_MAX, 1800000000000 << 10 };

    for (kind = WHATSAUTH_TOKEN_CLAIM; kind <= WHATSAUTH_TOKEN_KNOWN; kind++) {

        for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
            assert_int_equal(whatsauth_token_random(&token), 0);
            token.kind = kind;
            token.key = keys[i];

            assert_int_equal(whatsauth_token_format(*state, &token, text), 0);
            assert_int_equal(whatsauth_token_parse(*state, text, sizeof(text),
                                                   &again), 0);

            assert_int_equal(again.kind, kind);
            assert_true(again.key == keys[i]);
            assert_memory_equal(again.secret, token.secret,
                                sizeof(token.secret));
            assert_true(whatsauth_token_digest_equal(again.digest,
                                                     token.digest));
        }
    }
}


static void
secrets_are_random(void **state)
{
    whatsauth_token_t  a, b;

    (void) state;

    assert_int_equal(whatsauth_token_random(&a), 0);
    assert_int_equal(whatsauth_token_random(&b), 0);
    assert_memory_not_equal(a.secret, b.secret, sizeof(a.secret));
    assert_false(whatsauth_token_digest_equal(a.digest, b.digest));
}


static void
a_changed_character_is_no_token_or_another_secret(void **state)
{
    int                rc;
    char               text[WHATSAUTH_TOKEN_LEN];
    unsigned           i;
    whatsauth_token_t  token;

    for (i = 0; i < WHATSAUTH_TOKEN_LEN; i++) {
        memcpy(text, vector, sizeof(text));
        text[i] = text[i] == 'A' ? 'B' : 'A';

        rc = whatsauth_token_parse(*state, text, sizeof(text), &token);

        /* The first 21 characters are the block, and a part of the 22nd. */

        if (i < 21) {
            assert_int_equal(rc, WHATSAUTH_TOKEN_NONE);

        } else if (rc == 0) {
            assert_false(whatsauth_token_digest_equal(token.digest,
                                                      vector_digest));
        }
    }
}


static void
only_the_canonical_spelling_is_read(void **state)
{
    char               text[WHATSAUTH_TOKEN_LEN + 2];
    unsigned           i;
    whatsauth_token_t  token;

    static const char  odd[] = "+/= .\n\0\xff";

    for (i = 0; i < sizeof(odd); i++) {
        memcpy(text, vector, WHATSAUTH_TOKEN_LEN);
        text[30] = odd[i];
        assert_int_equal(whatsauth_token_parse(*state, text,
                                               WHATSAUTH_TOKEN_LEN, &token),
                         WHATSAUTH_TOKEN_NONE);
    }

    memcpy(text, vector, WHATSAUTH_TOKEN_LEN);
    text[WHATSAUTH_TOKEN_LEN] = '=';
    assert_int_equal(whatsauth_token_parse(*state, text,
                                           WHATSAUTH_TOKEN_LEN + 1, &token),
                     WHATSAUTH_TOKEN_NONE);
    assert_int_equal(whatsauth_token_parse(*state, text,
                                           WHATSAUTH_TOKEN_LEN - 1, &token),
                     WHATSAUTH_TOKEN_NONE);
    assert_int_equal(whatsauth_token_parse(*state, text, 0, &token),
                     WHATSAUTH_TOKEN_NONE);

    /* Two bits of the last character are unused: they must be zero. */

    text[WHATSAUTH_TOKEN_LEN - 1]++;
    assert_int_equal(whatsauth_token_parse(*state, text, WHATSAUTH_TOKEN_LEN,
                                           &token),
                     WHATSAUTH_TOKEN_NONE);
}


static void
another_store_knows_no_token_of_this_one(void **state)
{
    whatsauth_codec_t  *other;
    whatsauth_token_t   token;

    (void) state;

    other = whatsauth_codec_create(code_key, id_key, id_key);
    assert_non_null(other);

    assert_int_equal(whatsauth_token_parse(other, vector, WHATSAUTH_TOKEN_LEN,
                                           &token),
                     WHATSAUTH_TOKEN_NONE);
    whatsauth_codec_destroy(other);
}


static void
a_claim_leads_to_one_session(void **state)
{
    whatsauth_codec_t  *other;
    whatsauth_token_t   claim, session, again, known;

    assert_int_equal(whatsauth_token_parse(*state, vector,
                                           WHATSAUTH_TOKEN_LEN, &claim), 0);

    assert_int_equal(whatsauth_token_derive(*state, &claim,
                                            WHATSAUTH_TOKEN_SESSION, &session),
                     0);
    assert_int_equal(whatsauth_token_derive(*state, &claim,
                                            WHATSAUTH_TOKEN_SESSION, &again),
                     0);
    assert_int_equal(session.kind, WHATSAUTH_TOKEN_SESSION);
    assert_true(session.key == VECTOR_KEY);
    assert_memory_equal(session.secret, again.secret, sizeof(again.secret));

    assert_int_equal(whatsauth_token_derive(*state, &claim,
                                            WHATSAUTH_TOKEN_KNOWN, &known),
                     0);
    assert_memory_not_equal(known.secret, session.secret,
                            sizeof(known.secret));
    assert_memory_not_equal(claim.secret, session.secret,
                            sizeof(known.secret));

    /* The claim alone, without the store's key, makes no session. */

    other = whatsauth_codec_create(code_key, id_key, id_key);
    assert_non_null(other);
    assert_int_equal(whatsauth_token_derive(other, &claim,
                                            WHATSAUTH_TOKEN_SESSION, &again),
                     0);
    assert_memory_not_equal(again.secret, session.secret,
                            sizeof(again.secret));
    whatsauth_codec_destroy(other);
}


static void
a_pin_has_six_digits_and_follows_from_its_key(void **state)
{
    char      pin[WHATSAUTH_PIN_LEN], again[WHATSAUTH_PIN_LEN];
    unsigned  i, n, same, first[10];

    memset(first, 0, sizeof(first));
    same = 0;

    for (n = 0; n < 2000; n++) {
        assert_int_equal(whatsauth_pin(*state, n, pin), 0);
        assert_int_equal(whatsauth_pin(*state, n, again), 0);
        assert_memory_equal(pin, again, sizeof(pin));

        for (i = 0; i < sizeof(pin); i++) {
            assert_true(pin[i] >= '0' && pin[i] <= '9');
        }

        first[pin[0] - '0']++;

        assert_int_equal(whatsauth_pin(*state, n + 1, again), 0);
        same += (memcmp(pin, again, sizeof(pin)) == 0);
    }

    assert_true(same < 2);

    for (i = 0; i < 10; i++) {
        assert_true(first[i] >= 100 && first[i] <= 300);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_token_is_one_block_and_its_secret),
        cmocka_unit_test(each_kind_and_key_comes_back),
        cmocka_unit_test(secrets_are_random),
        cmocka_unit_test(a_changed_character_is_no_token_or_another_secret),
        cmocka_unit_test(only_the_canonical_spelling_is_read),
        cmocka_unit_test(another_store_knows_no_token_of_this_one),
        cmocka_unit_test(a_claim_leads_to_one_session),
        cmocka_unit_test(a_pin_has_six_digits_and_follows_from_its_key)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
