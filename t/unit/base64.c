
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <ctype.h>

#include "text_help.h"
#include "protocol/base64.h"


static int
decode(const char *text, uint8_t *data, size_t *n)
{
    whatsauth_text_t  t;

    t = text_of(text);

    return whatsauth_base64_decode(&t, data, n);
}


static void
bytes_of_every_length_are_written_and_read_back(void **state)
{
    char              out[whatsauth_base64_len(WHATSAUTH_BASE64_MAX) + 1];
    size_t            len, n;
    uint8_t           data[WHATSAUTH_BASE64_MAX], back[WHATSAUTH_BASE64_MAX];
    whatsauth_text_t  text;

    (void) state;

    for (n = 0; n < sizeof(data); n++) {
        data[n] = (uint8_t) (n * 37 + 200);
    }

    for (len = 1; len <= WHATSAUTH_BASE64_MAX; len++) {
        text.data = out;
        text.len = whatsauth_base64_len(len);
        out[text.len] = '#';

        whatsauth_base64_encode(data, len, out);
        assert_int_equal(out[text.len], '#');

        assert_int_equal(whatsauth_base64_decode(&text, back, &n), 0);
        assert_int_equal(n, len);
        assert_memory_equal(back, data, len);
    }
}


static void
the_vectors_of_rfc_4648_are_read(void **state)
{
    size_t   n;
    uint8_t  data[WHATSAUTH_BASE64_MAX];

    (void) state;

    assert_int_equal(decode("Zg==", data, &n), 0);
    assert_int_equal(n, 1);
    assert_memory_equal(data, "f", 1);

    assert_int_equal(decode("Zm8=", data, &n), 0);
    assert_int_equal(n, 2);
    assert_memory_equal(data, "fo", 2);

    assert_int_equal(decode("Zm9vYmFy", data, &n), 0);
    assert_int_equal(n, 6);
    assert_memory_equal(data, "foobar", 6);
}


static void
other_spellings_and_lengths_are_refused(void **state)
{
    char               longest[whatsauth_base64_len(WHATSAUTH_BASE64_MAX) + 5];
    size_t             i, n;
    uint8_t            data[WHATSAUTH_BASE64_MAX];
    static const char *refused[] = {
        "", "Z", "Zg", "Zg=", "Zm8", "Zm9vYmF", "Zh==", "Zm9=", "====",
        "Zg==Zg==", "=m8=", "Z===", " Zg==", "Zg== ", "Zm9v\n   ", "   Zm9v",
        "Zm9-", "Zm9_", "Zm\xc3\xa4", "Zm9vYm==Zm9v"
    };

    (void) state;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (decode(refused[i], data, &n) != -1) {
            fail_msg("\"%s\" was read", refused[i]);
        }
    }

    memset(longest, 'A', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(decode(longest, data, &n), -1);

    /* As many characters as 64 bytes have, but for 66 bytes. */
    assert_int_equal(decode(longest + 4, data, &n), -1);
}


/* All lengths in which the last bits stand, and all characters. */

static void
base64url_of_every_length_is_written_and_read_back(void **state)
{
    char     out[whatsauth_base64url_len(256) + 1];
    size_t   len, i;
    uint8_t  data[256], back[256];

    (void) state;

    for (i = 0; i < sizeof(data); i++) {
        data[i] = (uint8_t) (i * 37 + 200);
    }

    for (len = 0; len <= sizeof(data); len++) {
        memset(out, '#', sizeof(out));
        whatsauth_base64url_encode(data, len, out);

        assert_null(memchr(out, '#', whatsauth_base64url_len(len)));
        assert_int_equal(out[whatsauth_base64url_len(len)], '#');

        assert_int_equal(whatsauth_base64url_decode(out, back, len), 0);
        assert_memory_equal(back, data, len);
    }
}


static void
base64url_has_its_own_characters(void **state)
{
    char     out[4];
    uint8_t  data[3];

    (void) state;

    whatsauth_base64url_encode((const uint8_t *) "\xfb\xff\xfe", 3, out);
    assert_memory_equal(out, "-__-", 4);

    assert_int_equal(whatsauth_base64url_decode("-__-", data, 3), 0);
    assert_memory_equal(data, "\xfb\xff\xfe", 3);

    assert_int_equal(whatsauth_base64url_decode("Zm9v", data, 3), 0);
    assert_memory_equal(data, "foo", 3);
}


static void
other_spellings_of_base64url_are_refused(void **state)
{
    char      text[] = "AAAAAAAAAAA";
    size_t    i, n, len;
    uint8_t   data[8];
    unsigned  c, good;

    (void) state;

    /* Bits that no byte takes */

    assert_int_equal(whatsauth_base64url_decode("Zh", data, 1), -1);
    assert_int_equal(whatsauth_base64url_decode("Zg", data, 1), 0);
    assert_int_equal(whatsauth_base64url_decode("Zm9", data, 2), -1);
    assert_int_equal(whatsauth_base64url_decode("Zm8", data, 2), 0);

    /* In each place, but the last one if it has such bits */

    for (len = 6; len <= 8; len++) {
        n = whatsauth_base64url_len(len) - (len % 3 != 0);

        for (i = 0; i < n; i++) {

            for (c = 0; c < 256; c++) {
                text[i] = (char) c;
                good = c < 128
                       && (isalnum((int) c) || c == '-' || c == '_');

                assert_int_equal(whatsauth_base64url_decode(text, data, len),
                                 good ? 0 : -1);
            }

            text[i] = 'A';
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(bytes_of_every_length_are_written_and_read_back),
        cmocka_unit_test(the_vectors_of_rfc_4648_are_read),
        cmocka_unit_test(other_spellings_and_lengths_are_refused),
        cmocka_unit_test(base64url_of_every_length_is_written_and_read_back),
        cmocka_unit_test(base64url_has_its_own_characters),
        cmocka_unit_test(other_spellings_of_base64url_are_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
