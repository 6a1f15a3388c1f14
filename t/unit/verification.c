
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "protocol/verification.h"


#define ID  "123e4567-e89b-42d3-8456-426614174000"


static whatsauth_verification_t
verification(const char *status)
{
    whatsauth_text_t          phone = whatsauth_text("1234567890");
    whatsauth_text_t          name = whatsauth_text("John Doe");
    whatsauth_verification_t  v;

    memset(&v, 0, sizeof(v));

    v.id = ID;
    v.status = status;
    v.verification_code = "9f76681bd4";
    v.phone_number = phone;
    v.profile_name = name;
    v.expires_at = 1611710233674;
    v.requested_at = 1611703033674;
    v.validated_at = 1611703397280;

    return v;
}


static void
assert_json(const whatsauth_verification_t *v, const char *expected)
{
    char    *json;
    size_t   len;

    json = whatsauth_verification_json(v, &len);

    assert_non_null(json);
    assert_string_equal(json, expected);
    assert_int_equal(len, strlen(expected));

    free(json);
}


static void
a_validated_one_is_written_with_keys_in_order(void **state)
{
    whatsauth_verification_t  v;

    (void) state;

    v = verification("validated");

    assert_json(&v, "{\"id\":\"" ID "\",\"status\":\"validated\","
        "\"verification_code\":\"9f76681bd4\","
        "\"phone_number\":\"+1234567890\",\"profile_name\":\"John Doe\","
        "\"expires_at\":\"2021-01-27T01:17:13.674Z\","
        "\"requested_at\":\"2021-01-26T23:17:13.674Z\","
        "\"validated_at\":\"2021-01-26T23:23:17.280Z\","
        "\"authorized_numbers\":[],\"error\":null}");
}


static void
a_channel_that_is_given_is_the_last_key(void **state)
{
    char                      *json;
    size_t                     len;
    whatsauth_verification_t   v;
    static const char          end[] = ",\"error\":null,\"channel\":\"sms\"}";

    (void) state;

    v = verification("validated");
    v.channel = "sms";

    json = whatsauth_verification_json(&v, &len);

    assert_non_null(json);
    assert_string_equal(json + len - (sizeof(end) - 1), end);

    free(json);
}


static void
one_that_is_not_validated_names_nobody(void **state)
{
    size_t                     i;
    char                       expected[512];
    whatsauth_verification_t   v;
    static const char *const   words[] = { "failed", "expired", "requested" };

    (void) state;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        v = verification(words[i]);
        v.error = "callback_failed";

        strcpy(expected, "{\"id\":\"" ID "\",\"status\":\"");
        strcat(expected, words[i]);
        strcat(expected, "\",\"verification_code\":\"9f76681bd4\","
            "\"phone_number\":null,\"profile_name\":null,"
            "\"expires_at\":\"2021-01-27T01:17:13.674Z\","
            "\"requested_at\":\"2021-01-26T23:17:13.674Z\","
            "\"validated_at\":null,\"authorized_numbers\":[],"
            "\"error\":\"callback_failed\"}");

        assert_json(&v, expected);
    }
}


static void
a_name_is_escaped_and_an_absent_one_is_null(void **state)
{
    char                      *json;
    size_t                     len;
    whatsauth_text_t           none = whatsauth_text("");
    whatsauth_text_t           name = whatsauth_text("A \"\\\" </b> \xc3\xab");
    whatsauth_verification_t   v;

    (void) state;

    v = verification("validated");
    v.profile_name = name;

    json = whatsauth_verification_json(&v, &len);
    assert_non_null(json);
    assert_non_null(strstr(json, "\"profile_name\":\"A \\\"\\\\\\\" </b> "
                                 "\xc3\xab\","));
    free(json);

    v.profile_name = none;

    json = whatsauth_verification_json(&v, &len);
    assert_non_null(json);
    assert_non_null(strstr(json, "\"profile_name\":null,"));
    free(json);
}


static void
authorized_numbers_are_written_with_a_plus(void **state)
{
    char                      *json;
    size_t                     len;
    whatsauth_text_t           one = whatsauth_text("56911111111");
    whatsauth_text_t           two = whatsauth_text("56911111111,1234567");
    whatsauth_verification_t   v;

    (void) state;

    v = verification("validated");
    v.authorized_numbers = one;

    json = whatsauth_verification_json(&v, &len);
    assert_non_null(json);
    assert_non_null(strstr(json,
                           "\"authorized_numbers\":[\"+56911111111\"],"));
    free(json);

    v.authorized_numbers = two;

    json = whatsauth_verification_json(&v, &len);
    assert_non_null(json);
    assert_non_null(strstr(json, "\"authorized_numbers\":[\"+56911111111\","
                                 "\"+1234567\"],"));
    free(json);
}


static void
assert_time(uint64_t ms, const char *expected)
{
    char  out[WHATSAUTH_TIME_LEN];

    whatsauth_time_format(ms, out);
    assert_memory_equal(out, expected, WHATSAUTH_TIME_LEN);
}


static void
times_are_written_in_utc_with_milliseconds(void **state)
{
    (void) state;

    assert_time(0, "1970-01-01T00:00:00.000Z");
    assert_time(1, "1970-01-01T00:00:00.001Z");
    assert_time(951782399999, "2000-02-28T23:59:59.999Z");
    assert_time(951782400000, "2000-02-29T00:00:00.000Z");
    assert_time(1709251199000, "2024-02-29T23:59:59.000Z");
    assert_time(1709251200000, "2024-03-01T00:00:00.000Z");
    assert_time(1735689599999, "2024-12-31T23:59:59.999Z");
    assert_time(2147483648000, "2038-01-19T03:14:08.000Z");
    assert_time(4107542400000, "2100-03-01T00:00:00.000Z");
    assert_time(253402300799999, "9999-12-31T23:59:59.999Z");
    assert_time(UINT64_MAX, "9999-12-31T23:59:59.999Z");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_validated_one_is_written_with_keys_in_order),
        cmocka_unit_test(a_channel_that_is_given_is_the_last_key),
        cmocka_unit_test(one_that_is_not_validated_names_nobody),
        cmocka_unit_test(a_name_is_escaped_and_an_absent_one_is_null),
        cmocka_unit_test(authorized_numbers_are_written_with_a_plus),
        cmocka_unit_test(times_are_written_in_utc_with_milliseconds)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
