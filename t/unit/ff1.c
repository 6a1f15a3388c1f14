
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "protocol/ff1.h"
#include "protocol/text.h"


#define KEY_LEN     16
#define TWEAK_LEN   (2 * WHATSAUTH_FF1_TWEAK_MAX)


/* Keys and tweaks in hexadecimal, texts with the digits 0-9 and a-z. */
typedef struct {
    const char  *key;
    unsigned     radix;
    const char  *tweak;
    const char  *plain;
    const char  *cipher;
} vector_t;


/*
 * NIST SP 800-38G, FF1 samples 1 to 3; then rows that an independent
 * implementation gave: tweaks that do and do not share their last block with
 * what follows, a number of 30 digits, codes.
 */
static const vector_t  vectors[] = {
    { "2B7E151628AED2A6ABF7158809CF4F3C", 10, "",
      "0123456789", "2433477484" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 10, "39383736353433323130",
      "0123456789", "6124200773" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 36, "3737373770717273373737",
      "0123456789abcdefghi", "a9tv40mll9kdu509eum" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 10, "0102030405060708090a0b0c",
      "0123456789", "6344634946" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 10, "0102030405060708090a0b0c0d",
      "0123456789", "2220106199" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 10,
      "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
      "0123456789", "3417937097" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 16, "",
      "0018d3c0a1b2c3d400000000000000", "92549a2b08d87e565e076b710831fd" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 16, "",
      "0000000000", "43454a8d49" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 16, "",
      "0000000001", "81b7e8532b" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 16, "",
      "ffffffffff", "b916568ea2" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 16, "",
      "322c9a59dd", "2348fc95ab" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 16, "",
      "123456789a", "b532636d35" },
    { "2B7E151628AED2A6ABF7158809CF4F3C", 16, "",
      "8000000000", "2bcde83e62" },
    { "000102030405060708090A0B0C0D0E0F", 16, "",
      "0000000000", "0a5ca89694" },
    { "000102030405060708090A0B0C0D0E0F", 16, "",
      "0000000001", "7b63003237" },
    { "000102030405060708090A0B0C0D0E0F", 16, "",
      "ffffffffff", "7398c85d8b" },
    { "000102030405060708090A0B0C0D0E0F", 16, "",
      "322c9a59dd", "0e629573bb" },
    { "000102030405060708090A0B0C0D0E0F", 16, "",
      "123456789a", "2ec5df1aef" },
    { "000102030405060708090A0B0C0D0E0F", 16, "",
      "8000000000", "e072d08715" },
    { "FFEEDDCCBBAA99887766554433221100", 16, "",
      "0000000000", "6dec963ff8" },
    { "FFEEDDCCBBAA99887766554433221100", 16, "",
      "0000000001", "5b6c13fcf4" },
    { "FFEEDDCCBBAA99887766554433221100", 16, "",
      "ffffffffff", "d79ba1e1e9" },
    { "FFEEDDCCBBAA99887766554433221100", 16, "",
      "322c9a59dd", "d1b7f7faa9" },
    { "FFEEDDCCBBAA99887766554433221100", 16, "",
      "123456789a", "837a8c1dc9" },
    { "FFEEDDCCBBAA99887766554433221100", 16, "",
      "8000000000", "e3f18a51d3" }
};


static size_t
from_hex(const char *hex, uint8_t *out)
{
    size_t  n;

    for (n = 0; hex[2 * n] != '\0'; n++) {
        out[n] = (uint8_t) (whatsauth_hex_value(hex[2 * n]) << 4
                            | whatsauth_hex_value(hex[2 * n + 1]));
    }

    return n;
}


static void
to_numerals(const char *text, uint8_t *numerals)
{
    for ( /* void */ ; *text != '\0'; text++) {
        *numerals++ = (uint8_t) (*text <= '9' ? *text - '0'
                                              : *text - 'a' + 10);
    }
}


