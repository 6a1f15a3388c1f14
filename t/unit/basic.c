
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The credentials of a relying party in the header Authorization. */


#include <stdio.h>
#include <stdlib.h>
#include <openssl/evp.h>

#include "text_help.h"
#include "protocol/basic.h"


/* In a block of its own size, so that a byte too far is seen. */

static int
reads(const char *header, size_t len, char buf[WHATSAUTH_BASIC_MAX],
    whatsauth_text_t *id, whatsauth_text_t *secret)
{
    int               rc;
    char             *copy;
    whatsauth_text_t  text;

    text.data = copy = malloc(len + (len == 0));
    text.len = len;
    assert_non_null(copy);
    memcpy(copy, header, len);

    rc = whatsauth_basic(&text, buf, id, secret);
    free(copy);

    return rc;
}


/* The header for these credentials as they stand. */

static size_t
header_of(char *out, const char *credentials, size_t len)
{
    memcpy(out, "Basic ", 6);

    return 6 + (size_t) EVP_EncodeBlock((unsigned char *) out + 6,
                                        (const unsigned char *) credentials,
                                        (int) len);
}


typedef struct {
    const char  *credentials;
    const char  *id;             /* NULL: refused */
    const char  *secret;
} case_t;


static const case_t  cases[] = {
    { "grafana:secret", "grafana", "secret" },
    { "a:", "a", "" },
    { "a:b:c", "a", "b:c" },
    { "a%3Ab:c%3Ad", "a:b", "c:d" },
    { "a+b:c+d", "a b", "c d" },
    { "a%2Bb:%25+%26%3D", "a+b", "% &=" },
    { "a&b=c:d&e=f", "a&b=c", "d&e=f" },
    { "a%zz:b%", "a%zz", "b%" },
    { ":secret", NULL, NULL },
    { "grafana", NULL, NULL },
    { "a%0A:b", NULL, NULL },
    { "a:b%00c", NULL, NULL },
    { "a\x01:b", NULL, NULL },
    { "a:\xc3\xa9", NULL, NULL },
    { "a:%C3%A9", NULL, NULL },
    { "a:b\x7f", NULL, NULL },
};


static void
halves_are_form_encoded(void **state)
{
    char              header[256], buf[WHATSAUTH_BASIC_MAX];
    size_t            i, n;
    const case_t     *c;
    whatsauth_text_t  id, secret, expected;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];
        n = header_of(header, c->credentials, strlen(c->credentials));

        if (c->id == NULL) {
            assert_int_equal(reads(header, n, buf, &id, &secret), -1);
            continue;
        }

        assert_int_equal(reads(header, n, buf, &id, &secret), 0);
        expected = text_of(c->id);
        assert_true(whatsauth_text_equal(&id, &expected));
        expected = text_of(c->secret);
        assert_true(whatsauth_text_equal(&secret, &expected));
    }
}


static const char *const  good[] = {
    "Basic YTpi",
    "basic YTpi",
    "BASIC YTpi",
    "Basic   YTpi",
    "Basic YTpi ",
};

static const char *const  bad[] = {
    "",
    "Basic",
    "Basic ",
    "Basic\tYTpi",
    "Basi YTpi",
    "BasicYTpi",
    "Basic YTpi, YTpi",
    "Basic YTpi YTpi",
    "Basic YTp",
    "Basic YTpi=",
    "Basic YTo",          /* "a:" without its padding */
    "Basic YTp=",         /* bits that no byte takes */
    "Basic YTo=YTo=",
    "Basic YT_i",
    "Basic YTpi\n",
    "Bearer YTpi",
    "Digest YTpi",
};


static void
a_header_has_one_spelling(void **state)
{
    char              buf[WHATSAUTH_BASIC_MAX];
    size_t            i;
    whatsauth_text_t  id, secret;

    (void) state;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(reads(good[i], strlen(good[i]), buf, &id, &secret),
                         0);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (reads(bad[i], strlen(bad[i]), buf, &id, &secret) != -1) {
            fail_msg("%s", bad[i]);
        }
    }
}


/* Each byte encoded, so that the longest ones fill the buffer. */

static int
reads_encoded(size_t id_len, size_t secret_len)
{
    int               rc;
    char              credentials[2 * WHATSAUTH_BASIC_MAX];
    char              header[4 * WHATSAUTH_BASIC_MAX];
    char              buf[WHATSAUTH_BASIC_MAX];
    size_t            i, n;
    whatsauth_text_t  id, secret;

    n = 0;

    for (i = 0; i < id_len + secret_len; i++) {
        n += (size_t) sprintf(credentials + n, "%s%%61",
                              i == id_len ? ":" : "");
    }

    rc = reads(header, header_of(header, credentials, n), buf, &id, &secret);

    if (rc == 0) {
        assert_int_equal(id.len, id_len);
        assert_int_equal(secret.len, secret_len);
    }

    return rc;
}


static void
both_halves_have_a_longest_length(void **state)
{
    (void) state;

    assert_int_equal(reads_encoded(128, 256), 0);
    assert_int_equal(reads_encoded(129, 256), -1);
    assert_int_equal(reads_encoded(128, 257), -1);
    assert_int_equal(reads_encoded(129, 1), -1);
    assert_int_equal(reads_encoded(1, 257), -1);
    assert_int_equal(reads_encoded(300, 400), -1);
}


/* Padding that ends a block of the decoder, with more behind it. */

static void
padding_in_the_middle_is_refused(void **state)
{
    char              header[256], buf[WHATSAUTH_BASIC_MAX];
    char              credentials[80];
    size_t            n;
    whatsauth_text_t  id, secret;

    (void) state;

    memset(credentials, 'a', sizeof(credentials));
    credentials[1] = ':';

    for (n = 60; n < 66; n++) {
        (void) header_of(header, credentials, n);
        memcpy(header + 6 + (n + 2) / 3 * 4, "YWFh", 4);

        assert_int_equal(reads(header, 6 + (n + 2) / 3 * 4 + 4, buf, &id,
                               &secret), n % 3 == 0 ? 0 : -1);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(halves_are_form_encoded),
        cmocka_unit_test(a_header_has_one_spelling),
        cmocka_unit_test(both_halves_have_a_longest_length),
        cmocka_unit_test(padding_in_the_middle_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
