
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "protocol/code.h"


#define KEY_NOW(ms)  ((uint64_t) (ms) << 10)
#define NOW          1800000000000


static const uint8_t  code_key[16] = { 1, 2, 3 };
static const uint8_t  id_key[16] = { 4, 5, 6 };
static const uint8_t  token_key[16] = { 7, 8, 9 };


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
assert_decodes(whatsauth_codec_t *codec, uint64_t key, uint64_t now)
{
    char      code[WHATSAUTH_CODE_LEN];
    uint64_t  decoded;

    assert_int_equal(whatsauth_code_encode(codec, key, code), 0);
    assert_int_equal(whatsauth_code_decode(codec, code, now, &decoded), 0);
    assert_true(decoded == key);
}


static void
a_code_is_ff1_of_the_low_40_bits_of_its_key(void **state)
{
    char                code[WHATSAUTH_CODE_LEN];
    uint64_t            high;
    whatsauth_codec_t  *codec;
    const uint8_t       key[16] = {
        0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
        0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c
    };

    (void) state;

    codec = whatsauth_codec_create(key, id_key, token_key);
    assert_non_null(codec);

    for (high = 0; high < 3; high++) {
        assert_int_equal(whatsauth_code_encode(codec,
                                      high << 40 | 0x322c9a59dd, code), 0);
        assert_memory_equal(code, "2348fc95ab", WHATSAUTH_CODE_LEN);
    }

    whatsauth_codec_destroy(codec);
}


static void
a_code_decodes_to_its_key_throughout_its_window(void **state)
{
    uint64_t  age;

    for (age = 1; age < WHATSAUTH_CODE_WINDOW; age *= 3) {
        assert_decodes(*state, KEY_NOW(NOW) + 5, NOW + age);
    }

    assert_decodes(*state, KEY_NOW(NOW) + 1023,
                   NOW + WHATSAUTH_CODE_WINDOW - 1);
}


static void
a_code_from_a_burst_ahead_of_the_clock_decodes(void **state)
{
    assert_decodes(*state, KEY_NOW(NOW) + 5000000, NOW);
}


static void
a_code_older_than_its_window_decodes_to_another_key(void **state)
{
    char      code[WHATSAUTH_CODE_LEN];
    uint64_t  key;

    assert_int_equal(whatsauth_code_encode(*state, KEY_NOW(NOW), code), 0);
    assert_int_equal(whatsauth_code_decode(*state, code,
                         NOW + WHATSAUTH_CODE_WINDOW + 1, &key), 0);
    assert_true(key == KEY_NOW(NOW) + ((uint64_t) 1 << 40));
}


static void
keys_at_both_ends_of_64_bits_do_not_wrap_around(void **state)
{
    uint64_t  last;

    last = UINT64_MAX >> 10;

    assert_decodes(*state, 0, 0);
    assert_decodes(*state, ((uint64_t) 1 << 40) - 1, 0);
    assert_decodes(*state, UINT64_MAX, last);
    assert_decodes(*state, UINT64_MAX - ((uint64_t) 1 << 39), last);
    assert_decodes(*state, UINT64_MAX - ((uint64_t) 1 << 40) + 1, last);
}


static void
a_code_with_other_than_lower_case_digits_is_refused(void **state)
{
    size_t             i;
    uint64_t           key;
    static const char *const  codes[] = {
        "322C9A59DD", "322c9a59dg", "322c9a59d ", "          ", "-22c9a59dd",
        "322c9a59d\xff"
    };

    for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        assert_int_equal(whatsauth_code_decode(*state, codes[i], NOW, &key),
                         -1);
    }
}


static void
an_id_is_a_version_4_uuid_leading_back_to_its_key(void **state)
{
    char      id[WHATSAUTH_ID_LEN], other[WHATSAUTH_ID_LEN];
    uint64_t  key, decoded;

    for (key = 1; key < (uint64_t) 1 << 62; key *= 5) {
        assert_int_equal(whatsauth_id_encode(*state, key, id), 0);

        assert_int_equal(id[8], '-');
        assert_int_equal(id[13], '-');
        assert_int_equal(id[14], '4');
        assert_int_equal(id[18], '-');
        assert_int_equal(id[19], '8');
        assert_int_equal(id[23], '-');

        assert_int_equal(whatsauth_id_decode(*state, id, sizeof(id),
                                             &decoded), 0);
        assert_true(decoded == key);

        assert_int_equal(whatsauth_id_encode(*state, key + 1, other), 0);
        assert_memory_not_equal(id, other, sizeof(id));
    }
}