static void
published_vectors_are_reproduced_in_both_directions(void **state)
{
    size_t            i, len;
    uint8_t           key[KEY_LEN], tweak[TWEAK_LEN];
    uint8_t           plain[WHATSAUTH_FF1_DIGITS_MAX];
    uint8_t           cipher[WHATSAUTH_FF1_DIGITS_MAX];
    uint8_t           numerals[WHATSAUTH_FF1_DIGITS_MAX];
    whatsauth_ff1_t  *ff1;

    (void) state;

    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        len = strlen(vectors[i].plain);
        from_hex(vectors[i].key, key);
        to_numerals(vectors[i].plain, plain);
        to_numerals(vectors[i].cipher, cipher);

        ff1 = whatsauth_ff1_create(key, vectors[i].radix, (unsigned) len,
                                   tweak, from_hex(vectors[i].tweak, tweak));
        assert_non_null(ff1);

        memcpy(numerals, plain, len);
        assert_int_equal(whatsauth_ff1_encrypt(ff1, numerals), 0);
        assert_memory_equal(numerals, cipher, len);

        assert_int_equal(whatsauth_ff1_decrypt(ff1, numerals), 0);
        assert_memory_equal(numerals, plain, len);

        whatsauth_ff1_destroy(ff1);
    }
}


static void
any_radix_length_and_tweak_decrypts_what_it_encrypted(void **state)
{
    uint8_t           key[KEY_LEN], tweak[WHATSAUTH_FF1_TWEAK_MAX];
    uint8_t           plain[WHATSAUTH_FF1_DIGITS_MAX];
    uint8_t           numerals[WHATSAUTH_FF1_DIGITS_MAX];
    unsigned          radix, digits, i, made;
    uint32_t          random;
    whatsauth_ff1_t  *ff1;

    (void) state;

    random = 1;
    made = 0;
    memset(key, 7, KEY_LEN);
    memset(tweak, 9, sizeof(tweak));

    for (radix = 2; radix <= 36; radix++) {
        for (digits = 2; digits <= WHATSAUTH_FF1_DIGITS_MAX; digits++) {
            ff1 = whatsauth_ff1_create(key, radix, digits, tweak,
                                       (radix + digits) % (sizeof(tweak) + 1));
            if (ff1 == NULL) {
                continue;
            }

            made++;

            for (i = 0; i < digits; i++) {
                random = random * 1664525 + 1013904223;
                plain[i] = (uint8_t) ((random >> 16) % radix);
            }

            memcpy(numerals, plain, digits);
            assert_int_equal(whatsauth_ff1_encrypt(ff1, numerals), 0);

            for (i = 0; i < digits; i++) {
                assert_true(numerals[i] < radix);
            }

            assert_int_equal(whatsauth_ff1_decrypt(ff1, numerals), 0);
            assert_memory_equal(numerals, plain, digits);

            whatsauth_ff1_destroy(ff1);
        }
    }

    assert_true(made > 700);
}


static void
a_small_domain_is_permuted_without_collision(void **state)
{
    uint8_t           key[KEY_LEN] = { 1 }, numerals[3], seen[1000] = { 0 };
    unsigned          i, n;
    whatsauth_ff1_t  *ff1;

    (void) state;

    ff1 = whatsauth_ff1_create(key, 10, 3, NULL, 0);
    assert_non_null(ff1);

    for (i = 0; i < 1000; i++) {
        numerals[0] = (uint8_t) (i / 100);
        numerals[1] = (uint8_t) (i / 10 % 10);
        numerals[2] = (uint8_t) (i % 10);

        assert_int_equal(whatsauth_ff1_encrypt(ff1, numerals), 0);

        n = numerals[0] * 100u + numerals[1] * 10u + numerals[2];
        assert_int_equal(seen[n], 0);
        seen[n] = 1;
    }

    whatsauth_ff1_destroy(ff1);
}


static void
parameters_out_of_range_make_no_cipher(void **state)
{
    uint8_t  key[KEY_LEN] = { 0 }, tweak[WHATSAUTH_FF1_TWEAK_MAX + 1] = { 0 };

    (void) state;

    assert_null(whatsauth_ff1_create(key, 1, 10, NULL, 0));
    assert_null(whatsauth_ff1_create(key, 37, 10, NULL, 0));
    assert_null(whatsauth_ff1_create(key, 16, 1, NULL, 0));
    assert_null(whatsauth_ff1_create(key, 16, 31, NULL, 0));
    assert_null(whatsauth_ff1_create(key, 2, 37, NULL, 0));
    assert_null(whatsauth_ff1_create(key, 16, 10, tweak, sizeof(tweak)));

    whatsauth_ff1_destroy(NULL);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(published_vectors_are_reproduced_in_both_directions),
        cmocka_unit_test(any_radix_length_and_tweak_decrypts_what_it_encrypted),
        cmocka_unit_test(a_small_domain_is_permuted_without_collision),
        cmocka_unit_test(parameters_out_of_range_make_no_cipher)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
