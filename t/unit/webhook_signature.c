
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>
#include <stdlib.h>

#include "text_help.h"
#include "protocol/webhook_signature.h"


/* The example of the specification's own libraries. */
#define SECRET     "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define SIGNATURE  "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static const whatsauth_text_t  id
    = whatsauth_text("msg_p5jXN8AQM9LWM0D4loKWxJek");
static const whatsauth_text_t  timestamp = whatsauth_text("1614265330");
static const whatsauth_text_t  body = whatsauth_text("{\"test\": 2432232314}");


static const char *
parse(const char *secret, whatsauth_webhook_key_t *key)
{
    whatsauth_text_t  text;

    text = text_of(secret);

    return whatsauth_webhook_key_parse(&text, key);
}


static void
a_callback_is_signed_as_the_specification_shows(void **state)
{
    char                     out[WHATSAUTH_WEBHOOK_SIGNATURE_LEN];
    whatsauth_webhook_key_t  key;

    (void) state;

    assert_null(parse(SECRET, &key));
    assert_int_equal(key.len, 24);

    assert_int_equal(sizeof(SIGNATURE) - 1, sizeof(out));
    assert_int_equal(whatsauth_webhook_signatures_len(1), sizeof(out));

    assert_int_equal(whatsauth_webhook_sign(&key, 1, &id, &timestamp, &body,
                                            out), 0);
    assert_memory_equal(out, SIGNATURE, sizeof(out));
}


static void
every_part_that_is_signed_changes_the_signature(void **state)
{
    char                     out[WHATSAUTH_WEBHOOK_SIGNATURE_LEN];
    size_t                   i;
    whatsauth_text_t         parts[3];
    whatsauth_webhook_key_t  key;

    (void) state;

    assert_null(parse(SECRET, &key));

    for (i = 0; i < 3; i++) {
        parts[0] = id;
        parts[1] = timestamp;
        parts[2] = body;
        parts[i].len--;

        assert_int_equal(whatsauth_webhook_sign(&key, 1, &parts[0], &parts[1],
                                                &parts[2], out), 0);
        assert_memory_not_equal(out, SIGNATURE, sizeof(out));
    }

    key.data[23] ^= 1;
    assert_int_equal(whatsauth_webhook_sign(&key, 1, &id, &timestamp, &body,
                                            out), 0);
    assert_memory_not_equal(out, SIGNATURE, sizeof(out));
}


static void
several_secrets_give_a_list_in_their_order(void **state)
{
    char                     one[WHATSAUTH_WEBHOOK_SIGNATURE_LEN];
    char                    *list;
    size_t                   len;
    whatsauth_webhook_key_t  keys[3];

    (void) state;

    assert_null(parse("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                      &keys[0]));
    assert_int_equal(keys[0].len, 32);
    assert_null(parse(SECRET, &keys[1]));
    keys[2] = keys[0];

    len = whatsauth_webhook_signatures_len(3);
    assert_int_equal(len, 3 * sizeof(one) + 2);

    /* Of exact size, so that one byte more is noticed. */
    list = malloc(len);
    assert_non_null(list);

    assert_int_equal(whatsauth_webhook_sign(keys, 3, &id, &timestamp, &body,
                                            list), 0);
    assert_int_equal(whatsauth_webhook_sign(keys, 1, &id, &timestamp, &body,
                                            one), 0);

    assert_memory_equal(list, one, sizeof(one));
    assert_int_equal(list[sizeof(one)], ' ');
    assert_memory_equal(list + sizeof(one) + 1, SIGNATURE, sizeof(one));
    assert_int_equal(list[2 * sizeof(one) + 1], ' ');
    assert_memory_equal(list + 2 * (sizeof(one) + 1), one, sizeof(one));

    free(list);
}


static void
a_secret_has_24_to_64_bytes(void **state)
{
    char                     secret[128];
    size_t                   len;
    uint8_t                  data[WHATSAUTH_BASE64_MAX] = { 0 };
    const char              *problem;
    whatsauth_webhook_key_t  key;

    (void) state;

    for (len = 1; len <= WHATSAUTH_WEBHOOK_KEY_MAX; len++) {
        memcpy(secret, "whsec_", 6);
        whatsauth_base64_encode(data, len, secret + 6);
        secret[6 + whatsauth_base64_len(len)] = '\0';

        problem = parse(secret, &key);

        if (len < WHATSAUTH_WEBHOOK_KEY_MIN) {
            assert_non_null(problem);

        } else {
            assert_null(problem);
            assert_int_equal(key.len, len);
        }
    }

    /* 65 and 67 bytes. */
    memset(secret + 6, 'A', 92);

    strcpy(secret + 6 + 86, "A=");
    assert_non_null(parse(secret, &key));

    strcpy(secret + 6 + 88, "AAA=");
    assert_non_null(parse(secret, &key));
}


static void
a_secret_of_any_other_form_is_refused(void **state)
{
    size_t                    i;
    whatsauth_webhook_key_t   key;
    static const char        *refused[] = {
        "", "whsec_", "whsec",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La-_Sw",
        "whsec_whsec_r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    };

    (void) state;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (parse(refused[i], &key) == NULL) {
            fail_msg("\"%s\" was taken", refused[i]);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_callback_is_signed_as_the_specification_shows),
        cmocka_unit_test(every_part_that_is_signed_changes_the_signature),
        cmocka_unit_test(several_secrets_give_a_list_in_their_order),
        cmocka_unit_test(a_secret_has_24_to_64_bytes),
        cmocka_unit_test(a_secret_of_any_other_form_is_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