static void
an_id_is_taken_in_upper_case(void **state)
{
    char      id[WHATSAUTH_ID_LEN];
    size_t    i;
    uint64_t  key;

    assert_int_equal(whatsauth_id_encode(*state, KEY_NOW(NOW), id), 0);

    for (i = 0; i < sizeof(id); i++) {
        if (id[i] >= 'a') {
            id[i] = (char) (id[i] - 0x20);
        }
    }

    assert_int_equal(whatsauth_id_decode(*state, id, sizeof(id), &key), 0);
    assert_true(key == KEY_NOW(NOW));
}


static void
an_id_with_any_one_byte_changed_is_refused(void **state)
{
    char      id[WHATSAUTH_ID_LEN], changed[WHATSAUTH_ID_LEN];
    size_t    i, j;
    uint64_t  key;

    assert_int_equal(whatsauth_id_encode(*state, KEY_NOW(NOW), id), 0);

    for (i = 0; i < sizeof(id); i++) {
        for (j = 0; j < 19; j++) {
            memcpy(changed, id, sizeof(id));
            changed[i] = "0123456789abcdef-x\0"[j];

            if (changed[i] != id[i]) {
                assert_int_equal(whatsauth_id_decode(*state, changed,
                                                     sizeof(id), &key), -1);
            }
        }
    }
}


static void
an_id_of_another_length_is_refused(void **state)
{
    char      id[WHATSAUTH_ID_LEN + 1];
    uint64_t  key;

    assert_int_equal(whatsauth_id_encode(*state, KEY_NOW(NOW), id), 0);
    id[WHATSAUTH_ID_LEN] = '0';

    assert_int_equal(whatsauth_id_decode(*state, id, sizeof(id), &key), -1);
    assert_int_equal(whatsauth_id_decode(*state, id, sizeof(id) - 2, &key),
                     -1);
    assert_int_equal(whatsauth_id_decode(*state, id, 0, &key), -1);
}


static void
keys_of_another_store_change_codes_and_refuse_ids(void **state)
{
    char                id[WHATSAUTH_ID_LEN];
    char                code[WHATSAUTH_CODE_LEN], other[WHATSAUTH_CODE_LEN];
    uint64_t            key;
    whatsauth_codec_t  *codec;

    codec = whatsauth_codec_create(id_key, code_key, token_key);
    assert_non_null(codec);

    assert_int_equal(whatsauth_code_encode(*state, KEY_NOW(NOW), code), 0);
    assert_int_equal(whatsauth_code_encode(codec, KEY_NOW(NOW), other), 0);
    assert_memory_not_equal(code, other, sizeof(code));

    assert_int_equal(whatsauth_id_encode(*state, KEY_NOW(NOW), id), 0);
    assert_int_equal(whatsauth_id_decode(codec, id, sizeof(id), &key), -1);

    whatsauth_codec_destroy(codec);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_code_is_ff1_of_the_low_40_bits_of_its_key),
        cmocka_unit_test(a_code_decodes_to_its_key_throughout_its_window),
        cmocka_unit_test(a_code_from_a_burst_ahead_of_the_clock_decodes),
        cmocka_unit_test(a_code_older_than_its_window_decodes_to_another_key),
        cmocka_unit_test(keys_at_both_ends_of_64_bits_do_not_wrap_around),
        cmocka_unit_test(a_code_with_other_than_lower_case_digits_is_refused),
        cmocka_unit_test(an_id_is_a_version_4_uuid_leading_back_to_its_key),
        cmocka_unit_test(an_id_is_taken_in_upper_case),
        cmocka_unit_test(an_id_with_any_one_byte_changed_is_refused),
        cmocka_unit_test(an_id_of_another_length_is_refused),
        cmocka_unit_test(keys_of_another_store_change_codes_and_refuse_ids)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
