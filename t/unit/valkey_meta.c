
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The meta of a store as bytes.  Hosts of two versions use one store: no byte
 * here may change.
 */


#include "valkey_help.h"
#include "valkey_store/meta.h"


#define META                                                                  \
    "whatsauth\0\1\0\100"                                                     \
    "keys of codes...keys of ids.....keys of tokens.."


static unsigned char  meta[VALKEY_STORE_META_LEN + 1] = META;


static valkey_store_meta_t
read_meta(size_t len, uint8_t keys[VALKEY_STORE_KEYS_LEN])
{
    ledger_text_t  value;

    value.data = meta;
    value.len = len;

    return valkey_store_meta_read(&value, keys);
}


static void
the_keys_of_a_store(void **state)
{
    uint8_t  keys[VALKEY_STORE_KEYS_LEN];

    (void) state;

    assert_int_equal(sizeof(META), sizeof(meta));
    assert_int_equal(read_meta(VALKEY_STORE_META_LEN, keys),
                     VALKEY_STORE_META_OK);
    assert_memory_equal(keys, &META[13], sizeof(keys));
}


static void
a_new_store_has_keys_of_its_own(void **state)
{
    uint8_t        keys[VALKEY_STORE_KEYS_LEN];
    ledger_text_t  value;
    unsigned char  a[VALKEY_STORE_META_LEN], b[VALKEY_STORE_META_LEN];

    (void) state;

    assert_int_equal(valkey_store_meta_make(a, NULL), 0);
    assert_int_equal(valkey_store_meta_make(b, NULL), 0);
    assert_memory_equal(a, META, 13);
    assert_memory_not_equal(a + 13, b + 13, sizeof(keys));

    value.data = a;
    value.len = sizeof(a);
    assert_int_equal(valkey_store_meta_read(&value, keys),
                     VALKEY_STORE_META_OK);
    assert_memory_equal(keys, a + 13, sizeof(keys));

    assert_int_equal(valkey_store_meta_make(b, keys), 0);
    assert_memory_equal(a, b, sizeof(a));
}


static void
another_schema_is_not_damage(void **state)
{
    uint8_t  keys[VALKEY_STORE_KEYS_LEN];

    (void) state;

    meta[10] = 2;
    assert_int_equal(read_meta(VALKEY_STORE_META_LEN, keys),
                     VALKEY_STORE_META_UNKNOWN);
    assert_int_equal(read_meta(VALKEY_STORE_META_LEN + 1, keys),
                     VALKEY_STORE_META_UNKNOWN);
    assert_int_equal(read_meta(11, keys), VALKEY_STORE_META_UNKNOWN);
    meta[10] = 1;
}


static void
half_a_store_is_told_apart(void **state)
{
    uint8_t        keys[VALKEY_STORE_KEYS_LEN];
    unsigned char  half[VALKEY_STORE_META_HALF_LEN];
    ledger_text_t  value;

    (void) state;

    valkey_store_meta_make_half(half);
    value.data = half;
    value.len = sizeof(half);
    assert_int_equal(valkey_store_meta_read(&value, keys),
                     VALKEY_STORE_META_HALF);
}


static void
damage_is_told_apart(void **state)
{
    size_t   len;
    uint8_t  keys[VALKEY_STORE_KEYS_LEN];

    (void) state;

    for (len = 0; len < VALKEY_STORE_META_LEN; len++) {
        assert_int_equal(read_meta(len, keys), VALKEY_STORE_META_CORRUPTED);
    }

    assert_int_equal(read_meta(VALKEY_STORE_META_LEN + 1, keys),
                     VALKEY_STORE_META_CORRUPTED);

    meta[12] = 32;
    assert_int_equal(read_meta(VALKEY_STORE_META_LEN, keys),
                     VALKEY_STORE_META_CORRUPTED);
    meta[12] = 64;

    meta[0] = 'W';
    assert_int_equal(read_meta(VALKEY_STORE_META_LEN, keys),
                     VALKEY_STORE_META_CORRUPTED);
    meta[0] = 'w';
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_keys_of_a_store),
        cmocka_unit_test(a_new_store_has_keys_of_its_own),
        cmocka_unit_test(another_schema_is_not_damage),
        cmocka_unit_test(half_a_store_is_told_apart),
        cmocka_unit_test(damage_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
