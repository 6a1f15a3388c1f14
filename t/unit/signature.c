
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "text_help.h"
#include "protocol/signature.h"


static void
from_hex(const char *hex, uint8_t *out)
{
    for ( /* void */ ; *hex != '\0'; hex += 2) {
        *out++ = (uint8_t) (whatsauth_hex_value(hex[0]) << 4
                            | whatsauth_hex_value(hex[1]));
    }
}


static int
parse(const char *header, uint8_t *mac)
{
    whatsauth_text_t  text;

    text = text_of(header);

    return whatsauth_hub_signature_parse(&text, mac);
}


static void
sha256_gives_the_digest_of_fips_180(void **state)
{
    uint8_t  digest[WHATSAUTH_SHA256_LEN], expected[WHATSAUTH_SHA256_LEN];

    (void) state;

    assert_int_equal(whatsauth_sha256("abc", 3, digest), 0);
    from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
             expected);
    assert_memory_equal(digest, expected, sizeof(digest));

    assert_int_equal(whatsauth_sha256("", 0, digest), 0);
    from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
             expected);
    assert_memory_equal(digest, expected, sizeof(digest));
}


static void
hmac_gives_the_mac_of_rfc_4231(void **state)
{
    uint8_t           mac[WHATSAUTH_SHA256_LEN], expected[WHATSAUTH_SHA256_LEN];
    whatsauth_text_t  key = whatsauth_text("Jefe");
    static const char data[] = "what do ya want for nothing?";

    (void) state;

    assert_int_equal(whatsauth_hmac_sha256(&key, data, sizeof(data) - 1, mac),
                     0);
    from_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
             expected);
    assert_memory_equal(mac, expected, sizeof(mac));
}


static void
a_hub_signature_verifies_the_body_it_was_made_of(void **state)
{
    uint8_t            mac[WHATSAUTH_SHA256_LEN], sent[WHATSAUTH_SHA256_LEN];
    whatsauth_text_t   key = whatsauth_text("test_app_secret");
    static const char  body[] =
        "{\"object\":\"whatsapp_business_account\",\"entry\":[]}";

    (void) state;

    assert_int_equal(parse("sha256=dec6a680679a968e7e0319355b23599c"
                           "bfc54502c0784668e9618baa0c633756", sent), 0);

    assert_int_equal(whatsauth_hmac_sha256(&key, body, sizeof(body) - 1, mac),
                     0);
    assert_int_equal(whatsauth_digest_equal(mac, sent), 1);

    assert_int_equal(whatsauth_hmac_sha256(&key, body, sizeof(body), mac), 0);
    assert_int_equal(whatsauth_digest_equal(mac, sent), 0);
}


static void
digests_that_differ_in_one_bit_are_not_equal(void **state)
{
    unsigned  i;
    uint8_t   a[WHATSAUTH_SHA256_LEN] = { 0 }, b[WHATSAUTH_SHA256_LEN];

    (void) state;

    for (i = 0; i < 8 * sizeof(a); i++) {
        memcpy(b, a, sizeof(a));
        b[i / 8] ^= (uint8_t) (1 << i % 8);

        assert_int_equal(whatsauth_digest_equal(a, b), 0);
    }

    assert_int_equal(whatsauth_digest_equal(a, a), 1);
}


static void
a_hub_signature_of_any_other_form_is_refused(void **state)
{
    char              header[128];
    uint8_t           mac[WHATSAUTH_SHA256_LEN];
    whatsauth_text_t  text;
    const char       *good = "sha256=dec6a680679a968e7e0319355b23599c"
                             "bfc54502c0784668e9618baa0c633756";

    (void) state;

    assert_int_equal(parse("", mac), -1);
    assert_int_equal(parse("sha256=", mac), -1);
    assert_int_equal(parse(good + 7, mac), -1);

    strcpy(header, good);
    strcat(header, "0");
    assert_int_equal(parse(header, mac), -1);

    text.data = good;
    text.len = strlen(good) - 1;
    assert_int_equal(whatsauth_hub_signature_parse(&text, mac), -1);

    strcpy(header, good);
    header[0] = 'S';
    assert_int_equal(parse(header, mac), -1);

    strcpy(header, good);
    header[3] = '1';
    assert_int_equal(parse(header, mac), -1);

    strcpy(header, good);
    header[7] = 'D';
    assert_int_equal(parse(header, mac), -1);

    strcpy(header, good);
    header[70] = 'g';
    assert_int_equal(parse(header, mac), -1);

    header[70] = (char) 0xff;
    assert_int_equal(parse(header, mac), -1);
}


static void
a_hex_signature_has_its_prefix_and_digits_of_either_case(void **state)
{
    size_t            i;
    uint8_t           mac[WHATSAUTH_SHA256_LEN];
    whatsauth_text_t  header, prefix;
    static const struct {
        const char  *prefix;
        const char  *header;
        int          rc;
    } cases[] = {
#define DIGITS  "dec6a680679a968e7e0319355b23599c"                            \
                "BFC54502C0784668E9618BAA0C633756"
        { "",        DIGITS,                0 },
        { "v1=",     "v1=" DIGITS,          0 },
        { "de",      "de" DIGITS,           0 },
        { "",        "",                   -1 },
        { "v1=",     "v1=",                -1 },
        { "v1=",     DIGITS,               -1 },
        { "v1=",     "V1=" DIGITS,         -1 },
        { "v1=",     "v2=" DIGITS,         -1 },
        { "",        "v1=" DIGITS,         -1 },
        { "",        DIGITS "0",           -1 },
        { "",        " " DIGITS,           -1 },
        { "d",       DIGITS,               -1 }
#undef DIGITS
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        prefix = text_of(cases[i].prefix);
        header = text_of(cases[i].header);

        assert_int_equal(whatsauth_hex_signature_parse(&header, &prefix, mac),
                         cases[i].rc);

        if (cases[i].rc == 0) {
            assert_int_equal(mac[0], 0xde);
            assert_int_equal(mac[WHATSAUTH_SHA256_LEN - 1], 0x56);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(sha256_gives_the_digest_of_fips_180),
        cmocka_unit_test(hmac_gives_the_mac_of_rfc_4231),
        cmocka_unit_test(a_hub_signature_verifies_the_body_it_was_made_of),
        cmocka_unit_test(digests_that_differ_in_one_bit_are_not_equal),
        cmocka_unit_test(a_hub_signature_of_any_other_form_is_refused),
        cmocka_unit_test(
            a_hex_signature_has_its_prefix_and_digits_of_either_case)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
