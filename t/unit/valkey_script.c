
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

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

    is_the_file(&valkey_store_script_issue, "valkey_store/issue.lua");
    is_the_file(&valkey_store_script_commit, "valkey_store/commit.lua");
    is_the_file(&valkey_store_script_heads, "valkey_store/heads.lua");
}


static void
is_named(const valkey_store_script_t *script)
{
    unsigned       i, len;
    char           name[2 * EVP_MAX_MD_SIZE + 1];
    unsigned char  sha[EVP_MAX_MD_SIZE];

    assert_int_equal(EVP_Digest(script->source, script->len, sha, &len,
                                EVP_sha1(), NULL),
                     1);

    for (i = 0; i < len; i++) {
        snprintf(name + 2 * i, 3, "%02x", sha[i]);
    }

    assert_int_equal(2 * len, VALKEY_STORE_SCRIPT_NAME_LEN);
    assert_string_equal(script->name, name);
}


static void
a_name_is_the_sha1_of_its_script(void **state)
{
    (void) state;

    is_named(&valkey_store_script_issue);
    is_named(&valkey_store_script_commit);
    is_named(&valkey_store_script_heads);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_script_is_its_file_to_the_byte),
        cmocka_unit_test(a_name_is_the_sha1_of_its_script)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
