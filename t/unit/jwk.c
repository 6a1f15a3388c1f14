
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Keys that sign tokens: read, made, named, and shown to everybody. */


#include <stdlib.h>

#include "jwk_help.h"


/* Made for this test; "no pair" has the public half of another key. */

static const char  p384_pem[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MIGkAgEBBDB2jSBymaxT3HnJ/ntOjfK25pVSVt6qB+r28k8dWhGha7gdrwCCulyh\n"
    "TwUlYtYzXKugBwYFK4EEACKhZANiAAQSgWlAXWoboQNcshK1lhrcI64f9dU4mENA\n"
    "rPqjxWZkE8ubUInVWNZeDbEqPinDCQ/uQp77u1g8pR4r230GoF3Eii9jrvGioKak\n"
    "p7VmgnZUc4esUMCf4ToRPehpn1K1jhg=\n"
    "-----END EC PRIVATE KEY-----\n";

static const char  ed25519_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEICAm4E6nYnHZsa6xflxsY0YipVZof8wY3/fJQz03uNSQ\n"
    "-----END PRIVATE KEY-----\n";

static const char  encrypted_pem[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiLnL2Xl8lMowICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEPOopimEOeM2FhMLlqgmR8oEgZCp\n"
    "twir7/DoeK3BLqKSN9m6ov6z79FPQEL4oOaRFKNOi4S+iHVhwD1kBf2Qy+EQdBeN\n"
    "N8MUsh1SmIEpl0EqBDoWPNh0GtllvNKOd2tw6eOQT6wYA7ZkoFHrSKqp7NDoDebe\n"
    "nYI83QokgIFaSOkRuhzwcxjrKEVybFnfria5mFjqevPo9XtYT2XQ1cXh34Q67z0=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

static const char  rsa1024_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAMz6fizch2kzrk8L\n"
    "V63gHSiE8m7nGYPVlUvWOTJFeLCetSwRABg8/BAOS5yEYJPBLxgDZRD8PiDu/tR+\n"
    "rGCtl/ZR+0KVtC+sHSqOhitx7VlzLcSTygf65NOqzEvOXE6YgAtIMw6Ojm1FkQvo\n"
    "jaaS+2hKM6IZyiNQzNEMhS/OI1QRAgMBAAECgYAji8j3tKKS3tB6iqgA0h2cWjnE\n"
    "e7UUBKToStUOX7fHQS5/3s7aZTD9A82e7eHlnZmyG1yabnPDuE5ewTzZYyE32Tpk\n"
    "IM5TWQeunxv+aCE9bblugFD4P5D1SWUCoY9Z94yJDSzGgn90rQlg5FKgdBCECdGX\n"
    "jaBt4a+br1MxE0/AMQJBAPxzQd5mqn83cnP8GKnB4YkiG+SXw6DBg0pTKXadB9PR\n"
    "184sJ8fo+Kx+cckVLuCZzjEC1wUJaSWTem+iA/E23V0CQQDP3FodT0YS8pEBI7Tw\n"
    "UV2sTo3RPnaGwYMvm+9mdOLTZpRjE9xRbOm9rM/UeODIxagxE2OvXet5YC+lRQMg\n"
    "O7JFAkBT1eLV/Lo6LSuxINL/7Qb9B3rD2zJ4PEthb2Sho1xqF5HXQgqj9NZAUm1v\n"
    "Hb3HkMxMsmi9n3ZvqB5M3Dz66gFxAkBEUHRhe6NZKNWVXUnjTaqOrcaYRYIo6cKW\n"
    "zBYTQ0klF2qfYXCgZj4v83LerteZxLRxZKD3itOQMZeXJqZPWq9NAkEA/DkK6p7l\n"
    "lzRBWOQc8Li0V76H0jzVRzjRc8loAlfPyvxq9wThNgV4/sfxC48NHzDsHZKj/mIJ\n"
    "ISWQFOpWGE9eAw==\n"
    "-----END PRIVATE KEY-----\n";

static const char  no_pair_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
    "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAATRcK+H10d6HeyYdypsOvDShwzXwjKK\n"
    "We2aiPxu93139Msr3CoP6j1IQCus6v/yMBSdrNfMJG8cxd26rd8nbgKk\n"
    "-----END PRIVATE KEY-----\n";

static const char  public_pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
    "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END PUBLIC KEY-----\n";


typedef struct {
    const char              *pem;
    whatsauth_jwk_result_t   result;
} bad_t;


static const bad_t  bad[] = {
    { "", WHATSAUTH_JWK_PEM },
    { "secret", WHATSAUTH_JWK_PEM },
    { "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
      WHATSAUTH_JWK_PEM },
    { public_pem, WHATSAUTH_JWK_PEM },
    { encrypted_pem, WHATSAUTH_JWK_PEM },
    { p384_pem, WHATSAUTH_JWK_TYPE },
    { ed25519_pem, WHATSAUTH_JWK_TYPE },
    { rsa1024_pem, WHATSAUTH_JWK_SIZE },
    { no_pair_pem, WHATSAUTH_JWK_PAIR },
};


static void
a_key_that_is_not_to_sign_is_refused(void **state)
{
    size_t            i;
    whatsauth_jwk_t   key;
    whatsauth_text_t  pem;

    (void) state;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        pem = text_of(bad[i].pem);
        assert_int_equal(whatsauth_jwk_read(&key, &pem), bad[i].result);
        assert_true(whatsauth_jwk_strresult(bad[i].result)[0] != '\0');
        assert_null(key.pkey);
    }

    assert_string_equal(whatsauth_jwk_strresult(WHATSAUTH_JWK_OK), "");
}


static void
a_file_that_is_too_long_is_not_read(void **state)
{
    char              file[WHATSAUTH_JWK_PEM_MAX + 1];
    whatsauth_jwk_t   key;
    whatsauth_text_t  pem;

    (void) state;

    memset(file, '\n', sizeof(file));
    memcpy(file, ec_pem, sizeof(ec_pem) - 1);
    pem.data = file;
    pem.len = WHATSAUTH_JWK_PEM_MAX;
    assert_int_equal(whatsauth_jwk_read(&key, &pem), WHATSAUTH_JWK_OK);
    whatsauth_jwk_free(&key);

    pem.len++;
    assert_int_equal(whatsauth_jwk_read(&key, &pem), WHATSAUTH_JWK_PEM);
}


/* RFC 7638, 3.1; the order of the members does not matter. */

static void
a_thumbprint_is_that_of_the_rfc(void **state)
{
    char     kid[WHATSAUTH_JWK_KID_LEN];
    json_t  *members;

    static const char  n[] =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z"
        "wu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5Js"
        "GY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic"
        "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
        "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF"
        "Cur-kEgU8awapJzKnqDKgw";

    (void) state;

    members = json_pack("{s:s, s:s, s:s}", "n", n, "kty", "RSA", "e", "AQAB");

    assert_int_equal(whatsauth_jwk_thumbprint(members, kid), 0);
    assert_memory_equal(kid, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
                        WHATSAUTH_JWK_KID_LEN);

    json_decref(members);
}


/* RFC 7515, A.2 and A.3: the numbers are those that are printed there. */

static const char  expected_set[] =
    "{\"keys\":["
    "{\"kty\":\"RSA\","
    "\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp"
    "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32"
    "690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS"
    "-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhy"
    "xXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\","
    "\"e\":\"AQAB\",\"use\":\"sig\",\"alg\":\"RS256\","
    "\"kid\":\"IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8\"},"
    "{\"kty\":\"EC\",\"crv\":\"P-256\","
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\","
    "\"use\":\"sig\",\"alg\":\"ES256\","
    "\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\"}"
    "]}";


static void
a_set_has_the_public_halves(void **state)
{
    char                   *text;
    size_t                  len;
    whatsauth_jwk_t         rsa, ec;
    const whatsauth_jwk_t  *keys[2];

    (void) state;

    rsa = key_of(rsa_pem);
    ec = key_of(ec_pem);
    keys[0] = &rsa;
    keys[1] = &ec;

    text = whatsauth_jwk_set(keys, 2, &len);
    assert_string_equal(text, expected_set);
    assert_int_equal(len, strlen(expected_set));
    free(text);

    text = whatsauth_jwk_set(NULL, 0, &len);
    assert_string_equal(text, "{\"keys\":[]}");
    free(text);

    whatsauth_jwk_free(&rsa);
    whatsauth_jwk_free(&ec);
}


static void
a_header_names_algorithm_and_key(void **state)
{
    uint8_t          header[WHATSAUTH_JWK_HEADER_LEN];
    whatsauth_jwk_t  key;

    static const char  expected[] =
        "{\"alg\":\"ES256\","
        "\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\","
        "\"typ\":\"JWT\"}";

    (void) state;

    key = key_of(ec_pem);

    assert_int_equal(sizeof(expected) - 1, WHATSAUTH_JWK_HEADER_LEN);
    assert_int_equal(whatsauth_base64url_decode(key.head, header,
                                                sizeof(header)), 0);
    assert_memory_equal(header, expected, sizeof(header));

    whatsauth_jwk_free(&key);
}


static void
a_new_key_comes_back_from_its_pem(void **state)
{
    char                        pem[WHATSAUTH_JWK_PEM_MAX];
    whatsauth_jwk_t             key, again;
    whatsauth_text_t            text;
    whatsauth_jwk_algorithm_t   algorithm;

    (void) state;

    for (algorithm = 0; algorithm < WHATSAUTH_JWK_ALGORITHMS_N; algorithm++) {
        assert_int_equal(whatsauth_jwk_generate(&key, algorithm),
                         WHATSAUTH_JWK_OK);
        assert_int_equal(key.algorithm, algorithm);

        text.data = pem;
        text.len = whatsauth_jwk_pem(&key, pem);
        assert_true(text.len != 0);

        assert_int_equal(whatsauth_jwk_read(&again, &text), WHATSAUTH_JWK_OK);
        assert_int_equal(again.algorithm, algorithm);
        assert_memory_equal(again.kid, key.kid, WHATSAUTH_JWK_KID_LEN);
        assert_int_equal(EVP_PKEY_eq(again.pkey, key.pkey), 1);

        whatsauth_jwk_free(&again);
        whatsauth_jwk_free(&key);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_key_that_is_not_to_sign_is_refused),
        cmocka_unit_test(a_file_that_is_too_long_is_not_read),
        cmocka_unit_test(a_thumbprint_is_that_of_the_rfc),
        cmocka_unit_test(a_set_has_the_public_halves),
        cmocka_unit_test(a_header_names_algorithm_and_key),
        cmocka_unit_test(a_new_key_comes_back_from_its_pem),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
