
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Keys and tokens while memory is out: each allocation of the crypto library
 * and of Jansson fails once, and nothing is taken for done that is not.
 */


#include <stdlib.h>
#include <openssl/crypto.h>

#include "jwk_help.h"
#include "protocol/hint.h"


#define ISSUER  "https://a"
#define CLAIMS  "{\"iss\":\"" ISSUER "\",\"sub\":\"a\"}"

/* More than all of it takes. */
#define ALLOCATIONS_MAX  20000


/* The allocation that fails; 0: none does. */

static unsigned  fails_at;
static unsigned  allocations;


static int
fails(void)
{
    allocations++;

    return allocations == fails_at;
}


static void *
help_malloc(size_t size, const char *file, int line)
{
    (void) file;
    (void) line;

    return fails() ? NULL : malloc(size);
}


static void *
help_realloc(void *p, size_t size, const char *file, int line)
{
    (void) file;
    (void) line;

    return fails() ? NULL : realloc(p, size);
}


static void
help_free(void *p, const char *file, int line)
{
    (void) file;
    (void) line;

    free(p);
}


static void *
help_json_malloc(size_t size)
{
    return fails() ? NULL : malloc(size);
}


static void
assert_set(const whatsauth_jwk_t *key)
{
    char                   *set;
    size_t                  len;
    const whatsauth_jwk_t  *keys[1];

    keys[0] = key;
    set = whatsauth_jwk_set(keys, 1, &len);
    assert_true(set == NULL || len > 200);
    free(set);
}


static void
assert_token(const whatsauth_jwk_t *key)
{
    int                     rc;
    char                    out[1024];
    json_t                 *claims;
    whatsauth_text_t        payload, token, issuer;
    const whatsauth_jwk_t  *keys[1];

    keys[0] = key;
    payload = text_of(CLAIMS);
    issuer = text_of(ISSUER);
    token.data = out;
    token.len = whatsauth_jws_len(key, payload.len);
    assert_true(token.len <= sizeof(out));

    if (whatsauth_jws_sign(key, &payload, out) != 0) {
        return;
    }

    rc = whatsauth_hint_open(&token, keys, 1, &issuer, &claims);
    assert_true((rc == 0) == (claims != NULL));
    json_decref(claims);

    out[token.len - 2] ^= 1;
    rc = whatsauth_hint_open(&token, keys, 1, &issuer, &claims);
    assert_int_not_equal(rc, 0);
    assert_null(claims);
}


/* All that a key is for, with what memory there is. */

static void
use(const char *pem)
{
    char                     out[WHATSAUTH_JWK_PEM_MAX];
    size_t                   n;
    whatsauth_jwk_t          key;
    whatsauth_text_t         text;
    whatsauth_jwk_result_t   result;

    text = text_of(pem);
    result = whatsauth_jwk_read(&key, &text);

    if (result != WHATSAUTH_JWK_OK) {
        assert_null(key.pkey);
        return;
    }

    n = whatsauth_jwk_pem(&key, out);
    assert_true(n == 0 || n > 200);
    assert_set(&key);
    assert_token(&key);

    whatsauth_jwk_free(&key);
}


/* RSA's own check of a key takes too long for some thousand times. */

static void
each_allocation_fails_once(void **state)
{
    unsigned  n;

    (void) state;

    /* The first use loads what the library keeps for good. */

    use(ec_pem);

    for (n = 1; n < ALLOCATIONS_MAX; n++) {
        allocations = 0;
        fails_at = n;
        use(ec_pem);

        if (allocations < n) {
            break;
        }
    }

    fails_at = 0;
    assert_true(n > 100 && n < ALLOCATIONS_MAX);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(each_allocation_fails_once),
    };

    if (CRYPTO_set_mem_functions(help_malloc, help_realloc, help_free) != 1) {
        return 1;
    }

    json_set_alloc_funcs(help_json_malloc, free);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
