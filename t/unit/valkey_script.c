
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "valkey_store/script.h"


#define SOURCE_MAX  65536


static void
is_the_file(const valkey_store_script_t *script, const char *path)
{
    FILE           *in;
    size_t          len;
    unsigned char   source[SOURCE_MAX];

    in = fopen(path, "rb");
    assert_non_null(in);

    len = fread(source, 1, sizeof(source), in);
    fclose(in);

    assert_true(len >= 1 && len < SOURCE_MAX);
    assert_int_equal(script->len, len);
    assert_memory_equal(script->source, source, len);
}


static void
a_script_is_its_file_to_the_byte(void **state)
{
    (void) state;

    is_the_file(&valkey_store_script_commit, "valkey_store/commit.lua");
    is_the_file(&valkey_store_script_heads, "valkey_store/heads.lua");
}


static void
a_name_is_the_sha1_of_fips_180(void **state)
{
    char  name[VALKEY_STORE_SCRIPT_NAME_LEN];

    static const valkey_store_script_t  script = {
        3, (const unsigned char *) "abc"
    };

    (void) state;

    assert_int_equal(valkey_store_script_name(&script, name), 0);
    assert_memory_equal(name, "a9993e364706816aba3e25717850c26c9cd0d89d",
                        sizeof(name));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_script_is_its_file_to_the_byte),
        cmocka_unit_test(a_name_is_the_sha1_of_fips_180)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
