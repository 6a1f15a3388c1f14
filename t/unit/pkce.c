
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* PKCE: a challenge and the verifier that belongs to it. */


#include <stdlib.h>

#include "text_help.h"
#include "protocol/pkce.h"


#define CHALLENGE  "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define VERIFIER   "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


/* RFC 7636, B. */

static void
the_example_of_the_rfc_fits(void **state)
{
    uint8_t           expected[WHATSAUTH_SHA256_LEN];
    uint8_t           digest[WHATSAUTH_SHA256_LEN];
    whatsauth_text_t  challenge, verifier;

    (void) state;

    challenge = text_of(CHALLENGE);
    verifier = text_of(VERIFIER);

    assert_int_equal(whatsauth_pkce_challenge(&challenge, expected), 0);
    assert_int_equal(whatsauth_pkce_verifier(&verifier, digest), 0);
    assert_int_equal(whatsauth_digest_equal(digest, expected), 1);

    verifier = text_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK");
    assert_int_equal(whatsauth_pkce_verifier(&verifier, digest), 0);
    assert_int_equal(whatsauth_digest_equal(digest, expected), 0);
}


static const char *const  no_challenges[] = {
    "",
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c",
    CHALLENGE "A",
    CHALLENGE "=",
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN",     /* a bit too many */
    VERIFIER "-of-plain",
};


static void
a_challenge_is_one_spelling_of_a_digest(void **state)
{
    size_t            i;
    uint8_t           digest[WHATSAUTH_SHA256_LEN];
    whatsauth_text_t  text;

    (void) state;

    for (i = 0; i < sizeof(no_challenges) / sizeof(no_challenges[0]); i++) {
        text = text_of(no_challenges[i]);
        assert_int_equal(whatsauth_pkce_challenge(&text, digest), -1);
    }
}


static void
a_verifier_has_a_length_and_an_alphabet(void **state)
{
    int               c;
    char              verifier[WHATSAUTH_PKCE_VERIFIER_MAX + 1];
    size_t            n;
    uint8_t           digest[WHATSAUTH_SHA256_LEN];
    whatsauth_text_t  text;

    static const char  alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    (void) state;

    memset(verifier, 'a', sizeof(verifier));
    text.data = verifier;

    for (n = 0; n <= sizeof(verifier); n++) {
        text.len = n;
        assert_int_equal(whatsauth_pkce_verifier(&text, digest),
                         n >= 43 && n <= 128 ? 0 : WHATSAUTH_PKCE_NONE);
    }

    text.len = 43;

    for (c = 0; c < 256; c++) {
        verifier[42] = (char) c;
        assert_int_equal(whatsauth_pkce_verifier(&text, digest),
                         c != 0 && strchr(alphabet, c) != NULL
                         ? 0 : WHATSAUTH_PKCE_NONE);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_example_of_the_rfc_fits),
        cmocka_unit_test(a_challenge_is_one_spelling_of_a_digest),
        cmocka_unit_test(a_verifier_has_a_length_and_an_alphabet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
